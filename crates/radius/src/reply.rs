//! What a server answers. Message-Authenticator is the first attribute of every answer: the attack of CVE-2024-3596 needs
//! room of its own choosing before anything that depends on the secret.

use crate::{
    Error, Kind, Request, SharedSecret,
    attribute::MOST_VALUE,
    integrity::{message_authenticator, response_authenticator},
    packet::{AUTHENTICATOR, Draft, HEADER, code},
};

/// Whether what the person types may be shown on the screen (RFC 2869 section 5.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// It is shown.
    Echo,
    /// It is not.
    NoEcho,
}

/// An answer before it is tied to its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: u8,
    attributes: Vec<(Kind, Vec<u8>)>,
}

impl Reply {
    /// Access-Accept.
    pub const fn accept() -> Self {
        Self::new(code::ACCESS_ACCEPT)
    }

    /// Access-Reject.
    pub const fn reject() -> Self {
        Self::new(code::ACCESS_REJECT)
    }

    /// Access-Challenge: the request that answers it returns `state`.
    pub fn challenge(state: &[u8]) -> Self {
        Self::new(code::ACCESS_CHALLENGE).with(Kind::STATE, state)
    }

    const fn new(code: u8) -> Self {
        Self {
            code,
            attributes: Vec::new(),
        }
    }

    /// Whether it lets somebody in.
    pub const fn is_accept(&self) -> bool {
        self.code == code::ACCESS_ACCEPT
    }

    /// Adds what the person is shown, in as many attributes as it takes.
    #[must_use]
    pub fn message(mut self, text: &str) -> Self {
        let mut rest = text;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.floor_char_boundary(MOST_VALUE));
            self = self.with(Kind::REPLY_MESSAGE, now.as_bytes());
            rest = later;
        }
        self
    }

    /// Says how long a challenge may be answered.
    #[must_use]
    pub fn session_timeout(self, seconds: u32) -> Self {
        self.with(Kind::SESSION_TIMEOUT, &seconds.to_be_bytes())
    }

    /// Says whether what is typed may be shown.
    #[must_use]
    pub fn prompt(self, prompt: Prompt) -> Self {
        let value: u32 = match prompt {
            Prompt::NoEcho => 0,
            Prompt::Echo => 1,
        };
        self.with(Kind::PROMPT, &value.to_be_bytes())
    }

    /// Adds an attribute that is the caller's business.
    #[must_use]
    pub fn with(mut self, kind: Kind, value: &[u8]) -> Self {
        self.attributes.push((kind, value.to_vec()));
        self
    }

    /// Writes the answer to `request`: Message-Authenticator, its own attributes, and every Proxy-State of the request in
    /// order.
    ///
    /// # Errors
    /// [`Error::ValueTooLong`] or [`Error::TooLong`].
    pub fn encode(&self, request: &Request, secret: &SharedSecret) -> Result<Vec<u8>, Error> {
        let mut draft = Draft::new(self.code, request.identifier, request.authenticator);
        let place = draft.push(Kind::MESSAGE_AUTHENTICATOR, &[0; 16])?;
        for (kind, value) in &self.attributes {
            draft.push(*kind, value)?;
        }
        for state in &request.proxy_states {
            draft.push(Kind::PROXY_STATE, state)?;
        }
        let mut octets = draft.finish()?;
        let mac = message_authenticator(&octets, place, request.authenticator, secret);
        octets[place..place + 16].copy_from_slice(&mac);
        let hash = response_authenticator(&octets, request.authenticator, secret);
        octets[AUTHENTICATOR..HEADER].copy_from_slice(&hash);
        Ok(octets)
    }
}
