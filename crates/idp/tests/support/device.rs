//! A device without a person: it enrols, links, and says what the test tells it to.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use selfsame_idp::random;
use selfsame_protocol::{
    DeviceId, GenerationId, Nonce, PublicKey, Signer, SoftwareKey, UnixMillis, VERSION, jws,
    message::{
        AgentState, Closing, DeviceFrame, DeviceState, Enrolled, Enrolment, EnrolmentToken,
        KeyStorage, LinkAuth, ServerFrame,
    },
};
use serde_json::json;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::{Answer, Server};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(15);

/// An enrolled device.
pub struct TestDevice {
    /// Its key.
    pub key: Arc<SoftwareKey>,
    /// What the server answered.
    pub enrolled: Enrolled,
    /// The profile generation it reports.
    pub generation: GenerationId,
}

/// A live websocket.
pub struct Link {
    socket: WebSocketStream<TlsStream<TcpStream>>,
}

/// An enrolment with nothing wrong.
pub fn enrolment(server: &Server, token: &str, key: PublicKey) -> Enrolment {
    Enrolment {
        v: VERSION,
        token: EnrolmentToken::new(token),
        key,
        key_storage: KeyStorage::Software,
        server: server.origin(),
        host_label: "desk".to_owned(),
        os: "linux".to_owned(),
        agent_version: "0.1.0".to_owned(),
        demo: false,
        iat: UnixMillis(0),
    }
}

/// Sends an enrolment signed by `key`.
pub async fn send_enrolment(server: &Server, enrolment: &Enrolment, key: &SoftwareKey) -> Answer {
    let jws = jws::sign(key, enrolment).expect("signed");
    let body = json!({ "v": VERSION, "enrolment": jws });
    server.browser().post_json("/v1/enrol", &[], &body).await
}

impl TestDevice {
    /// Enrols a new device for a person.
    pub async fn enrol(server: &Server, login: &str) -> Self {
        Self::enrol_as(server, login, |_| {}).await
    }

    /// Enrols a new device that says something else of itself.
    pub async fn enrol_as(
        server: &Server,
        login: &str,
        change: impl FnOnce(&mut Enrolment),
    ) -> Self {
        let key = random::p256_key();
        let mut enrolment = enrolment(server, &server.token(login), key.public_key());
        change(&mut enrolment);
        let answer = send_enrolment(server, &enrolment, &key).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let enrolled = serde_json::from_str(&answer.body).expect("an enrolment");
        Self {
            key: Arc::new(key),
            enrolled,
            generation: GenerationId(random::bytes()),
        }
    }

    /// Its id.
    pub fn id(&self) -> DeviceId {
        self.enrolled.device
    }

    /// What it answers to a greeting.
    pub fn auth(&self, server: &Server, nonce: Nonce, counter: u64) -> LinkAuth {
        LinkAuth {
            v: VERSION,
            device: self.id(),
            aud: server.origin(),
            nonce,
            counter,
            agent_version: "0.1.0".to_owned(),
            demo: false,
            iat: UnixMillis(0),
        }
    }

    /// Links, and is welcome.
    pub async fn link(&self, server: &Server, counter: u64) -> Link {
        let mut link = self.try_link(server, counter).await;
        let frame = link.frame().await;
        assert!(matches!(frame, ServerFrame::Welcome { .. }), "{frame:?}");
        link
    }

    /// Links as far as the answer to the greeting.
    pub async fn try_link(&self, server: &Server, counter: u64) -> Link {
        let (mut link, nonce) = Link::open(server).await;
        link.say(&DeviceFrame::Auth {
            jws: self.sign(&self.auth(server, nonce, counter)),
        })
        .await;
        link
    }

    /// Signs with its key.
    pub fn sign<M: jws::Message>(&self, message: &M) -> String {
        jws::sign(&*self.key, message).expect("signed")
    }

    /// What it says of itself.
    pub fn state(&self, state: AgentState) -> DeviceFrame {
        let state = DeviceState {
            v: VERSION,
            device: self.id(),
            state,
            generation: self.generation,
            iat: UnixMillis(0),
        };
        DeviceFrame::State {
            jws: self.sign(&state),
        }
    }
}

impl Link {
    /// Connects and hears the greeting.
    pub async fn open(server: &Server) -> (Self, Nonce) {
        let url = format!("wss://localhost:{}/v1/link", server.port());
        let tls = server.browser().connect().await;
        let (socket, _) = client_async(url, tls).await.expect("a websocket");
        let mut link = Self { socket };
        match link.frame().await {
            ServerFrame::Hello { nonce, .. } => (link, nonce),
            other => panic!("no greeting but {other:?}"),
        }
    }

    /// Sends one frame.
    pub async fn say(&mut self, frame: &DeviceFrame) {
        self.say_text(&frame.to_text()).await;
    }

    /// Sends any text.
    pub async fn say_text(&mut self, text: &str) {
        // A server that has just closed is not this method's matter.
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// The next frame.
    pub async fn frame(&mut self) -> ServerFrame {
        self.next().await.expect("a frame, not the end")
    }

    /// The next frame; `None` at the end of the link.
    pub async fn next(&mut self) -> Option<ServerFrame> {
        loop {
            match timeout(PATIENCE, self.socket.next())
                .await
                .expect("in time")
            {
                Some(Ok(Message::Text(text))) => {
                    return Some(ServerFrame::parse(&text).expect("a frame"));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Answers pings until the server ends the link, and returns the reason it gave.
    pub async fn until_closed(&mut self) -> Option<Closing> {
        let mut reason = None;
        while let Some(frame) = self.next().await {
            match frame {
                ServerFrame::Ping { n } => self.say(&DeviceFrame::Pong { n }).await,
                ServerFrame::Closing { reason: given } => reason = Some(given),
                _ => {}
            }
        }
        reason
    }
}
