//! Answers about gateways that somebody waits for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use selfsame_protocol::{
    CheckId, DeviceId, Nonce,
    message::{GatewayQuestion, GatewayStatement, VerdictMessage},
};
use tokio::sync::oneshot;

/// What a device said about a gateway, verified under its key and about the check that it was asked of.
#[derive(Debug, Clone)]
pub struct GatewayAnswer {
    /// What it saw.
    pub statement: GatewayStatement,
    /// Who types there, where it may say.
    pub verdict: Option<VerdictMessage>,
}

impl GatewayAnswer {
    /// Whether both parts are about this check.
    fn is_about(&self, check: CheckId, nonce: Nonce) -> bool {
        let verdict = self.verdict.as_ref();
        (self.statement.check, self.statement.nonce) == (check, nonce)
            && verdict.is_none_or(|said| (said.check, said.nonce) == (check, nonce))
    }
}

type Asked = (DeviceId, CheckId);
type Open = Arc<Mutex<HashMap<Asked, (Nonce, oneshot::Sender<GatewayAnswer>)>>>;

/// Every question whose answer has yet to come.
#[derive(Debug, Clone, Default)]
pub(super) struct Awaited(Open);

/// One answer being waited for; nobody waits any more when it is dropped.
#[derive(Debug)]
pub struct Awaiting {
    asked: Asked,
    open: Open,
    answer: oneshot::Receiver<GatewayAnswer>,
}

impl Awaited {
    /// Waits for the answer to a question that is about to be sent.
    pub(super) fn expect(&self, question: &GatewayQuestion) -> Awaiting {
        let asked = (question.device, question.check);
        let (sender, answer) = oneshot::channel();
        lock(&self.0).insert(asked, (question.nonce, sender));
        Awaiting {
            asked,
            open: Arc::clone(&self.0),
            answer,
        }
    }

    /// An answer came. One that nobody waits for, or about something else, is left out.
    pub(super) fn answer(&self, answer: GatewayAnswer) {
        let asked = (answer.statement.device, answer.statement.check);
        match lock(&self.0).remove(&asked) {
            Some((nonce, sender)) if answer.is_about(asked.1, nonce) => {
                // Whoever waited may have gone a moment ago.
                let _ = sender.send(answer);
            }
            _ => tracing::warn!(device = %asked.0, "an answer about no open question of a gateway"),
        }
    }
}

impl Awaiting {
    /// The answer; `None` when the question is taken back.
    pub async fn answer(&mut self) -> Option<GatewayAnswer> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        lock(&self.open).remove(&self.asked);
    }
}

type Entries = HashMap<Asked, (Nonce, oneshot::Sender<GatewayAnswer>)>;

fn lock(open: &Mutex<Entries>) -> std::sync::MutexGuard<'_, Entries> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
