//! Websocket frames: one JSON text frame each, signed parts carried as a compact JWS.

use serde::{Deserialize, Serialize};

use crate::{Error, MAX_FRAME_BYTES, Nonce, UnixMillis, VERSION};

/// What the identity provider sends on the websocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ServerFrame {
    /// First frame: the nonce to sign and the server's clock.
    Hello {
        /// Protocol version.
        v: u16,
        /// To be signed in [`super::LinkAuth`].
        nonce: Nonce,
        /// The server's clock.
        time: UnixMillis,
    },
    /// The device is known and the link is live.
    Welcome {
        /// The server's clock.
        time: UnixMillis,
    },
    /// A [`super::CheckRequest`].
    Check {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::Confirmed`].
    Confirmed {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::GatewayList`].
    Gateways {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::GatewayQuestion`].
    Gateway {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::GatewayCode`].
    Code {
        /// Compact JWS.
        jws: String,
    },
    /// Is this link alive? Answered at once with the same number.
    Ping {
        /// Any number.
        n: u64,
    },
    /// The server ends the link, and says why.
    Closing {
        /// Why.
        reason: Closing,
    },
}

/// What a device sends on the websocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DeviceFrame {
    /// A [`super::LinkAuth`]: the first frame.
    Auth {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::DeviceState`], after the welcome and at each change.
    State {
        /// Compact JWS.
        jws: String,
    },
    /// A [`super::VerdictMessage`].
    Verdict {
        /// Compact JWS.
        jws: String,
    },
    /// The answer to a [`super::GatewayQuestion`].
    Gateway {
        /// Compact JWS of a [`super::GatewayStatement`].
        statement: String,
        /// Compact JWS of a [`super::VerdictMessage`], where the statement allows for one.
        verdict: Option<String>,
    },
    /// A [`super::Leave`]: the person erased and left.
    Leave {
        /// Compact JWS.
        jws: String,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's number.
        n: u64,
    },
}

/// Why the identity provider ends a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// The device was revoked by an administrator or erased by its person. Final.
    Revoked,
    /// A copy of the device's key seems to be in use. Final until an administrator looks.
    Suspended,
    /// The device is not known here. Final.
    Unknown,
    /// This is a demonstration build and the server is not in demonstration mode. Final.
    DemoRefused,
    /// The device broke the protocol; it may try again later.
    ProtocolError,
    /// The server restarts; come back soon.
    Restarting,
    /// A newer link of the same device took over.
    Replaced,
}

impl Closing {
    /// Whether connecting again cannot help.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Revoked | Self::Suspended | Self::Unknown | Self::DemoRefused
        )
    }
}

impl ServerFrame {
    /// Parses one text frame.
    ///
    /// # Errors
    /// The server's fault: [`Error::BadPayload`] or [`Error::UnknownVersion`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let frame = parse(text)?;
        match frame {
            Self::Hello { v, .. } if v != VERSION => Err(Error::UnknownVersion(v)),
            frame => Ok(frame),
        }
    }
}

impl DeviceFrame {
    /// Parses one text frame.
    ///
    /// # Errors
    /// The device's fault: [`Error::BadPayload`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse(text)
    }
}

macro_rules! to_text {
    ($name:ident) => {
        impl $name {
            /// The text frame.
            pub fn to_text(&self) -> String {
                serde_json::to_string(self)
                    .expect("a frame holds only strings and numbers, which always serialise")
            }
        }
    };
}
to_text!(ServerFrame);
to_text!(DeviceFrame);

fn parse<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    if text.len() > MAX_FRAME_BYTES {
        return Err(Error::BadPayload("the frame is too large".to_owned()));
    }
    serde_json::from_str(text).map_err(|error| Error::BadPayload(error.to_string()))
}
