//! A TLS server that answers as a test tells it to, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::authority::Authority;

/// One request without a body.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Such as `GET /keys HTTP/1.1`, and the header lines below it.
    pub head: String,
}

/// A running server; it ends with the test.
pub struct HttpsPeer {
    /// Where it is, on `localhost`.
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl HttpsPeer {
    /// Starts one. `answer` writes the whole answer to a request; without one the connection stays open and silent.
    pub async fn start(
        authority: &Authority,
        answer: impl Fn(&Asked) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let acceptor = acceptor(authority);
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
                let log = Arc::clone(&log);
                // Whoever does not trust the authority goes away during the handshake.
                tokio::spawn(async move { serve(stream, &acceptor, &*answer, &log).await.ok() });
            }
        });
        Self { port, asked }
    }

    /// An address on it.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Asked {
    /// The path.
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).expect("a request line")
    }
}

/// An answer with a body.
pub fn ok(body: &str) -> Option<String> {
    answer("200 OK", &[], body)
}

/// Any answer.
pub fn answer(status: &str, headers: &[&str], body: &str) -> Option<String> {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

fn acceptor(authority: &Authority) -> TlsAcceptor {
    let leaf = authority.leaf();
    let chain = vec![CertificateDer::from_pem_file(leaf.cert).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(leaf.key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    answer: &(dyn Fn(&Asked) -> Option<String> + Send + Sync),
    log: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut head = String::new();
    while !head.contains("\r\n\r\n") {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            length => head += &String::from_utf8_lossy(&buffer[..length]),
        }
    }
    let asked = Asked { head };
    log.lock().expect("no panic").push(asked.clone());
    match answer(&asked) {
        Some(answer) => stream.write_all(answer.as_bytes()).await?,
        None => std::future::pending().await,
    }
    stream.shutdown().await
}
