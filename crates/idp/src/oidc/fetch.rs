//! One GET over TLS, for an issuer's metadata and keys: the system's authorities, no redirect, no proxy, a limit on time
//! and size.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, crypto::ring, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::{client::HttpsUrl, key_set::MAX_OCTETS};

/// A browser waits for this, and its check's answer is due soon.
const WITHIN: Duration = Duration::from_secs(3);
const HTTPS_PORT: u16 = 443;

/// What stands at an address.
///
/// # Errors
/// When it cannot be had, or is larger than a key set may be.
pub async fn text(url: &HttpsUrl) -> anyhow::Result<String> {
    let got = timeout(WITHIN, get(url)).await;
    got.unwrap_or_else(|_| bail!("no answer in time"))
        .with_context(|| format!("{url} cannot be fetched"))
}

async fn get(url: &HttpsUrl) -> anyhow::Result<String> {
    let authority = url.origin().trim_start_matches("https://");
    let path = &url.as_str()[url.origin().len()..];
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse()?),
        None => (authority, HTTPS_PORT),
    };
    let stream = TcpStream::connect((host, port)).await?;
    let name = ServerName::try_from(host.to_owned())?;
    let tls = TlsConnector::from(trusting_the_system()?)
        .connect(name, stream)
        .await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(tls)).await?;
    let driver = tokio::spawn(connection);
    let request = Request::get(if path.is_empty() { "/" } else { path })
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json")
        .body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    if response.status() != StatusCode::OK {
        bail!("the answer is {}", response.status());
    }
    let body = Limited::new(response.into_body(), MAX_OCTETS)
        .collect()
        .await;
    driver.abort();
    let octets = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
    Ok(String::from_utf8(octets.to_vec())?)
}

fn trusting_the_system() -> anyhow::Result<Arc<ClientConfig>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(Arc::new(config))
}
