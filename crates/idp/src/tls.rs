//! The certificate that browsers and agents see.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// Reads a chain and its key, and makes what the listeners need of them.
///
/// # Errors
/// When a file cannot be read, is not PEM, or the two do not belong together.
pub fn load(certificate: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| {
            format!(
                "{} is not a certificate chain in PEM",
                certificate.display()
            )
        })?;
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} is not a private key in PEM", key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| {
            format!(
                "{} and {} cannot be used together",
                certificate.display(),
                key.display()
            )
        })?;
    // Websockets over HTTP/2 are another protocol; one is enough.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
