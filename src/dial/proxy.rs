//! The way through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6), where the policy or the
//! environment names one.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use zeroize::Zeroizing;

use crate::{
    exit::{Blame, Exit, Failure},
    managed::Managed,
};

/// The longest answer of a proxy that is read, in bytes.
const ANSWER_BYTES: usize = 8 * 1024;
/// The port of a proxy that names none.
const PROXY_PORT: u16 = 3128;

/// A proxy. Its password is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
    authorization: Option<Zeroizing<String>>,
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// The proxy for a host: the policy's, else the one in `HTTPS_PROXY`, unless `NO_PROXY` names the host.
///
/// # Errors
/// When the address of the proxy makes no sense.
pub fn for_host(host: &str) -> Result<Option<Proxy>, Failure> {
    let managed = Managed::of_this_computer();
    if let Some(address) = managed.policy.text("ProxyUrl") {
        return Proxy::parse(address).map(Some);
    }
    let exempt = variable("NO_PROXY").is_some_and(|list| is_exempt(host, &list));
    match variable("HTTPS_PROXY").filter(|_| !exempt) {
        Some(address) => Proxy::parse(&address).map(Some),
        None => Ok(None),
    }
}

/// A variable in capitals or, as older programs write it, in small letters.
fn variable(name: &str) -> Option<String> {
    [name.to_owned(), name.to_lowercase()]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|value| !value.is_empty())
}

/// Whether the list names the host, or a domain that it is in.
fn is_exempt(host: &str, list: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| {
        let domain = entry.trim_start_matches('.');
        entry == "*"
            || !domain.is_empty()
                && host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

impl Proxy {
    /// Reads `http://NAME:PASSWORD@HOST:PORT`; scheme, name and password, and port may be missing.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(address: &str) -> Result<Self, Failure> {
        let rest = match address.split_once("://") {
            Some(("http", rest)) => rest,
            Some(_) => return Err(senseless("only http:// proxies can be used")),
            None => address,
        };
        let rest = rest.trim_end_matches('/');
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None => (None, rest),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (
                host,
                port.parse()
                    .map_err(|_| senseless("its port is no number"))?,
            ),
            None => (place, PROXY_PORT),
        };
        if host.is_empty() || host.contains(|c: char| c.is_control() || " /?#".contains(c)) {
            return Err(senseless("it names no host"));
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            authorization: credentials.map(basic),
        })
    }

    /// A connection to `host` through this proxy.
    ///
    /// # Errors
    /// When the proxy cannot be reached, wants another name and password, or refuses.
    pub async fn tunnel(&self, host: &str, port: u16) -> Result<TcpStream, Failure> {
        let mut stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| self.unreachable(&error.to_string()))?;
        let request = self.request(host, port);
        stream
            .write_all(request.as_bytes())
            .await
            .map_err(|error| self.unreachable(&error.to_string()))?;
        let answer = read_head(&mut stream)
            .await
            .map_err(|why| self.unreachable(&why))?;
        self.judge(&answer).map(|()| stream)
    }

    fn request(&self, host: &str, port: u16) -> Zeroizing<String> {
        let authorization = self
            .authorization
            .as_ref()
            .map_or_else(String::new, |value| {
                format!("Proxy-Authorization: {}\r\n", value.as_str())
            });
        Zeroizing::new(format!(
            "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n"
        ))
    }

    fn judge(&self, answer: &[u8]) -> Result<(), Failure> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = response.parse(answer);
        match response.code.filter(|_| parsed.is_ok()) {
            Some(200..=299) => Ok(()),
            Some(407) => Err(self.refused(
                "it wants another name and password",
                "Give them in HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT, or ask whoever runs the proxy.",
            )),
            Some(code) => Err(self.refused(
                &format!("it answered {code}"),
                "Ask whoever runs the proxy to let this computer reach the server.",
            )),
            None => Err(self.unreachable("it does not speak HTTP")),
        }
    }

    fn refused(&self, why: &str, to_do: &str) -> Failure {
        Failure::new(
            Exit::Unreachable,
            Blame::Network,
            format!("The proxy {self} does not let this computer through: {why}."),
            to_do,
        )
    }

    fn unreachable(&self, why: &str) -> Failure {
        Failure::new(
            Exit::Unreachable,
            Blame::Network,
            format!("The proxy {self} could not be used: {why}."),
            "Check HTTPS_PROXY and the network; if others can use the proxy, ask your administrator.",
        )
    }
}

fn basic(credentials: &str) -> Zeroizing<String> {
    let plain = Zeroizing::new(percent_decoded(credentials));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(plain.as_bytes())))
}

/// Names and passwords with `@`, `:` or `/` in them are written with percent signs.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| others.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() {
            &others[2..]
        } else {
            others
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The answer up to its empty line, and not one byte more: what follows belongs to the server.
async fn read_head(stream: &mut TcpStream) -> Result<Vec<u8>, String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == ANSWER_BYTES {
            return Err("its answer does not end".to_owned());
        }
        head.push(stream.read_u8().await.map_err(|error| error.to_string())?);
    }
    Ok(head)
}

fn senseless(why: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        Blame::ThisComputer,
        format!("The address of the proxy makes no sense: {why}."),
        "Write it as http://HOST:PORT, in HTTPS_PROXY or in the policy.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it_and_its_password_is_not_shown() {
        let proxy = Proxy::parse("http://ada:p%40ss@proxy.example:8080/").expect("a proxy");
        assert_eq!(proxy.to_string(), "proxy.example:8080");
        assert_eq!(format!("{proxy:?}"), "Proxy(proxy.example:8080)");
        let expected = format!(
            "CONNECT idp.example:443 HTTP/1.1\r\nHost: idp.example:443\r\nProxy-Authorization: Basic {}\r\n\r\n",
            STANDARD.encode("ada:p@ss")
        );
        assert_eq!(proxy.request("idp.example", 443).as_str(), expected);
        assert_eq!(
            Proxy::parse("proxy.example").expect("a proxy").port,
            PROXY_PORT
        );
    }

    #[test]
    fn an_address_that_makes_no_sense_is_refused() {
        for address in [
            "socks5://proxy.example:1080",
            "http://",
            "http://proxy.example:x",
            "http://a b",
        ] {
            assert_eq!(
                Proxy::parse(address).expect_err("refused").exit,
                Exit::Usage,
                "{address}"
            );
        }
    }

    #[test]
    fn hosts_and_domains_can_be_exempt() {
        assert!(is_exempt("idp.example.com", "localhost, example.com"));
        assert!(is_exempt("idp.example.com", ".example.com"));
        assert!(is_exempt("idp.example.com", "*"));
        assert!(!is_exempt("idp.example.com", "ample.com,,other.example"));
    }

    #[test]
    fn a_proxy_that_refuses_is_named_with_what_to_do() {
        let proxy = Proxy::parse("proxy.example:8080").expect("a proxy");
        assert!(
            proxy
                .judge(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .is_ok()
        );
        let asked = proxy.judge(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        assert!(
            asked
                .expect_err("refused")
                .what
                .contains("name and password")
        );
        let other = proxy
            .judge(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            .expect_err("refused");
        assert!(other.what.contains("proxy.example:8080") && other.what.contains("403"));
        assert!(proxy.judge(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
    }
}
