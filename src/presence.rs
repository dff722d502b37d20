//! Answers the identity provider's page in a browser of this computer: "yes, I am here".
//!
//! The responder is the only thing the agent listens to on the network, on loopback alone, for the one path
//! `/v1/presence`. Whatever is not in order gets the same bare 404. What the browser extension asks comes in by
//! the control channel, and goes through the same [`prover`].

pub mod extension;
pub mod gate;
pub mod http;
pub mod peer;
pub mod prover;

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use selfsame_protocol::{
    VERSION,
    message::{Channel, PresenceReply},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use gate::{Wanted, admit_head, challenge_in};
use http::{Head, Requests, Unreadable};
use prover::{Prover, Unproved};

/// A browser connects before it asks its person for permission, and sends nothing until it has it.
const FIRST_BYTE_WITHIN: Duration = Duration::from_secs(75);
/// Everything after the first byte: preflight, request and answer.
const EXCHANGE_WITHIN: Duration = Duration::from_secs(5);
/// How many connections are held at a time.
const CONNECTIONS: usize = 16;
/// How long to wait before the ports are tried again when all were taken.
const RETRY_PORTS_AFTER: Duration = Duration::from_secs(60);

/// Answers pages by way of loopback.
#[derive(Clone)]
pub struct Responder {
    /// What signs.
    pub prover: Prover,
}

impl Responder {
    /// Answers for ever; `port` says where, or `None` while every port is taken.
    pub async fn serve(self, ports: &[u16], port: watch::Sender<Option<u16>>) {
        let listener = loop {
            if let Some(listener) = first_free(ports).await {
                break listener;
            }
            port.send_replace(None);
            tracing::warn!("every presence port is taken; pages cannot reach the agent");
            sleep(RETRY_PORTS_AFTER).await;
        };
        port.send_replace(listener.local_addr().ok().map(|address| address.port()));
        self.accept(&listener).await
    }

    async fn accept(&self, listener: &TcpListener) -> ! {
        // Dropped with the responder: a device that left answers nobody any more.
        let mut talks = JoinSet::new();
        loop {
            let (stream, peer) = accept_next(listener).await;
            while talks.try_join_next().is_some() {}
            if talks.len() >= CONNECTIONS {
                tracing::warn!("too many connections to the presence port; one was dropped");
                continue;
            }
            let responder = self.clone();
            talks.spawn(async move { responder.converse(stream, peer).await });
        }
    }

    async fn converse(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(own) = stream.local_addr() else { return };
        let mut requests = Requests::new(stream);
        if let Ok(Ok(())) = timeout(FIRST_BYTE_WITHIN, requests.wait()).await {
            let exchange = self.exchange(&mut requests, peer, own);
            if timeout(EXCHANGE_WITHIN, exchange).await.is_err() {
                tracing::debug!("a presence request was too slow");
            }
        }
    }

    /// Preflights, then at most one proof.
    async fn exchange(
        &self,
        requests: &mut Requests<TcpStream>,
        peer: SocketAddr,
        own: SocketAddr,
    ) {
        loop {
            let sent = match self.next(requests, peer, own).await {
                Ok(Next::Allowed) => match requests.allow(self.origin()).await {
                    Ok(()) => continue,
                    Err(error) => Err(error),
                },
                Ok(Next::Proof(json)) => requests.answer(self.origin(), &json).await,
                Err(Unanswered::Unreadable(Unreadable::Closed)) => return,
                Err(why) => {
                    tracing::debug!("a presence request was refused: {why}");
                    requests.not_found().await
                }
            };
            if let Err(error) = sent {
                tracing::debug!("the peer went away: {error}");
            }
            return;
        }
    }

    async fn next(
        &self,
        requests: &mut Requests<TcpStream>,
        peer: SocketAddr,
        own: SocketAddr,
    ) -> Result<Next, Unanswered> {
        let head = requests.head().await?;
        match admit_head(&head, own.port(), self.origin())? {
            Wanted::Preflight if head.content_length == 0 => Ok(Next::Allowed),
            Wanted::Preflight => Err(Unreadable::Malformed.into()),
            Wanted::Proof => self
                .prove(requests, &head, peer, own)
                .await
                .map(Next::Proof),
        }
    }

    async fn prove(
        &self,
        requests: &mut Requests<TcpStream>,
        head: &Head,
        peer: SocketAddr,
        own: SocketAddr,
    ) -> Result<String, Unanswered> {
        let body = requests.body(head).await?;
        let challenge = challenge_in(&body)?;
        let find_browser = move || peer::identify(peer, own);
        let proof = self
            .prover
            .prove(&challenge, Channel::Loopback, find_browser)
            .await?;
        let reply = PresenceReply { v: VERSION, proof };
        Ok(serde_json::to_string(&reply).expect("a number and a text are always JSON"))
    }

    fn origin(&self) -> &selfsame_protocol::Origin {
        self.prover.origin()
    }
}

enum Next {
    Allowed,
    Proof(String),
}

/// Why a request got the bare 404, for the log.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("it cannot be read ({0:?})")]
    Unreadable(Unreadable),
    #[error("{0}")]
    Gate(#[from] gate::Refusal),
    #[error("{0}")]
    Unproved(#[from] Unproved),
}

impl From<Unreadable> for Unanswered {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

async fn first_free(ports: &[u16]) -> Option<TcpListener> {
    for &port in ports {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return Some(listener);
        }
    }
    None
}

/// Accepts one connection; an error of one connection (too many open files) is waited out.
async fn accept_next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!("a connection to the presence port failed: {error}");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
