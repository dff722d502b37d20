//! The outer form of a packet: a header of 20 octets, and attributes that fill the rest exactly.

use crate::{
    Attribute, Authenticator, Error, Kind,
    attribute::{HEAD, MOST_VALUE},
};

/// The most octets of a packet (RFC 2865 section 3).
pub const MOST_OCTETS: usize = 4096;
/// Code, identifier, length and authenticator.
pub(crate) const HEADER: usize = 20;
/// Where the authenticator begins.
pub(crate) const AUTHENTICATOR: usize = 4;

/// The codes that are read or written here.
pub(crate) mod code {
    pub const ACCESS_REQUEST: u8 = 1;
    pub const ACCESS_ACCEPT: u8 = 2;
    pub const ACCESS_REJECT: u8 = 3;
    pub const ACCESS_CHALLENGE: u8 = 11;
    pub const STATUS_SERVER: u8 = 12;
}

/// A packet whose form was checked: its length, and that of each attribute. Nothing in it is trusted yet.
#[derive(Clone, Copy)]
pub struct Packet<'a> {
    octets: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Checks the form of a datagram. What lies beyond the length that the packet names is padding, and left out.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::TooLong`] or [`Error::AttributeLength`].
    pub fn parse(datagram: &'a [u8]) -> Result<Self, Error> {
        let length = Self::length(datagram)?;
        let octets = datagram
            .get(..length)
            .ok_or(Error::TooShort(datagram.len()))?;
        let packet = Self { octets };
        let mut at = HEADER;
        while at < length {
            match octets.get(at + 1).map(|length| usize::from(*length)) {
                Some(next) if next >= HEAD && at + next <= length => at += next,
                _ => return Err(Error::AttributeLength(at)),
            }
        }
        Ok(packet)
    }

    /// How many octets a packet has, by its first four or more: what a reader of a stream needs to know.
    ///
    /// # Errors
    /// [`Error::TooShort`] or [`Error::TooLong`] when it cannot be a packet.
    pub fn length(beginning: &[u8]) -> Result<usize, Error> {
        let [_, _, high, low, ..] = *beginning else {
            return Err(Error::TooShort(beginning.len()));
        };
        match usize::from(u16::from_be_bytes([high, low])) {
            length if length < HEADER => Err(Error::TooShort(length)),
            length if length > MOST_OCTETS => Err(Error::TooLong(length)),
            length => Ok(length),
        }
    }

    /// The octets, without padding.
    pub fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// What kind of packet it is.
    pub fn code(&self) -> u8 {
        self.octets[0]
    }

    /// The number that pairs a request with its answer.
    pub fn identifier(&self) -> u8 {
        self.octets[1]
    }

    /// The authenticator, as it stands.
    pub fn authenticator(&self) -> Authenticator {
        let mut authenticator = [0; 16];
        authenticator.copy_from_slice(&self.octets[AUTHENTICATOR..HEADER]);
        Authenticator(authenticator)
    }

    /// The attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.located().map(|(_, attribute)| attribute)
    }

    /// The attributes with the places where their values begin.
    pub(crate) fn located(&self) -> impl Iterator<Item = (usize, Attribute<'a>)> + use<'a> {
        let octets = self.octets;
        let mut at = HEADER;
        std::iter::from_fn(move || {
            let (kind, length) = (*octets.get(at)?, usize::from(*octets.get(at + 1)?));
            let place = at + HEAD;
            at += length;
            let attribute = Attribute {
                kind: Kind(kind),
                value: octets.get(place..at)?,
            };
            Some((place, attribute))
        })
    }

    /// Every value of one kind, in order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.attributes()
            .filter(move |attribute| attribute.kind == kind)
            .map(|attribute| attribute.value)
    }

    /// The value of a kind that may be there once.
    ///
    /// # Errors
    /// [`Error::Repeated`].
    pub fn sole(&self, kind: Kind) -> Result<Option<&'a [u8]>, Error> {
        let mut all = self.all(kind);
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(Error::Repeated(kind)),
            (found, None) => Ok(found),
        }
    }
}

impl std::fmt::Debug for Packet<'_> {
    /// Its values may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packet")
            .field("code", &self.code())
            .field("identifier", &self.identifier())
            .field("octets", &self.octets.len())
            .finish_non_exhaustive()
    }
}

/// A packet being written.
pub(crate) struct Draft(Vec<u8>);

impl Draft {
    pub(crate) fn new(code: u8, identifier: u8, authenticator: Authenticator) -> Self {
        let mut octets = vec![code, identifier, 0, 0];
        octets.extend(authenticator.0);
        Self(octets)
    }

    /// Adds an attribute; returns where its value begins.
    pub(crate) fn push(&mut self, kind: Kind, value: &[u8]) -> Result<usize, Error> {
        let length = u8::try_from(value.len() + HEAD)
            .ok()
            .filter(|_| value.len() <= MOST_VALUE)
            .ok_or(Error::ValueTooLong(kind))?;
        self.0.extend([kind.0, length]);
        let place = self.0.len();
        self.0.extend(value);
        Ok(place)
    }

    /// Writes the length, and hands over the octets.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let length = self.0.len();
        match u16::try_from(length) {
            Ok(short) if length <= MOST_OCTETS => {
                self.0[2..4].copy_from_slice(&short.to_be_bytes());
                Ok(self.0)
            }
            _ => Err(Error::TooLong(length)),
        }
    }
}
