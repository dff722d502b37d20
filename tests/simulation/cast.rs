//! Who takes part: two people with a computer each, and Mallory, who knows their passwords.

use std::sync::LazyLock;

use selfsame_idp::store::Login;
use selfsame_protocol::{DeviceId, GenerationId, Origin, PublicKey, Signer, SoftwareKey};

/// A computer with an agent on it. Mallory's is enrolled too, in Mallory's own name, and says whatever Mallory wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Computer {
    Adas,
    Bens,
    Mallorys,
}

/// A browser, one on each computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Browser {
    Adas,
    Bens,
    Mallorys,
}

impl Computer {
    pub const ALL: [Self; 3] = [Self::Adas, Self::Bens, Self::Mallorys];

    /// The computer of a device.
    pub fn of(device: DeviceId) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|computer| computer.device() == device)
    }

    pub const fn device(self) -> DeviceId {
        DeviceId::from_bytes([self as u8 + 1; 16])
    }

    pub const fn generation(self) -> GenerationId {
        GenerationId([self as u8 + 1; 16])
    }

    pub fn login(self) -> Login {
        let name = match self {
            Self::Adas => "ada@example.com",
            Self::Bens => "ben@example.com",
            Self::Mallorys => "mallory@example.com",
        };
        Login::parse(name).expect("a login")
    }

    pub fn key(self) -> &'static Key {
        &KEYS[self as usize]
    }
}

impl Browser {
    pub const ALL: [Self; 3] = [Self::Adas, Self::Bens, Self::Mallorys];

    pub const fn computer(self) -> Computer {
        match self {
            Self::Adas => Computer::Adas,
            Self::Bens => Computer::Bens,
            Self::Mallorys => Computer::Mallorys,
        }
    }
}

/// A key pair.
pub struct Key {
    pub secret: SoftwareKey,
    pub public: PublicKey,
}

impl Key {
    fn of(n: u8) -> Self {
        let secret = SoftwareKey::from_secret(&[n; 32]).expect("a scalar below the order");
        let public = secret.public_key();
        Self { secret, public }
    }
}

static KEYS: LazyLock<[Key; 3]> = LazyLock::new(|| [Key::of(1), Key::of(2), Key::of(3)]);

/// The key of the server's challenges and questions, and the next one.
pub static SERVER: LazyLock<[Key; 2]> = LazyLock::new(|| [Key::of(4), Key::of(5)]);

/// The pinned origin.
pub static ORIGIN: LazyLock<Origin> =
    LazyLock::new(|| Origin::parse("https://idp.example.com").expect("an origin"));

/// Mallory's page.
pub static EVIL: LazyLock<Origin> =
    LazyLock::new(|| Origin::parse("https://evil.example").expect("an origin"));

/// Where the service posts from.
pub const SERVICE: &str = "https://acme.okta.com";
