//! The little of HTTP/1.1 that the presence responder speaks: one small request at a time, and a
//! bare 404 for whatever else comes. It serves no pages.

use std::io;

use selfsame_protocol::Origin;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest head that is read, in bytes; browsers send under 1 KiB.
const HEAD_BYTES: usize = 8 * 1024;
/// The largest body that is read, in bytes.
pub const BODY_BYTES: usize = 16 * 1024;
/// How much of a refused request is read away, in bytes.
const DRAINED_BYTES: u64 = 16 * 1024 * 1024;
/// The most header lines that are looked at.
const HEADER_LINES: usize = 64;
/// What everybody gets who may not ask.
const NOT_FOUND: &[u8] =
    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What the responder wants to know of a request's head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The method.
    pub method: String,
    /// The request target, as sent.
    pub path: String,
    /// The `Host` header.
    pub host: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Content-Length` header; 0 when there is none.
    pub content_length: usize,
}

/// A request that cannot be read. Answered like every other one that is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not HTTP/1.1, repeats a header that counts, is too large, or has a body of unknown
    /// length.
    Malformed,
    /// The peer went away.
    Closed,
}

/// Reads requests from one connection.
pub struct Requests<S> {
    stream: S,
    buffer: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Requests<S> {
    /// Wraps a fresh connection.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Waits for the first byte of a request, however long the caller lets it.
    ///
    /// # Errors
    /// [`Unreadable::Closed`] when the peer goes away first.
    pub async fn wait(&mut self) -> Result<(), Unreadable> {
        if self.buffer.is_empty() {
            self.read_some().await
        } else {
            Ok(())
        }
    }

    /// Reads one head.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub async fn head(&mut self) -> Result<Head, Unreadable> {
        loop {
            if let Some((head, length)) = parse(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(head);
            }
            if self.buffer.len() >= HEAD_BYTES {
                return Err(Unreadable::Malformed);
            }
            self.read_some().await?;
        }
    }

    /// Reads the body that a head announced.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub async fn body(&mut self, head: &Head) -> Result<Vec<u8>, Unreadable> {
        if head.content_length > BODY_BYTES {
            return Err(Unreadable::Malformed);
        }
        while self.buffer.len() < head.content_length {
            self.read_some().await?;
        }
        Ok(self.buffer.drain(..head.content_length).collect())
    }

    /// Allows the page to ask.
    ///
    /// # Errors
    /// When the peer went away.
    pub async fn allow(&mut self, origin: &Origin) -> io::Result<()> {
        let answer = format!(
            "HTTP/1.1 204 No Content\r\n\
             access-control-allow-origin: {origin}\r\n\
             access-control-allow-headers: content-type\r\n\
             access-control-allow-private-network: true\r\n\
             access-control-max-age: 600\r\n\
             vary: origin\r\n\r\n"
        );
        self.stream.write_all(answer.as_bytes()).await
    }

    /// Hands the page a JSON answer and ends the connection.
    ///
    /// # Errors
    /// When the peer went away.
    pub async fn answer(&mut self, origin: &Origin, json: &str) -> io::Result<()> {
        let answer = format!(
            "HTTP/1.1 200 OK\r\n\
             access-control-allow-origin: {origin}\r\n\
             vary: origin\r\n\
             cache-control: no-store\r\n\
             content-type: application/json\r\n\
             content-length: {}\r\n\
             connection: close\r\n\r\n{json}",
            json.len()
        );
        self.stream.write_all(answer.as_bytes()).await?;
        self.stream.shutdown().await
    }

    /// Says nothing about who listens here, and ends the connection.
    ///
    /// # Errors
    /// When the peer went away.
    pub async fn not_found(&mut self) -> io::Result<()> {
        self.stream.write_all(NOT_FOUND).await?;
        self.stream.shutdown().await?;
        // What the peer still sends is read away for a while: closing on unread bytes would reset
        // the connection, and the answer with it.
        let mut rest = tokio::io::sink();
        tokio::io::copy(&mut (&mut self.stream).take(DRAINED_BYTES), &mut rest)
            .await
            .map(drop)
    }

    async fn read_some(&mut self) -> Result<(), Unreadable> {
        let mut chunk = [0; 4096];
        match self.stream.read(&mut chunk).await {
            Ok(0) | Err(_) => Err(Unreadable::Closed),
            Ok(count) => {
                self.buffer.extend_from_slice(&chunk[..count]);
                Ok(())
            }
        }
    }
}

/// A head and its length in bytes, or `None` while it is not whole.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Unreadable> {
    let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
    let mut request = httparse::Request::new(&mut lines);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Unreadable::Malformed),
    };
    if request.version != Some(1) {
        return Err(Unreadable::Malformed);
    }
    let mut head = Head {
        method: request.method.unwrap_or_default().to_owned(),
        path: request.path.unwrap_or_default().to_owned(),
        ..Head::default()
    };
    let mut body_length = None;
    for line in request.headers.iter() {
        match line.name.to_ascii_lowercase().as_str() {
            "host" => set_once(&mut head.host, line.value)?,
            "origin" => set_once(&mut head.origin, line.value)?,
            "content-type" => set_once(&mut head.content_type, line.value)?,
            "content-length" => set_once(&mut body_length, line.value)?,
            "transfer-encoding" | "upgrade" | "expect" => return Err(Unreadable::Malformed),
            _ => {}
        }
    }
    head.content_length = body_length.map_or(Ok(0), |text| decimal(&text))?;
    Ok(Some((head, length)))
}

/// A header that decides something may not come twice: two readers could each see another one.
fn set_once(place: &mut Option<String>, value: &[u8]) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(value).map_err(|_| Unreadable::Malformed)?;
    match place.replace(text.to_owned()) {
        None => Ok(()),
        Some(_) => Err(Unreadable::Malformed),
    }
}

fn decimal(text: &str) -> Result<usize, Unreadable> {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    plain
        .then(|| text.parse().ok())
        .flatten()
        .ok_or(Unreadable::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_of(text: &str) -> Result<Option<Head>, Unreadable> {
        parse(text.as_bytes()).map(|found| found.map(|(head, _)| head))
    }

    #[test]
    fn a_head_is_read_in_any_letter_case() {
        let text =
            "POST /v1/presence HTTP/1.1\r\nHOST: a\r\norigin: b\r\nContent-length: 12\r\n\r\n";
        let head = head_of(text).expect("well formed").expect("whole");
        assert_eq!(head.host.as_deref(), Some("a"));
        assert_eq!(head.content_length, 12);
    }

    #[test]
    fn a_head_that_two_readers_could_read_in_two_ways_is_refused() {
        for lines in [
            "Host: a\r\nHost: b\r\n",
            "Origin: a\r\nOrigin: a\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 1, 1\r\n",
            "Transfer-Encoding: chunked\r\n",
        ] {
            let text = format!("POST / HTTP/1.1\r\n{lines}\r\n");
            assert_eq!(head_of(&text), Err(Unreadable::Malformed), "{lines}");
        }
    }

    #[test]
    fn half_a_head_is_not_a_head_yet() {
        assert_eq!(head_of("POST /v1/presence HTTP/1.1\r\nHos"), Ok(None));
        assert_eq!(head_of("\x16\x03\x01 TLS here"), Err(Unreadable::Malformed));
    }
}
