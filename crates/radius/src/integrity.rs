//! What shows that a packet comes from whoever knows the secret: Message-Authenticator (RFC 2869 section 5.14) and
//! Response Authenticator (RFC 2865 section 3). All comparisons take the same time wherever the octets differ.

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::{
    Error, Kind, Packet, SharedSecret,
    packet::{AUTHENTICATOR, HEADER},
};

/// The 16 octets of a header that tie an answer to its request; in a request they must be random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Authenticator(pub [u8; 16]);

/// The Message-Authenticator of a packet whose own stands at `place`, under the authenticator of its request.
pub(crate) fn message_authenticator(
    octets: &[u8],
    place: usize,
    request: Authenticator,
    secret: &SharedSecret,
) -> [u8; 16] {
    let mut mac =
        Hmac::<Md5>::new_from_slice(secret.octets()).expect("HMAC takes a key of any length");
    mac.update(&octets[..AUTHENTICATOR]);
    mac.update(&request.0);
    mac.update(&octets[HEADER..place]);
    mac.update(&[0; 16]);
    mac.update(&octets[place + 16..]);
    mac.finalize().into_bytes().into()
}

/// The Response Authenticator of an answer to `request`.
pub(crate) fn response_authenticator(
    octets: &[u8],
    request: Authenticator,
    secret: &SharedSecret,
) -> [u8; 16] {
    let mut hash = Md5::new();
    hash.update(&octets[..AUTHENTICATOR]);
    hash.update(request.0);
    hash.update(&octets[HEADER..]);
    hash.update(secret.octets());
    hash.finalize().into()
}

/// Checks the one Message-Authenticator of a packet; `false` when it has none.
///
/// # Errors
/// [`Error::Repeated`], [`Error::BadValue`] or [`Error::WrongMessageAuthenticator`].
pub(crate) fn verify_message(
    packet: &Packet<'_>,
    request: Authenticator,
    secret: &SharedSecret,
) -> Result<bool, Error> {
    const KIND: Kind = Kind::MESSAGE_AUTHENTICATOR;
    packet.sole(KIND)?;
    let Some((place, attribute)) = packet
        .located()
        .find(|(_, attribute)| attribute.kind == KIND)
    else {
        return Ok(false);
    };
    if attribute.value.len() != 16 {
        return Err(Error::BadValue(KIND));
    }
    let due = message_authenticator(packet.octets(), place, request, secret);
    match bool::from(due.ct_eq(attribute.value)) {
        true => Ok(true),
        false => Err(Error::WrongMessageAuthenticator),
    }
}

/// Checks the Response Authenticator of an answer.
///
/// # Errors
/// [`Error::WrongResponseAuthenticator`].
pub(crate) fn verify_response(
    packet: &Packet<'_>,
    request: Authenticator,
    secret: &SharedSecret,
) -> Result<(), Error> {
    let due = response_authenticator(packet.octets(), request, secret);
    match bool::from(due.ct_eq(&packet.authenticator().0)) {
        true => Ok(()),
        false => Err(Error::WrongResponseAuthenticator),
    }
}
