//! How a password is hidden in a packet (RFC 2865 section 5.2). It is no encryption: who records packets can guess at
//! the secret for as long as they like.

use std::fmt;

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::{Authenticator, Error, Kind, SharedSecret};

/// The most octets of a password.
const MOST: usize = 128;
const BLOCK: usize = 16;

/// A password as a client sent it: any octets, though mostly text. Prints as `[redacted]`, wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Takes a password.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(octets.into()))
    }

    /// The password.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Hides it for a request with this authenticator.
    ///
    /// # Errors
    /// [`Error::PasswordTooLong`].
    pub fn hide(&self, request: Authenticator, secret: &SharedSecret) -> Result<Vec<u8>, Error> {
        if self.0.len() > MOST {
            return Err(Error::PasswordTooLong);
        }
        let padded = self.0.len().div_ceil(BLOCK).max(1) * BLOCK;
        let mut hidden = self.0.to_vec();
        hidden.resize(padded, 0);
        let mut before = request.0;
        for block in hidden.chunks_exact_mut(BLOCK) {
            mask(block, before, secret);
            before.copy_from_slice(block);
        }
        Ok(hidden)
    }

    /// Reads a hidden password. The zeros that fill its last block are not told from zeros at its end, which no password
    /// has; a wrong secret gives octets without a meaning.
    ///
    /// # Errors
    /// [`Error::BadValue`] when it has a length that no hidden password has.
    pub fn unhide(
        hidden: &[u8],
        request: Authenticator,
        secret: &SharedSecret,
    ) -> Result<Self, Error> {
        if hidden.is_empty() || hidden.len() > MOST || !hidden.len().is_multiple_of(BLOCK) {
            return Err(Error::BadValue(Kind::USER_PASSWORD));
        }
        let mut plain = Zeroizing::new(hidden.to_vec());
        let mut before = request.0;
        for (block, masked) in plain
            .chunks_exact_mut(BLOCK)
            .zip(hidden.chunks_exact(BLOCK))
        {
            mask(block, before, secret);
            before.copy_from_slice(masked);
        }
        let end = plain.iter().rposition(|octet| *octet != 0);
        plain.truncate(end.map_or(0, |last| last + 1));
        Ok(Self(plain))
    }
}

/// Hides a block, or shows it: the mask is the same.
fn mask(block: &mut [u8], before: [u8; BLOCK], secret: &SharedSecret) {
    let mut hash = Md5::new();
    hash.update(secret.octets());
    hash.update(before);
    for (octet, mask) in block.iter_mut().zip(hash.finalize()) {
        *octet ^= mask;
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}
