//! Signing SAML responses, on the thread that serves, as the signatures of TLS are made: one takes less than a millisecond,
//! and handing it to another thread and back costs two wake-ups without making any core faster.

use selfsame_saml::{
    FreshId, NameId, Responder, SignedResponse, Success, Timestamp, response::ResponseError,
};

use super::reply::SamlReply;
use crate::{App, page::refused::Refused, random, store::Login};

/// A response with an assertion about this person.
pub(super) fn success(
    app: &App,
    reply: &SamlReply,
    login: &Login,
) -> Result<SignedResponse, Refused> {
    let subject = NameId::new(reply.name_id_format.clone(), login.as_str());
    sign(app, |responder, now| {
        let [response_id, assertion_id, session_index] = [(); 3].map(|()| fresh_id());
        let success = Success {
            reply_to: &reply.reply_to,
            response_id: &response_id,
            assertion_id: &assertion_id,
            session_index: &session_index,
            subject: &subject?,
            judged_at: now,
            attributes: &reply.echo,
            signed: reply.settings.signed.into(),
            clock_skew: reply.settings.clock_skew(),
        };
        responder.success(&success, now)
    })
}

/// A response that states nothing about anybody.
pub(super) fn failure(app: &App, reply: &SamlReply) -> Result<SignedResponse, Refused> {
    sign(app, |responder, now| {
        responder.failure(reply.refused_with, &reply.reply_to, &fresh_id(), now)
    })
}

fn sign(
    app: &App,
    make: impl FnOnce(&Responder, Timestamp) -> Result<SignedResponse, ResponseError>,
) -> Result<SignedResponse, Refused> {
    let now = Timestamp::from_unix_millis(app.clock.wall().0);
    make(&app.sign_in.signing.now().responder, now).map_err(|error| {
        tracing::error!(%error, "an answer could not be signed");
        Refused::NotSigned
    })
}

fn fresh_id() -> FreshId {
    FreshId::from_entropy(random::bytes())
}
