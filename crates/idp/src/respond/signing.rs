//! Signing answers, away from the threads that serve: an RSA signature takes a millisecond.

use selfsame_saml::{FreshId, NameId, SignedResponse, Success, Timestamp, response::ResponseError};

use super::Target;
use crate::{App, page::refused::Refused, random, store::Login};

/// A response with an assertion about this person.
pub(super) async fn success(
    app: &App,
    target: &Target,
    login: &Login,
) -> Result<SignedResponse, Refused> {
    let subject = NameId::new(target.name_id_format.clone(), login.as_str());
    let (reply_to, attributes) = (target.reply_to.clone(), target.echo.clone());
    sign(app, move |app, now| {
        let [response_id, assertion_id, session_index] = [(); 3].map(|()| fresh_id());
        let success = Success {
            reply_to: &reply_to,
            response_id: &response_id,
            assertion_id: &assertion_id,
            session_index: &session_index,
            subject: &subject?,
            judged_at: now,
            attributes: &attributes,
        };
        app.sign_in.responder.success(&success, now)
    })
    .await
}

/// A response that states nothing about anybody.
pub(super) async fn failure(app: &App, target: &Target) -> Result<SignedResponse, Refused> {
    let (reply_to, refusal) = (target.reply_to.clone(), target.refused_with);
    sign(app, move |app, now| {
        app.sign_in
            .responder
            .failure(refusal, &reply_to, &fresh_id(), now)
    })
    .await
}

async fn sign(
    app: &App,
    make: impl FnOnce(&App, Timestamp) -> Result<SignedResponse, ResponseError> + Send + 'static,
) -> Result<SignedResponse, Refused> {
    let app = app.clone();
    let now = Timestamp::from_unix_millis(app.clock.wall().0);
    let made = tokio::task::spawn_blocking(move || make(&app, now)).await;
    made.map_err(|error| error.to_string())
        .and_then(|made| made.map_err(|error| error.to_string()))
        .map_err(|error| {
            tracing::error!(error, "an answer could not be signed");
            Refused::NotSigned
        })
}

fn fresh_id() -> FreshId {
    FreshId::from_entropy(random::bytes())
}
