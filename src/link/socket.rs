//! A websocket over TLS: text frames of a bounded size, nothing else.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use rustls::ClientConfig;
use selfsame_protocol::{MAX_FRAME_BYTES, Origin};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, Message, Utf8Bytes, protocol::WebSocketConfig},
};

use crate::{
    dial,
    exit::{Blame, Exit, Failure},
};

/// How long the server may take to agree on a websocket.
const UPGRADE_WITHIN: Duration = Duration::from_secs(5);
/// How long a frame may take to leave.
const SEND_WITHIN: Duration = Duration::from_secs(5);

/// The websocket, or none.
pub(super) enum Socket {
    Closed,
    Open(Box<WebSocketStream<TlsStream<TcpStream>>>),
}

/// What came in.
pub(super) enum Heard {
    Text(Utf8Bytes),
    Gone,
}

impl Socket {
    pub(super) async fn open(server: &Origin, config: Arc<ClientConfig>) -> Result<Self, Failure> {
        let stream = dial::dial(server, config).await?;
        let url = format!(
            "wss://{}/v1/link",
            server.as_str().trim_start_matches("https://")
        );
        let upgrade = client_async_with_config(url, stream, Some(limits()));
        match timeout(UPGRADE_WITHIN, upgrade).await {
            Ok(Ok((socket, _))) => Ok(Self::Open(Box::new(socket))),
            Ok(Err(error)) => Err(no_websocket(server, &error)),
            Err(_) => Err(no_websocket(server, &"it took too long")),
        }
    }

    /// The next text frame; never ready while there is no socket.
    pub(super) async fn hear(&mut self) -> Heard {
        let Self::Open(socket) = self else {
            return std::future::pending().await;
        };
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Text(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return Heard::Gone,
            }
        }
    }

    pub(super) async fn send(&mut self, text: String) -> Result<(), tungstenite::Error> {
        let Self::Open(socket) = self else {
            return Err(tungstenite::Error::AlreadyClosed);
        };
        timeout(SEND_WITHIN, socket.send(Message::text(text)))
            .await
            .unwrap_or(Err(tungstenite::Error::ConnectionClosed))
    }

    pub(super) async fn close(&mut self) {
        if let Self::Open(mut socket) = std::mem::replace(self, Self::Closed) {
            // A courtesy: the server notices the end of the connection anyway. Named in full, because with some
            // features of its dependencies a box is a sink too, with a `close` of its own.
            let close = WebSocketStream::close(&mut socket, None);
            let _ = timeout(Duration::from_millis(500), close).await;
        }
    }
}

fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES))
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * MAX_FRAME_BYTES)
}

fn no_websocket(server: &Origin, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Exit::Unreachable,
        Blame::Server,
        format!("The server {server} does not open a link: {why}."),
        "Something in between may block websockets; tell your administrator.",
    )
}
