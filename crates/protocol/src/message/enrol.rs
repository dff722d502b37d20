//! How a device becomes known: a one-time token against a public key, over HTTPS.
//!
//! `POST /v1/enrol` carries `{"v":1,"enrolment":"<JWS of Enrolment>"}`, signed by the very key it
//! names, so that nobody can enrol a key they do not hold. The answer is [`Enrolled`].

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::signed_message;
use crate::{DeviceId, Origin, PublicKey, UnixMillis};

/// A secret from an administrator; prints as `[redacted]`, wiped on drop.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct EnrolmentToken(String);

impl EnrolmentToken {
    /// Trims and takes a token as typed or read from a file.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The secret itself, for hashing and sending.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EnrolmentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentToken([redacted])")
    }
}

/// Where a device key is held; fixed at enrolment, later only lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyStorage {
    /// In a file or the operating system's keyring: can be copied by malware.
    Software,
    /// In a TPM or Secure Enclave: cannot leave the computer.
    Hardware,
}

/// A device asks to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// Protocol version.
    pub v: u16,
    /// The one-time token.
    pub token: EnrolmentToken,
    /// The device's new key, which also signs this message.
    pub key: PublicKey,
    /// Where the key is held.
    pub key_storage: KeyStorage,
    /// The origin that the agent was told to enrol at.
    pub server: Origin,
    /// The computer's own name: a label for people, never used to decide.
    pub host_label: String,
    /// `linux`, `windows` or `macos`.
    pub os: String,
    /// The agent's version.
    pub agent_version: String,
    /// Whether this is a demonstration build.
    pub demo: bool,
    /// When it was made, on the device's clock.
    pub iat: UnixMillis,
}
signed_message!(Enrolment, "selfsame-enrolment+jwt");

/// The identity provider's answer to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Protocol version.
    pub v: u16,
    /// The device's name from now on.
    pub device: DeviceId,
    /// The person the device answers for, as the services know them.
    pub person: String,
    /// The check origin to pin.
    pub origin: Origin,
    /// The challenge keys to pin: current and next.
    pub challenge_keys: [PublicKey; 2],
    /// The server's clock.
    pub time: UnixMillis,
}
