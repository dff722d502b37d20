//! How the agent decides that a server is who it says: the system's own judgement, and an extra
//! certificate authority where the person was given one.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::exit::{Blame, Exit, Failure};

/// A client configuration that trusts what the system trusts, and the authorities in `ca_file`.
///
/// # Errors
/// When the file cannot be read or holds no certificate.
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, Failure> {
    let extra = ca_file.map_or(Ok(Vec::new()), read_authorities)?;
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider))
        .map_err(|error| no_authorities(&error))?;
    let mut config = with_verifier(provider, verifier)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn with_verifier(
    provider: Arc<CryptoProvider>,
    verifier: Verifier,
) -> Result<ClientConfig, Failure> {
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| no_authorities(&error))?
        .dangerous()
        // Not dangerous here: it is the platform's own verifier.
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn read_authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let unreadable = |why: String| {
        Failure::new(
            Exit::Usage,
            Blame::Command,
            format!(
                "{} cannot be used as a certificate authority: {why}.",
                path.display()
            ),
            "Give a readable file with certificates in PEM form.",
        )
    };
    let found = CertificateDer::pem_file_iter(path)
        .map_err(|error| unreadable(error.to_string()))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() {
        return Err(unreadable("it holds no certificate".to_owned()));
    }
    Ok(found)
}

fn no_authorities(error: &rustls::Error) -> Failure {
    Failure::new(
        Exit::Tls,
        Blame::ThisComputer,
        format!("The certificate authorities of this computer cannot be used: {error}."),
        "Install the system's certificate authorities (on Debian: `ca-certificates`), or give --ca-file.",
    )
}
