//! Opens a TLS connection to the server, through a proxy where one is named, and says in plain words why it could not.

mod proxy;

use std::{io, sync::Arc, time::Duration};

use rustls::{CertificateError, ClientConfig, pki_types::ServerName};
use selfsame_protocol::Origin;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::exit::{Blame, Exit, Failure};

/// How long name, connection and handshake may take together.
const DIAL_WITHIN: Duration = Duration::from_secs(8);
/// The port of an https origin that names none.
const HTTPS_PORT: u16 = 443;

/// Connects to an origin and checks who answers there.
///
/// # Errors
/// [`Exit::Unreachable`] or [`Exit::Tls`], with what to do about it.
pub async fn dial(
    origin: &Origin,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Failure> {
    timeout(DIAL_WITHIN, connect(origin, config))
        .await
        .unwrap_or_else(|_| Err(unreachable(origin, "it did not answer in time")))
}

/// Host and port of an origin.
pub fn host_and_port(origin: &Origin) -> (&str, u16) {
    let authority = origin.as_str().trim_start_matches("https://");
    match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(HTTPS_PORT)),
        None => (authority, HTTPS_PORT),
    }
}

async fn connect(
    origin: &Origin,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Failure> {
    let (host, port) = host_and_port(origin);
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| unreachable(origin, "its name is not a host name"))?;
    let stream = match proxy::for_host(host)? {
        Some(proxy) => proxy.tunnel(host, port).await?,
        None => TcpStream::connect((host, port))
            .await
            .map_err(|error| unreachable(origin, &error.to_string()))?,
    };
    // A verdict is one small frame: it must not wait for another.
    stream
        .set_nodelay(true)
        .map_err(|error| unreachable(origin, &error.to_string()))?;
    TlsConnector::from(config)
        .connect(name, stream)
        .await
        .map_err(|error| refused_handshake(origin, &error))
}

fn unreachable(origin: &Origin, why: &str) -> Failure {
    Failure::new(
        Exit::Unreachable,
        Blame::Network,
        format!("The server {origin} could not be reached: {why}."),
        "Check the address and the network; if others can reach it, ask your administrator.",
    )
}

fn refused_handshake(origin: &Origin, error: &io::Error) -> Failure {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(reason)) => distrusted(origin, reason),
        Some(other) => Failure::new(
            Exit::Tls,
            Blame::Server,
            format!("The server {origin} did not agree on a secure connection: {other}."),
            "Check that the address is the one your administrator gave you.",
        ),
        None => unreachable(origin, &error.to_string()),
    }
}

fn distrusted(origin: &Origin, reason: &CertificateError) -> Failure {
    use CertificateError as Bad;
    let (why, to_do) = match reason {
        Bad::UnknownIssuer => (
            "this computer does not know the authority that issued it".to_owned(),
            "If your organisation has its own certificate authority, give its file with --ca-file.",
        ),
        Bad::Expired | Bad::ExpiredContext { .. } => (
            "it has expired".to_owned(),
            "Check this computer's clock; if it is right, tell your administrator.",
        ),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => (
            "it is not valid yet".to_owned(),
            "Check this computer's clock.",
        ),
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => (
            "it was issued for another name".to_owned(),
            "Check the address; somebody may be in between.",
        ),
        other => (format!("{other:?}"), "Tell your administrator."),
    };
    Failure::new(
        Exit::Tls,
        Blame::Server,
        format!("The certificate of {origin} was not accepted: {why}."),
        to_do,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_without_a_port_means_443() {
        let plain = Origin::parse("https://idp.example.com").expect("an origin");
        assert_eq!(host_and_port(&plain), ("idp.example.com", 443));
        let other = Origin::parse("https://idp.example.com:8443").expect("an origin");
        assert_eq!(host_and_port(&other), ("idp.example.com", 8443));
    }
}
