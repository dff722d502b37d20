//! What strangers may do to the listeners: little, and not for long.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::Server;

#[tokio::test]
async fn a_connection_that_never_finishes_its_request_is_closed() {
    let server = Server::start();
    let mut stream = server.browser().connect().await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: loc")
        .await
        .expect("sent");
    stream.flush().await.expect("sent");
    let since = Instant::now();
    let mut rest = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "still open after {:?}", since.elapsed());
    assert!(!String::from_utf8_lossy(&rest).contains("200"));
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    let server = Server::start();
    let mut stream = server.browser().connect().await;
    let head = "POST /v1/enrol HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 10485760\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.flush().await.expect("sent");
    // The length alone is enough to refuse it: nothing of the body is sent, nothing is waited for.
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(5), read)
        .await
        .expect("an answer");
    assert!(
        answer.starts_with(b"HTTP/1.1 4"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[tokio::test]
async fn an_unknown_path_is_a_plain_404() {
    let server = Server::start();
    for path in ["/", "/v1", "/v1/enrol/x", "/console.css", "/../etc/passwd"] {
        assert_eq!(server.browser().get(path, &[]).await.status, 404, "{path}");
    }
}
