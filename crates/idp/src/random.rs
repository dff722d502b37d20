//! Random values from the operating system.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use selfsame_protocol::{CheckId, DeviceId, Nonce, SoftwareKey};

/// Bytes fit for keys, nonces and identifiers.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system always has random bytes once it is up");
    bytes
}

/// A fresh name for what has no kind of id of its own: 16 octets as base64url.
pub fn name() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<16>())
}

/// A fresh check id.
pub fn check_id() -> CheckId {
    CheckId::from_bytes(bytes())
}

/// A fresh device id.
pub fn device_id() -> DeviceId {
    DeviceId::from_bytes(bytes())
}

/// A fresh nonce.
pub fn nonce() -> Nonce {
    Nonce::from_bytes(bytes())
}

/// A fresh P-256 key.
pub fn p256_key() -> SoftwareKey {
    loop {
        // All but one in 2^32 draws are below the group order.
        if let Ok(key) = SoftwareKey::from_secret(&zeroize::Zeroizing::new(bytes())) {
            return key;
        }
    }
}
