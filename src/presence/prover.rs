//! Proves that a browser of this computer shows a check's page. Every channel ends here: one gate, one
//! look at who asks, one signature.

use std::sync::{Arc, Mutex, PoisonError};

use selfsame_protocol::{
    Origin, VERSION, jws,
    message::{Challenge, Channel, Presence},
};
use tokio::sync::watch;

use super::{
    gate::{self, Pinned, Proved, admit_challenge},
    peer::{self, Browser, Stranger},
};
use crate::{clock::ServerClock, engine::EngineStatus, enrolment::Identity};

/// What it takes to answer for this device.
#[derive(Clone)]
pub struct Prover {
    /// Who this device is.
    pub identity: Arc<Identity>,
    /// The server's clock.
    pub clock: Arc<ServerClock>,
    /// What was answered before.
    pub proved: Arc<Mutex<Proved>>,
    /// For the state of the session.
    pub engine: watch::Receiver<EngineStatus>,
}

/// Why there is no proof, for the log.
#[derive(Debug, thiserror::Error)]
pub enum Unproved {
    /// The challenge, or the page that brought it.
    #[error("{0}")]
    Gate(#[from] gate::Refusal),
    /// Who asks is no browser of this person.
    #[error("{0}")]
    Peer(#[from] Stranger),
    /// The device key cannot sign.
    #[error("the device key cannot be used: {0}")]
    Key(String),
}

impl Prover {
    /// Signs the proof for a challenge (compact JWS) that a page of the pinned origin brought by `channel`.
    /// `find_browser` finds out who asks, on a thread that may block, and only for a challenge that is in order.
    ///
    /// # Errors
    /// The reason, for the log.
    pub async fn prove(
        &self,
        challenge: &str,
        channel: Channel,
        find_browser: impl FnOnce() -> Result<Browser, Stranger> + Send + 'static,
    ) -> Result<String, Unproved> {
        let challenge = admit_challenge(challenge, self.pinned(), self.clock.now())?;
        self.admit_browser(find_browser).await?;
        self.proved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(&challenge, channel)?;
        self.sign(&challenge, channel).map_err(Unproved::Key)
    }

    /// The pinned origin.
    pub fn origin(&self) -> &Origin {
        &self.identity.record.server
    }

    fn pinned(&self) -> Pinned<'_> {
        Pinned {
            origin: self.origin(),
            keys: &self.identity.record.challenge_keys,
        }
    }

    async fn admit_browser(
        &self,
        find_browser: impl FnOnce() -> Result<Browser, Stranger> + Send + 'static,
    ) -> Result<(), Stranger> {
        let looked = tokio::task::spawn_blocking(find_browser);
        let browser = looked.await.unwrap_or(Err(Stranger::NoProgram))?;
        let only_local = {
            let session = &self.engine.borrow().session;
            !session.remote && !session.ambiguous
        };
        peer::admit_session(browser.session, only_local)
    }

    fn sign(&self, challenge: &Challenge, channel: Channel) -> Result<String, String> {
        let presence = Presence {
            v: VERSION,
            device: self.identity.record.device,
            check: challenge.check,
            nonce: challenge.nonce,
            origin: self.origin().clone(),
            channel,
            iat: self.clock.now(),
        };
        jws::sign(self.identity.signer.as_ref(), &presence)
    }
}
