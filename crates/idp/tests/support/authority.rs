//! A certificate authority of one test, and servers at `localhost` under it.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// An authority, whose files go with it.
pub struct Authority {
    dir: TempDir,
}

/// A server's certificate and key, in PEM.
pub struct Leaf {
    /// The certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Authority {
    /// A fresh authority with one certificate, for `localhost`.
    pub fn new() -> Self {
        let authority = Self {
            dir: TempDir::new().expect("a directory"),
        };
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = params.self_signed(&key).expect("a certificate");
        write(&authority.certificate(), &own.pem());
        authority.issue(&Issuer::new(params, key));
        authority
    }

    fn issue(&self, issuer: &Issuer<'_, KeyPair>) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        let leaf = params.signed_by(&key, issuer).expect("a certificate");
        write(&self.leaf().cert, &leaf.pem());
        write(&self.leaf().key, &key.serialize_pem());
    }

    /// The authority's own certificate, in PEM.
    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("ca.crt")
    }

    /// The certificate of `localhost`.
    pub fn leaf(&self) -> Leaf {
        Leaf {
            cert: self.dir.path().join("localhost.crt"),
            key: self.dir.path().join("localhost.key"),
        }
    }
}

fn write(file: &Path, pem: &str) {
    std::fs::write(file, pem).expect("written");
}
