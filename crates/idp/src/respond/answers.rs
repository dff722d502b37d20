//! Making the answer of a check, by the protocol that it was asked in.

use selfsame_protocol::{CheckId, Level, UnixMillis, message::KeyStorage};
use selfsame_saml::SignedResponse;

use super::{
    Target,
    reply::{Reply, SamlReply},
    signing,
};
use crate::{
    App, oidc,
    page::{answer::Form, refused::Refused},
    store::Login,
};

/// An answer that may leave.
#[derive(Debug)]
pub enum Answer {
    /// The browser posts it.
    Form(Form),
    /// The browser goes there.
    Link(String),
}

/// What is known of whoever was recognised.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Who.
    pub login: Login,
    /// Where the device's key is held.
    pub storage: KeyStorage,
    /// The level that the verdict met.
    pub level: Level,
    /// When presence was proved.
    pub proved: UnixMillis,
    /// The check.
    pub check: CheckId,
}

/// An answer that names somebody.
///
/// # Errors
/// When it cannot be signed, or the database does not answer.
pub(super) async fn success(
    app: &App,
    target: &Target,
    proven: &Proven,
) -> Result<Answer, Refused> {
    match &target.reply {
        Reply::Saml(reply) => {
            let signed = signing::success(app, reply, &proven.login)?;
            Ok(Answer::Form(form(reply, signed)))
        }
        Reply::OidcCode(reply) => oidc::answer::code(app, &target.service, reply, proven).await,
        Reply::OidcForm(reply) => oidc::answer::token(app, &target.service, reply, proven),
    }
}

/// An answer that states nothing about anybody.
///
/// # Errors
/// When it cannot be signed.
pub(super) fn failure(app: &App, target: &Target, rule: &str) -> Result<Answer, Refused> {
    let origin = &app.settings.origin;
    match &target.reply {
        Reply::Saml(reply) => {
            let signed = signing::failure(app, reply)?;
            Ok(Answer::Form(form(reply, signed)))
        }
        Reply::OidcCode(reply) => Ok(oidc::answer::failure(&reply.way, origin, rule)),
        Reply::OidcForm(reply) => Ok(oidc::answer::failure(&reply.way, origin, rule)),
    }
}

fn form(reply: &SamlReply, signed: SignedResponse) -> Form {
    let fields = signed.into_form(reply.relay_state.clone());
    let state = fields.relay_state.as_ref().map(|state| state.as_str());
    Form {
        action: fields.action.as_str().to_owned(),
        token: Some(("SAMLResponse", fields.saml_response)),
        fields: state
            .into_iter()
            .map(|state| ("RelayState", state.to_owned()))
            .collect(),
    }
}
