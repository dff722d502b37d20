//! What a client asks: an Access-Request, or a Status-Server that asks for nothing but a sign of life.

use crate::{
    Authenticator, Error, Kind, Packet, Password, SharedSecret, integrity::verify_message,
    packet::code,
};

/// What a client must do so that its requests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegrityRule {
    /// Every request carries a Message-Authenticator.
    Required,
    /// A request without one is read, unless it carries Proxy-State, which the attack of CVE-2024-3596 needs. One that
    /// is there must be right all the same.
    Lenient,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody wants in.
    Access,
    /// The client asks whether anybody is there (RFC 5997).
    Status,
}

/// What the person gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A password (PAP), or what was typed after a challenge.
    Password(Password),
    /// Something that this crate does not read: CHAP, EAP.
    Unsupported(Kind),
    /// Nothing.
    None,
}

/// A request that was read and, as far as the rule asks for it, verified. It outlives its datagram.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it is for.
    pub purpose: Purpose,
    /// Pairs it with its answer.
    pub identifier: u8,
    /// Ties its answer to it.
    pub authenticator: Authenticator,
    /// Whether a Message-Authenticator showed that it is the client's.
    pub is_protected: bool,
    /// Who wants in.
    pub user_name: Option<String>,
    /// What they gave.
    pub credentials: Credentials,
    /// What the challenge before it named.
    pub state: Option<Vec<u8>>,
    /// Where the person is, in the client's words.
    pub calling_station: Option<String>,
    /// What the answer returns, in this order.
    pub proxy_states: Vec<Vec<u8>>,
    /// What else a proxy hands on: kinds and values, in order.
    pub others: Vec<(Kind, Vec<u8>)>,
}

/// What [`Request`] has a place for; everything else is in `others`.
const READ: [Kind; 8] = [
    Kind::USER_NAME,
    Kind::USER_PASSWORD,
    Kind::CHAP_PASSWORD,
    Kind::STATE,
    Kind::CALLING_STATION_ID,
    Kind::PROXY_STATE,
    Kind::EAP_MESSAGE,
    Kind::MESSAGE_AUTHENTICATOR,
];

impl Request {
    /// Reads a request under the secret of the client that it seems to come from.
    ///
    /// # Errors
    /// [`Error`]: it is to be dropped without an answer.
    pub fn read(
        packet: &Packet<'_>,
        secret: &SharedSecret,
        rule: IntegrityRule,
    ) -> Result<Self, Error> {
        let purpose = match packet.code() {
            code::ACCESS_REQUEST => Purpose::Access,
            code::STATUS_SERVER => Purpose::Status,
            other => return Err(Error::UnexpectedCode(other)),
        };
        let is_protected = verify_message(packet, packet.authenticator(), secret)?;
        if !is_protected {
            may_go_unprotected(packet, purpose, rule)?;
        }
        Ok(Self {
            purpose,
            identifier: packet.identifier(),
            authenticator: packet.authenticator(),
            is_protected,
            user_name: text(packet, Kind::USER_NAME)?,
            credentials: credentials(packet, secret)?,
            state: packet.sole(Kind::STATE)?.map(<[u8]>::to_vec),
            calling_station: text(packet, Kind::CALLING_STATION_ID)?,
            proxy_states: packet.all(Kind::PROXY_STATE).map(<[u8]>::to_vec).collect(),
            others: packet
                .attributes()
                .filter(|attribute| !READ.contains(&attribute.kind))
                .map(|attribute| (attribute.kind, attribute.value.to_vec()))
                .collect(),
        })
    }

    /// Every value of a kind that this type has no place for.
    pub fn other(&self, kind: Kind) -> impl Iterator<Item = &[u8]> {
        self.others
            .iter()
            .filter(move |(other, _)| *other == kind)
            .map(|(_, value)| value.as_slice())
    }
}

/// Whether a request without Message-Authenticator may be read. EAP and Status-Server never may (RFC 3579 section 3.2,
/// RFC 5997 section 3).
fn may_go_unprotected(
    packet: &Packet<'_>,
    purpose: Purpose,
    rule: IntegrityRule,
) -> Result<(), Error> {
    let has = |kind| packet.all(kind).next().is_some();
    if rule == IntegrityRule::Required || purpose == Purpose::Status || has(Kind::EAP_MESSAGE) {
        return Err(Error::NoMessageAuthenticator);
    }
    if has(Kind::PROXY_STATE) {
        return Err(Error::UnprotectedProxyState);
    }
    Ok(())
}

fn credentials(packet: &Packet<'_>, secret: &SharedSecret) -> Result<Credentials, Error> {
    let hidden = packet.sole(Kind::USER_PASSWORD)?;
    let chap = packet.sole(Kind::CHAP_PASSWORD)?.is_some();
    // A long EAP message comes in several attributes.
    let eap = packet.all(Kind::EAP_MESSAGE).next().is_some();
    match (hidden, chap, eap) {
        (Some(hidden), false, false) => {
            Password::unhide(hidden, packet.authenticator(), secret).map(Credentials::Password)
        }
        (None, true, false) => Ok(Credentials::Unsupported(Kind::CHAP_PASSWORD)),
        (None, false, true) => Ok(Credentials::Unsupported(Kind::EAP_MESSAGE)),
        (None, false, false) => Ok(Credentials::None),
        _ => Err(Error::SeveralCredentials),
    }
}

/// An attribute that is UTF-8 text (RFC 2865 section 5).
fn text(packet: &Packet<'_>, kind: Kind) -> Result<Option<String>, Error> {
    let value = packet.sole(kind)?;
    value
        .map(|value| String::from_utf8(value.to_vec()).map_err(|_| Error::BadValue(kind)))
        .transpose()
}
