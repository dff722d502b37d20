//! The device's answer to a check.

use selfsame_behaviour::{GenerationId, Level, Reason, Verdict};
use serde::{Deserialize, Serialize};

use super::signed_message;
use crate::{CheckId, DeviceId, Nonce, UnixMillis};

/// How old the newest evidence behind a verdict is, in steps too coarse to tell rhythm from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EvidenceAge {
    /// Under ten seconds.
    #[serde(rename = "under-10s")]
    Under10s,
    /// Under one minute.
    #[serde(rename = "under-60s")]
    Under60s,
    /// Under two minutes.
    #[serde(rename = "under-120s")]
    Under120s,
    /// Older, or there is none.
    #[serde(rename = "older")]
    Older,
}

impl EvidenceAge {
    /// The step that an age in milliseconds falls into; `None` means there is no evidence.
    pub const fn of_millis(age_ms: Option<u64>) -> Self {
        match age_ms {
            Some(0..10_000) => Self::Under10s,
            Some(10_000..60_000) => Self::Under60s,
            Some(60_000..120_000) => Self::Under120s,
            _ => Self::Older,
        }
    }

    /// The upper end of the step in seconds; `None` for [`EvidenceAge::Older`].
    pub const fn at_most_s(self) -> Option<u32> {
        match self {
            Self::Under10s => Some(10),
            Self::Under60s => Some(60),
            Self::Under120s => Some(120),
            Self::Older => None,
        }
    }
}

/// A signed verdict. It carries no score: each of three levels is met or it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictMessage {
    /// Protocol version.
    pub v: u16,
    /// The device that answers.
    pub device: DeviceId,
    /// The check.
    pub check: CheckId,
    /// The check's nonce.
    pub nonce: Nonce,
    /// Same, different or unsure.
    pub verdict: Verdict,
    /// The strictest level that was met, the one that was asked for at least; only with [`Verdict::Same`].
    pub level: Option<Level>,
    /// How old the newest evidence is.
    pub evidence_age: EvidenceAge,
    /// Why it is not `same`; empty when it is.
    pub reasons: Vec<Reason>,
    /// The version of the behavioural model.
    pub model: u16,
    /// The generation of the profile.
    pub generation: GenerationId,
    /// Whether a demonstration build answered.
    pub demo: bool,
    /// When, on the server's clock as the device knows it; after the check was asked.
    pub iat: UnixMillis,
}
signed_message!(VerdictMessage, "selfsame-verdict+jwt");
