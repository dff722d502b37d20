//! Attributes: a kind of one octet, and a value of at most 253.

use std::fmt;

/// The most octets of one value.
pub const MOST_VALUE: usize = 253;
/// The octets before a value: its kind, and its length with these two.
pub(crate) const HEAD: usize = 2;

/// What an attribute says, by its registered number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u8);

macro_rules! kinds {
    ($($constant:ident = $number:literal, $name:literal;)*) => {
        impl Kind {
            $(#[doc = $name] pub const $constant: Self = Self($number);)*

            const fn name(self) -> Option<&'static str> {
                match self.0 { $($number => Some($name),)* _ => None }
            }
        }
    };
}

kinds! {
    USER_NAME = 1, "User-Name";
    USER_PASSWORD = 2, "User-Password";
    CHAP_PASSWORD = 3, "CHAP-Password";
    NAS_IP_ADDRESS = 4, "NAS-IP-Address";
    NAS_PORT = 5, "NAS-Port";
    SERVICE_TYPE = 6, "Service-Type";
    FRAMED_IP_ADDRESS = 8, "Framed-IP-Address";
    REPLY_MESSAGE = 18, "Reply-Message";
    STATE = 24, "State";
    CLASS = 25, "Class";
    VENDOR_SPECIFIC = 26, "Vendor-Specific";
    SESSION_TIMEOUT = 27, "Session-Timeout";
    CALLED_STATION_ID = 30, "Called-Station-Id";
    CALLING_STATION_ID = 31, "Calling-Station-Id";
    NAS_IDENTIFIER = 32, "NAS-Identifier";
    PROXY_STATE = 33, "Proxy-State";
    NAS_PORT_TYPE = 61, "NAS-Port-Type";
    TUNNEL_CLIENT_ENDPOINT = 66, "Tunnel-Client-Endpoint";
    TUNNEL_PASSWORD = 69, "Tunnel-Password";
    PROMPT = 76, "Prompt";
    EAP_MESSAGE = 79, "EAP-Message";
    MESSAGE_AUTHENTICATOR = 80, "Message-Authenticator";
    NAS_IPV6_ADDRESS = 95, "NAS-IPv6-Address";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "attribute {}", self.0),
        }
    }
}

/// One attribute of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// What it says.
    pub kind: Kind,
    /// Its value: 0 to 253 octets.
    pub value: &'a [u8],
}
