//! An HTTP client that hides nothing: one request on one TLS connection, read to its end. It
//! follows no redirect and keeps no cookie by itself.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Speaks with one server.
#[derive(Clone)]
pub struct Browser {
    config: Arc<ClientConfig>,
    port: u16,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Browser {
    /// A browser that trusts one certificate.
    pub fn new(certificate: PathBuf, port: u16) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(certificate).expect("a certificate"))
            .expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            config: Arc::new(config),
            port,
        }
    }

    /// The same browser at another port of the same computer.
    pub fn at(&self, port: u16) -> Self {
        Self {
            config: Arc::clone(&self.config),
            port,
        }
    }

    /// A TLS connection with nothing said on it.
    pub async fn connect(&self) -> TlsStream<TcpStream> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port))
            .await
            .expect("a connection");
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::clone(&self.config))
            .connect(name, tcp)
            .await
            .expect("TLS")
    }

    /// Gets a page.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "").await
    }

    /// Gets a page from a server that may be killed meanwhile; `None` when the answer did not come whole.
    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let name = ServerName::try_from("localhost").expect("a name");
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let mut stream = connector.connect(name, tcp).await.ok()?;
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).ok()?;
        text.contains("</html>").then(|| Answer::parse(&text))
    }

    /// Posts JSON.
    pub async fn post_json(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send("POST", path, &headers, &body.to_string()).await
    }

    /// Posts a form that is encoded already.
    pub async fn post_form(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = [
            headers,
            &[("content-type", "application/x-www-form-urlencoded")],
        ]
        .concat();
        self.send("POST", path, &headers, body).await
    }

    /// Sends one request.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n",
            self.port
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let (mut from, mut to) = tokio::io::split(self.connect().await);
        let mut bytes = Vec::new();
        // A server may answer and close before it has read everything, and one that closes without a TLS farewell has
        // still said everything: what counts is the answer.
        let _ = tokio::join!(to.write_all(head.as_bytes()), from.read_to_end(&mut bytes));
        Answer::parse(&String::from_utf8(bytes).expect("text"))
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .expect("a status");
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        assert!(
            !headers.iter().any(|(name, _)| name == "transfer-encoding"),
            "chunks are not read here"
        );
        Self {
            status: status.parse().expect("a number"),
            headers,
            body: body.to_owned(),
        }
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The `name=value` part of the first cookie that was set.
    pub fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The code of a refusal.
    pub fn error_code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    }
}
