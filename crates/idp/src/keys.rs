//! The server's own keys, each in a file that only its user may read.

use std::{fmt, io::Write, path::Path};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use selfsame_protocol::{PublicKey, Signer, SoftwareKey, UnixMillis};
use selfsame_saml::Certificate;
use zeroize::Zeroizing;

use crate::{
    platform, random,
    secret::Secret,
    settings::DataDir,
    store::{Stage, StoredCertificate},
};

const SAML_KEY: &str = "saml.key.pem";
const SAML_CERT: &str = "saml.crt.pem";
const CHALLENGE_CURRENT: &str = "challenge-current.key";
const CHALLENGE_NEXT: &str = "challenge-next.key";
const HOOK_SECRET: &str = "hook.secret";

/// What the server signs with for devices, and the secret that event hooks show.
#[derive(Debug)]
pub struct Keys {
    /// Sign what devices obey.
    pub challenge: ChallengeKeys,
    /// What an event hook's `Authorization` header must be.
    pub hook: Secret,
}

/// An RSA key that signs responses. Prints as `[redacted]`.
pub struct SamlKey(Zeroizing<Vec<u8>>);

/// The two keys that devices pin: what signs now, and what will sign next.
#[derive(Debug)]
pub struct ChallengeKeys {
    /// Signs now.
    pub current: SoftwareKey,
    /// Will sign next.
    pub next: SoftwareKey,
}

impl ChallengeKeys {
    /// What devices pin, current first.
    pub fn public(&self) -> [PublicKey; 2] {
        [self.current.public_key(), self.next.public_key()]
    }
}

impl Keys {
    /// Reads every key.
    ///
    /// # Errors
    /// When one is missing, damaged, or open to other users.
    pub fn load(data: &DataDir) -> anyhow::Result<Self> {
        Ok(Self {
            challenge: ChallengeKeys {
                current: load_p256(&data.key(CHALLENGE_CURRENT))?,
                next: load_p256(&data.key(CHALLENGE_NEXT))?,
            },
            hook: load_hook_secret(data)?,
        })
    }

    /// Writes fresh keys where there are none.
    ///
    /// # Errors
    /// When a file exists already or cannot be written.
    pub fn create(data: &DataDir, saml: &NewSamlKey) -> anyhow::Result<()> {
        write(&data.key(SAML_KEY), saml.key_pem.as_bytes())?;
        write(&data.key(SAML_CERT), saml.certificate_pem.as_bytes())?;
        for name in [CHALLENGE_CURRENT, CHALLENGE_NEXT] {
            let secret = random::p256_key().to_secret();
            let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(*secret));
            write(&data.key(name), text.as_bytes())?;
        }
        write(&data.key(HOOK_SECRET), Secret::random().expose().as_bytes())
    }
}

impl SamlKey {
    /// Reads a key by the name of its file.
    ///
    /// # Errors
    /// When it is missing, damaged, or open to other users.
    pub fn load(data: &DataDir, name: &str) -> anyhow::Result<Self> {
        let file = data.key(name);
        let key = rsa::RsaPrivateKey::from_pkcs8_pem(&read(&file)?)
            .with_context(|| format!("{} is not an RSA key in PKCS#8 PEM", file.display()))?;
        Ok(Self(Zeroizing::new(
            key.to_pkcs8_der()?.as_bytes().to_vec(),
        )))
    }

    /// The key as PKCS#8 DER.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.0
    }

    /// The certificate that `init` made, as it stands in its file.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn first_certificate(data: &DataDir) -> anyhow::Result<StoredCertificate> {
        let file = data.key(SAML_CERT);
        let pem = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "{} cannot be read; run `selfsame-idp init` first",
                file.display()
            )
        })?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("{} is not a certificate in PEM", file.display()))?;
        Ok(StoredCertificate {
            id: certificate.fingerprint(),
            pem,
            key_file: SAML_KEY.to_owned(),
            stage: Stage::Signing,
            since: UnixMillis(0),
        })
    }
}

impl fmt::Debug for SamlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SamlKey([redacted])")
    }
}

/// A secret that an administrator shares with another server.
///
/// # Errors
/// When it is missing or open to other users.
pub fn load_shared_secret(data: &DataDir, name: &str) -> anyhow::Result<Zeroizing<String>> {
    read(&data.key(name))
}

/// Keeps a secret that an administrator shares with another server, in a file of its own.
///
/// # Errors
/// When the file exists already or cannot be written.
pub fn store_shared_secret(data: &DataDir, name: &str, secret: &str) -> anyhow::Result<()> {
    write(&data.key(name), secret.as_bytes())
}

/// The secret that the provider's event hook must show.
///
/// # Errors
/// When it is missing or open to other users.
pub fn load_hook_secret(data: &DataDir) -> anyhow::Result<Secret> {
    Ok(Secret::new(read(&data.key(HOOK_SECRET))?.trim()))
}

/// A fresh SAML key with its certificate, both as PEM.
pub struct NewSamlKey {
    key_pem: Zeroizing<String>,
    certificate_pem: String,
}

impl NewSamlKey {
    /// An RSA key, since services take nothing but RSA, and its certificate; takes a second or two to find the primes.
    ///
    /// # Errors
    /// When the key or its certificate cannot be made.
    pub fn generate(common_name: &str, bits: usize, days: u16) -> anyhow::Result<Self> {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits)?;
        let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(
            &key.to_pkcs8_der()?.as_bytes().into(),
            &rcgen::PKCS_RSA_SHA256,
        )?;
        let certificate = certificate_for(common_name, days)?.self_signed(&pair)?;
        Ok(Self {
            key_pem: key.to_pkcs8_pem(rsa::pkcs8::LineEnding::LF)?,
            certificate_pem: certificate.pem(),
        })
    }

    /// Writes the key to a file of its own, and says what is to be stored of its certificate.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, data: &DataDir, stage: Stage) -> anyhow::Result<StoredCertificate> {
        let id = Certificate::from_pem(&self.certificate_pem)?.fingerprint();
        let short: String = id
            .chars()
            .filter(char::is_ascii_hexdigit)
            .take(12)
            .collect();
        let key_file = format!("saml-{}.key.pem", short.to_ascii_lowercase());
        write(&data.key(&key_file), self.key_pem.as_bytes())?;
        Ok(StoredCertificate {
            id,
            pem: self.certificate_pem.clone(),
            key_file,
            stage,
            since: UnixMillis(0),
        })
    }
}

/// Services pin the certificate itself and look neither at its names nor, for the most part, at its dates.
fn certificate_for(common_name: &str, days: u16) -> anyhow::Result<rcgen::CertificateParams> {
    let mut params = rcgen::CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, common_name);
    (params.not_before, params.not_after) = crate::clock::from_yesterday_for(days);
    Ok(params)
}

fn load_p256(file: &Path) -> anyhow::Result<SoftwareKey> {
    let text = read(file)?;
    let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().map(Zeroizing::new);
    bytes
        .and_then(|bytes| {
            <[u8; 32]>::try_from(bytes.as_slice())
                .ok()
                .map(Zeroizing::new)
        })
        .and_then(|secret| SoftwareKey::from_secret(&secret).ok())
        .with_context(|| format!("{} does not hold a P-256 key", file.display()))
}

fn read(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    platform::check_private(file)
        .and_then(|()| std::fs::read_to_string(file))
        .map(Zeroizing::new)
        .with_context(|| format!("the key file {} cannot be used", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    platform::create_private(file)
        .and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()))
        .with_context(|| format!("{} cannot be written", file.display()))
}
