//! Answers by OpenID Connect, from a check that has ended or a request that is not taken up.

use form_urlencoded::Serializer;
use selfsame_protocol::Origin;

use super::{
    codes::{Binding, Grant},
    id_token::{IdToken, Statement},
    methods,
    problem::Problem,
    way_back::{Mode, WayBack},
};
use crate::{
    App,
    page::{answer::Form, refused::Refused},
    respond::{
        Answer, Proven,
        reply::{CodeReply, FormReply},
    },
};

/// A code for whoever was recognised.
///
/// # Errors
/// When the database does not answer, or too many codes wait.
pub async fn code(
    app: &App,
    client_id: &str,
    reply: &CodeReply,
    proven: &Proven,
) -> Result<Answer, Refused> {
    let person = app.store.person(&proven.login).await?;
    let person = person.ok_or(Refused::StoreUnavailable)?;
    let grant = Grant {
        login: proven.login.clone(),
        subject: person.subject(&app.settings.origin),
        nonce: reply.nonce.clone(),
        proved: proven.proved,
        method: methods::method(proven.storage),
        level: proven.level,
        check: proven.check,
    };
    let binding = Binding {
        client_id: client_id.to_owned(),
        redirect_uri: reply.way.redirect_uri.as_str().to_owned(),
        challenge: reply.challenge,
    };
    let code = app.sign_in.codes.issue(grant, binding, app.clock.now());
    let code = code.ok_or(Refused::NotSigned)?;
    let origin = &app.settings.origin;
    Ok(link(&reply.way, origin, &[("code", code.expose())]))
}

/// An ID token for Entra ID about whoever was recognised.
///
/// # Errors
/// When it cannot be signed.
pub fn token(
    app: &App,
    client_id: &str,
    reply: &FormReply,
    proven: &Proven,
) -> Result<Answer, Refused> {
    let statement = Statement {
        audience: client_id,
        subject: &reply.subject,
        nonce: reply.nonce.as_deref(),
        acr: &reply.asked.acr,
        method: methods::method(proven.storage),
    };
    let token = IdToken::new(&app.settings.origin, statement, app.clock.wall());
    let signed = app.sign_in.signing.now().tokens.sign(&token);
    let signed = signed.map_err(|error| {
        tracing::error!(%error, "an ID token could not be signed");
        Refused::NotSigned
    })?;
    let mut form = form(&reply.way, &[]);
    form.token = Some(("id_token", signed));
    Ok(Answer::Form(form))
}

/// The end of a check that approved nobody.
pub fn failure(way: &WayBack, origin: &Origin, rule: &str) -> Answer {
    error(way, origin, word_for(rule), rule)
}

/// A request that is not taken up.
pub fn problem(way: &WayBack, origin: &Origin, problem: Problem) -> Answer {
    error(way, origin, problem.error(), problem.code())
}

fn error(way: &WayBack, origin: &Origin, word: &str, description: &str) -> Answer {
    let fields = [("error", word), ("error_description", description)];
    match way.mode {
        Mode::Query => link(way, origin, &fields),
        Mode::FormPost => Answer::Form(form(way, &fields)),
    }
}

/// The standard's word for a rule: it is the server's state, or what the request rules out, or else nobody's business.
fn word_for(rule: &str) -> &'static str {
    match rule {
        "too-many-checks" | "store-unavailable" | "server-restarted" | "not-recorded" => {
            "temporarily_unavailable"
        }
        "passive-needs-click" | "passive-needs-person" => "interaction_required",
        _ => "access_denied",
    }
}

/// The redirect URI with these in its query, and who we are (RFC 9207).
fn link(way: &WayBack, origin: &Origin, fields: &[(&str, &str)]) -> Answer {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(fields);
    if let Some(state) = &way.state {
        query.append_pair("state", state);
    }
    let query = query.append_pair("iss", origin.as_str()).finish();
    let uri = way.redirect_uri.as_str();
    let mark = if uri.contains('?') { '&' } else { '?' };
    Answer::Link(format!("{uri}{mark}{query}"))
}

fn form(way: &WayBack, fields: &[(&'static str, &str)]) -> Form {
    let state = way.state.as_deref().map(|state| ("state", state));
    let all = fields.iter().copied().chain(state);
    Form {
        action: way.redirect_uri.as_str().to_owned(),
        token: None,
        fields: all.map(|(name, value)| (name, value.to_owned())).collect(),
    }
}
