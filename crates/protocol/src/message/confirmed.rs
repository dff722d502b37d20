//! The identity provider's word that it saw a hard factor for this person beside this device.

use std::fmt;

use selfsame_behaviour::GenerationId;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::signed_message;
use crate::{DeviceId, Origin, UnixMillis};

/// A hard factor was seen for the person, bound to this device by presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// Protocol version.
    pub v: u16,
    /// The identity provider's check origin.
    pub iss: Origin,
    /// The device.
    pub device: DeviceId,
    /// The profile generation that the device reported in the check.
    pub generation: GenerationId,
    /// The span the factor counts for: two different ones make a generation trusted.
    pub window: Window,
    /// When it was said.
    pub iat: UnixMillis,
}
signed_message!(Confirmed, "selfsame-confirmed+jwt");

/// A day (`2026-11-25`, UTC) or, from a server in demonstration mode only, a sign-in (`demo-7`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Window(String);

impl Window {
    /// Parses one of the two forms.
    ///
    /// # Errors
    /// [`crate::Error::BadIdentifier`] for anything else.
    pub fn parse(text: &str) -> Result<Self, crate::Error> {
        let is_day = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let is_demo = text.strip_prefix("demo-").is_some_and(|n| {
            !n.is_empty() && n.len() <= 9 && n.bytes().all(|byte| byte.is_ascii_digit())
        });
        (is_day || is_demo)
            .then(|| Self(text.to_owned()))
            .ok_or(crate::Error::BadIdentifier("window"))
    }

    /// Whether it is a sign-in counted in place of a day, which only a demonstration does.
    pub fn is_demo(&self) -> bool {
        self.0.starts_with("demo-")
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
