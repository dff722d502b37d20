//! The checks that are open now.

use selfsame_protocol::{DeviceId, message::VerdictMessage};

use crate::hub::VerdictSink;

/// Every open check.
#[derive(Debug, Default)]
pub struct Checks;

impl VerdictSink for Checks {
    fn on_verdict(&self, device: DeviceId, _verdict: VerdictMessage) {
        tracing::warn!(%device, "a verdict about no open check");
    }
}
