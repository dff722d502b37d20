//! Sealing: XChaCha20-Poly1305 under a random 256-bit key, with a readable version in front.

use chacha20poly1305::{AeadInPlace, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use rand::RngCore;
use zeroize::Zeroizing;

const MAGIC: [u8; 8] = *b"SELFSAME";
const VERSION: u16 = 1;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
/// Magic and version (little endian). Nonce, tag and the sealed bytes follow.
const HEAD_LENGTH: usize = MAGIC.len() + 2;

/// What was sealed; wiped on drop.
pub type Opened = Zeroizing<Vec<u8>>;

/// Why sealed bytes cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, or not begun as this program begins its files.
    #[error("it is cut short or no file of this program")]
    NotSealed,
    /// Written by a later program.
    #[error(
        "it has version {0}, and this program reads version {VERSION}; a later program wrote it"
    )]
    Version(u16),
    /// Altered, damaged, or sealed with another key.
    #[error("it was altered or damaged, or its key is gone from the keyring")]
    Unreadable,
}

/// A key that seals; wiped on drop.
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// A new key from the system's random source.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::rng().fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// A key that was kept.
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Seals `plain`; every call draws a nonce of its own.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LENGTH];
        rand::rng().fill_bytes(&mut nonce);
        let mut body = Zeroizing::new(plain.to_vec());
        let head = head(VERSION);
        let tag = self
            .cipher()
            .encrypt_in_place_detached(&XNonce::from(nonce), &head, &mut body)
            .expect("a profile is far below the cipher's limit of 256 GiB");
        [head.as_slice(), &nonce, &tag, &body].concat()
    }

    /// Opens what [`SealingKey::seal`] made.
    ///
    /// # Errors
    /// When it is cut short, of a later version, altered, or sealed with another key.
    pub fn open(&self, sealed: &[u8]) -> Result<Opened, SealError> {
        let cut = SealError::NotSealed;
        let (head, rest) = sealed
            .split_first_chunk::<HEAD_LENGTH>()
            .ok_or(cut.clone())?;
        check_version(*head)?;
        let (nonce, rest) = rest
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or(cut.clone())?;
        let (tag, body) = rest.split_first_chunk::<TAG_LENGTH>().ok_or(cut)?;
        let mut body = Zeroizing::new(body.to_vec());
        self.cipher()
            .decrypt_in_place_detached(&XNonce::from(*nonce), head, &mut body, &Tag::from(*tag))
            .map_err(|_| SealError::Unreadable)?;
        Ok(body)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}

fn head(version: u16) -> [u8; HEAD_LENGTH] {
    let [low, high] = version.to_le_bytes();
    let [a, b, c, d, e, f, g, h] = MAGIC;
    [a, b, c, d, e, f, g, h, low, high]
}

fn check_version(head: [u8; HEAD_LENGTH]) -> Result<(), SealError> {
    let [magic @ .., low, high] = head;
    match u16::from_le_bytes([low, high]) {
        _ if magic != MAGIC => Err(SealError::NotSealed),
        VERSION => Ok(()),
        later => Err(SealError::Version(later)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_under_the_same_key_only() {
        let key = SealingKey::random();
        let sealed = key.seal(b"aggregates");
        assert_eq!(key.open(&sealed).expect("opens").as_slice(), b"aggregates");
        assert_eq!(
            SealingKey::random().open(&sealed),
            Err(SealError::Unreadable)
        );
    }

    #[test]
    fn the_same_bytes_never_seal_to_the_same_twice() {
        let key = SealingKey::random();
        assert_ne!(key.seal(b"aggregates"), key.seal(b"aggregates"));
    }

    #[test]
    fn every_altered_byte_and_every_cut_is_noticed() {
        let key = SealingKey::random();
        let sealed = key.seal(b"aggregates");
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key.open(&altered).is_err(), "byte {at}");
            assert!(key.open(&sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_later_version_is_named_as_such() {
        let key = SealingKey::random();
        let mut sealed = key.seal(b"aggregates");
        sealed[8] = 9;
        assert_eq!(key.open(&sealed), Err(SealError::Version(9)));
    }
}
