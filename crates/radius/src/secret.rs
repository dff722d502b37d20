//! The secret that two RADIUS peers share.

use std::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// A shared secret; prints as `[redacted]`, wiped on drop.
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Vec<u8>>);

impl SharedSecret {
    /// Takes a secret.
    ///
    /// # Errors
    /// [`Error::NoSecret`] when it is empty, which RFC 2865 section 3 forbids.
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let octets = Zeroizing::new(octets.into());
        if octets.is_empty() {
            return Err(Error::NoSecret);
        }
        Ok(Self(octets))
    }

    pub(crate) fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret([redacted])")
    }
}
