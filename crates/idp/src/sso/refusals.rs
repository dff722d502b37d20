//! The audit lines of sign-in requests that are not taken up, whatever protocol they came by.

use serde_json::json;

use super::attribution::Attribution;
use crate::{
    App,
    audit::{Action, Record},
};

/// Writes down that a request of `issuer`, as it calls itself, was refused; of each cause one line in ten seconds.
pub async fn write_down(app: &App, code: &'static str, issuer: &str, attribution: &Attribution) {
    tracing::warn!(
        code,
        origin = attribution.as_text(),
        "a sign-in request was refused"
    );
    let Some(left_out) = app.sign_in.note_refusal(code, app.clock.now()) else {
        return;
    };
    let record = Record::new("stranger", Action::RequestRefused, issuer).with(json!({
        "why": code,
        "origin": attribution.as_text(),
        "left_out_before": left_out,
    }));
    if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
        tracing::error!(%error, "a refused request could not be written down");
    }
}
