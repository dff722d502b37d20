//! What a proxy asks another server.

use crate::{
    Answer, Authenticator, Error, Kind, Packet, Password, SharedSecret,
    integrity::{message_authenticator, verify_message, verify_response},
    packet::Draft,
    packet::code,
};

/// An Access-Request of our own, ready to be sent as often as it takes.
#[derive(Debug, Clone)]
pub struct Enquiry {
    identifier: u8,
    authenticator: Authenticator,
    secret: SharedSecret,
    octets: Vec<u8>,
}

impl Enquiry {
    /// Writes an Access-Request, with Message-Authenticator first. The caller draws `authenticator` from a cryptographic
    /// random source, and uses no `identifier` twice at a time.
    ///
    /// # Errors
    /// [`Error::PasswordTooLong`], [`Error::ValueTooLong`] or [`Error::TooLong`].
    pub fn new(
        (identifier, authenticator): (u8, Authenticator),
        secret: SharedSecret,
        user_name: &str,
        password: &Password,
        others: &[(Kind, Vec<u8>)],
    ) -> Result<Self, Error> {
        let mut draft = Draft::new(code::ACCESS_REQUEST, identifier, authenticator);
        let place = draft.push(Kind::MESSAGE_AUTHENTICATOR, &[0; 16])?;
        draft.push(Kind::USER_NAME, user_name.as_bytes())?;
        draft.push(Kind::USER_PASSWORD, &password.hide(authenticator, &secret)?)?;
        for (kind, value) in others {
            draft.push(*kind, value)?;
        }
        let mut octets = draft.finish()?;
        let mac = message_authenticator(&octets, place, authenticator, &secret);
        octets[place..place + 16].copy_from_slice(&mac);
        Ok(Self {
            identifier,
            authenticator,
            secret,
            octets,
        })
    }

    /// What is sent.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Reads what came back. An answer without Message-Authenticator is refused: it is what CVE-2024-3596 forges.
    ///
    /// # Errors
    /// [`Error`]: it is to be dropped, and the right one waited for.
    pub fn read(&self, datagram: &[u8]) -> Result<Answer, Error> {
        let packet = Packet::parse(datagram)?;
        if packet.identifier() != self.identifier {
            return Err(Error::OtherIdentifier);
        }
        verify_response(&packet, self.authenticator, &self.secret)?;
        if !verify_message(&packet, self.authenticator, &self.secret)? {
            return Err(Error::NoMessageAuthenticator);
        }
        Answer::read(&packet)
    }
}
