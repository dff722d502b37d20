//! Hard factors: the provider saw the person prove themselves otherwise, just after a check in
//! which a device had proved that it was there. Two of them make its new profile trusted.

use selfsame_protocol::{
    DeviceId, GenerationId, UnixMillis, VERSION, jws,
    message::{Confirmed, ServerFrame, Window},
};
use serde_json::json;

use crate::{
    App,
    audit::{Action, Record},
    date,
    store::{HardFactor, Login, StoreError},
};

/// How long after the proof of presence the factor must have been given.
const WITHIN_MS: i64 = 5 * 60_000;
/// The provider's clock and ours may differ by this much.
const CLOCK_TOLERANCE_MS: i64 = 30_000;
/// Two windows make a generation trusted; a few more cover generations that overlap.
const TOLD_AT_CONNECT: u32 = 8;

/// A factor that the provider says a person gave.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The provider's id of the event.
    pub event: String,
    /// Who.
    pub login: Login,
    /// When, by the provider's clock.
    pub at: UnixMillis,
    /// The provider's word for the factor.
    pub factor: String,
}

/// Binds a factor to the device that was there, tells the device, and says whether it counted.
///
/// # Errors
/// [`StoreError`]: nothing was written; the provider will send the event again.
pub async fn note(app: &App, seen: &Seen) -> Result<bool, StoreError> {
    let now = app.clock.wall();
    // A provider's clock that is ahead must not stretch the five minutes.
    let at = seen.at.min(now);
    let from = at.plus(-WITHIN_MS);
    let Some(proves) = app
        .store
        .provable_check(&seen.login, from, at.plus(CLOCK_TOLERANCE_MS))
        .await?
    else {
        tracing::info!(
            event = seen.event,
            "a hard factor beside no check of its person"
        );
        return Ok(false);
    };
    let window = window(app, at).await?;
    let record =
        Record::new(seen.login.as_str(), Action::HardFactorSeen, proves.device).with(json!({
            "factor": seen.factor,
            "event": seen.event,
            "check": proves.check,
            "generation": proves.generation,
            "window": window,
        }));
    let (device, generation) = (proves.device, proves.generation);
    let factor = HardFactor {
        event: seen.event.clone(),
        proves,
        window: window.clone(),
        factor: seen.factor.clone(),
    };
    let counted = app.store.add_hard_factor(&factor, record, now).await?;
    if counted && let Some(jws) = confirm(app, device, generation, window) {
        // A device that is not connected now is told when it comes back.
        let _ = app.hub.send(device, ServerFrame::Confirmed { jws });
    }
    Ok(counted)
}

/// What a device is told when it connects: the newest windows that were seen beside it.
///
/// # Errors
/// [`StoreError`].
pub async fn confirmations(app: &App, device: DeviceId) -> Result<Vec<String>, StoreError> {
    let windows = app.store.windows_of(device, TOLD_AT_CONNECT).await?;
    Ok(windows
        .into_iter()
        .filter_map(|(generation, window)| confirm(app, device, generation, window))
        .collect())
}

/// The day in UTC; in a demonstration, the running number of the sign-in.
async fn window(app: &App, at: UnixMillis) -> Result<Window, StoreError> {
    let text = if app.settings.demo {
        format!("demo-{}", app.store.hard_factor_count().await? + 1)
    } else {
        date::day(at)
    };
    Window::parse(&text).map_err(|_| StoreError::Corrupt("window"))
}

fn confirm(
    app: &App,
    device: DeviceId,
    generation: GenerationId,
    window: Window,
) -> Option<String> {
    let confirmed = Confirmed {
        v: VERSION,
        iss: app.settings.origin.clone(),
        device,
        generation,
        window,
        iat: app.clock.wall(),
    };
    jws::sign(&app.keys.challenge.current, &confirmed)
        .inspect_err(|error| tracing::error!(error, "a confirmation could not be signed"))
        .ok()
}
