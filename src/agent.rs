//! What the parts of a running agent share, and what a person can ask of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    clock::{self, ServerClock},
    config::Paths,
    engine::{Engine, EngineError, PauseUntil},
    enrolment::{Identity, Record},
    exit::Failure,
    gateway::Gateways,
    history::{Answered, History},
    link::LinkReport,
    managed::Managed,
    outcome::Outcome,
    presence::{extension, gate::Proved, prover::Prover},
    status::Report,
    traces::{self, Trace},
    vault::Vault,
};

/// How long the server may take to hear that the person leaves.
const LEAVE_WITHIN: std::time::Duration = std::time::Duration::from_secs(3);

/// A running agent.
pub struct Agent {
    /// Where it keeps its things.
    pub paths: Paths,
    /// The device key and the profile's key.
    pub vault: Arc<Vault>,
    /// What senses and judges.
    pub engine: Engine,
    /// The server's clock.
    pub clock: Arc<ServerClock>,
    /// The challenges that pages of this computer brought.
    pub proved: Arc<Mutex<Proved>>,
    /// Who this device is; `None` while it is not enrolled.
    pub identity: watch::Sender<Option<Arc<Identity>>>,
    /// The gateways that are looked out for, and codes for them.
    pub gateways: Gateways,
    /// The state of the link.
    pub link: watch::Sender<LinkReport>,
    /// The presence port; `None` while there is none.
    pub port: watch::Sender<Option<u16>>,
    /// What whoever manages this computer set.
    pub managed: Arc<Managed>,
    /// Counts changes of the history, for those who show it.
    pub answered: watch::Sender<u64>,
    /// Turned to true to end the agent.
    pub stop: watch::Sender<bool>,
    history: Mutex<History>,
    leave: mpsc::Sender<oneshot::Sender<()>>,
}

/// Asks the link to tell the server that the person leaves; answered when it was sent.
pub type LeaveRequests = mpsc::Receiver<oneshot::Sender<()>>;

impl Agent {
    /// Puts an agent together. Nothing runs yet but the engine.
    ///
    /// # Errors
    /// When the enrolment cannot be read.
    pub fn new(
        paths: Paths,
        vault: Arc<Vault>,
        engine: Engine,
        managed: Arc<Managed>,
    ) -> Result<(Arc<Self>, LeaveRequests), Failure> {
        let (leave, requests) = mpsc::channel(1);
        let agent = Self {
            paths,
            vault,
            engine,
            clock: Arc::default(),
            proved: Arc::default(),
            identity: watch::Sender::new(None),
            gateways: Gateways::default(),
            link: watch::Sender::new(LinkReport::default()),
            port: watch::Sender::new(None),
            managed,
            answered: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            history: Mutex::default(),
            leave,
        };
        agent.reload()?;
        Ok((Arc::new(agent), requests))
    }

    /// Reads the enrolment again, after another process has written it.
    ///
    /// # Errors
    /// When it is damaged, or its key is gone.
    pub fn reload(&self) -> Result<Outcome, Failure> {
        let identity = load_identity(&self.paths, &self.vault)?;
        let enrolled = identity.is_some();
        self.identity.send_replace(identity.map(Arc::new));
        Ok(Outcome::done(
            "The enrolment was read again.",
            json!({"enrolled": enrolled}),
        ))
    }

    /// Stops recording at the person's wish.
    pub fn pause(&self, until: PauseUntil) -> Outcome {
        self.engine.pause(until);
        let line = match until {
            PauseUntil::After(span) => {
                format!("Paused for {} minutes.", span.as_secs().div_ceil(60))
            }
            PauseUntil::Lock => "Paused until the screen is locked.".to_owned(),
        };
        Outcome::done(line, json!({"paused": true}))
    }

    /// Ends a pause.
    pub fn resume(&self) -> Outcome {
        self.engine.resume();
        Outcome::done("Selfsame is watching again.", json!({"paused": false}))
    }

    /// The last checks and what was answered.
    pub fn why(&self) -> Outcome {
        let history: Vec<Answered> = self.recent();
        let lines = match history.as_slice() {
            [] => vec!["No service has asked since Selfsame was started.".to_owned()],
            some => some
                .iter()
                .flat_map(|answered| lines_of(answered, clock::wall()))
                .collect(),
        };
        Outcome {
            exit: crate::exit::Exit::Ok,
            lines,
            json: json!({"checks": history}),
        }
    }

    /// The codes to be typed at gateways now.
    pub fn codes(&self) -> Outcome {
        let codes = self.gateways.codes.borrow();
        let now = clock::monotonic();
        let open = || codes.iter().filter(|code| code.until > now);
        let mut lines: Vec<String> = open()
            .map(|code| {
                format!(
                    "{}  for {}. Type it there only, and only if you are signing in just now.",
                    code.spaced(),
                    code.service
                )
            })
            .collect();
        if lines.is_empty() {
            lines.push("No gateway asks for a code now.".to_owned());
        }
        let json: Vec<_> = open()
            .map(|code| json!({"service": code.service, "code": code.digits()}))
            .collect();
        Outcome {
            exit: crate::exit::Exit::Ok,
            lines,
            json: json!({"codes": json}),
        }
    }

    /// The last checks, newest first.
    pub fn recent(&self) -> Vec<Answered> {
        self.history().newest_first().cloned().collect()
    }

    /// Remembers a check.
    pub fn remember(&self, answered: Answered) {
        self.history().push(answered);
        self.answered.send_modify(|count| *count += 1);
    }

    /// Everything there is to say about the agent.
    pub fn report(&self) -> Report {
        Report {
            identity: self.identity.borrow().clone(),
            link: self.link.borrow().clone(),
            presence_port: *self.port.borrow(),
            clock_ahead_ms: self.clock.ahead_ms(),
            engine: self.engine.status(),
            managed: Arc::clone(&self.managed),
        }
    }

    /// What proves presence for a device.
    pub fn prover(&self, identity: Arc<Identity>) -> Prover {
        Prover {
            identity,
            clock: Arc::clone(&self.clock),
            proved: Arc::clone(&self.proved),
            engine: self.engine.watch(),
        }
    }

    /// Proves presence to a page whose browser asks by way of the native messaging host, which runs as process
    /// `caller`.
    ///
    /// # Errors
    /// One failure whatever is wrong; the log says what.
    pub async fn prove_to_extension(
        &self,
        challenge: &str,
        origin: &str,
        caller: Option<u32>,
    ) -> Result<Outcome, Failure> {
        let identity = self.identity.borrow().clone();
        let prover = self.prover(identity.ok_or_else(Failure::not_enrolled)?);
        match extension::prove(&prover, challenge, origin, caller).await {
            Ok(proof) => Ok(Outcome::done(
                "This page was answered.",
                json!({"proof": proof}),
            )),
            Err(why) => {
                tracing::debug!("the extension's question was refused: {why}");
                Err(extension::refused())
            }
        }
    }

    /// Writes the profile to disk now.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self) -> Result<Outcome, Failure> {
        self.engine.save().map_err(|error| {
            Failure::local(
                format!("The profile cannot be written: {error}."),
                "Check the disk and try again.",
            )
        })?;
        Ok(Outcome::done(
            "The profile was written.",
            json!({"saved": true}),
        ))
    }

    /// Ends the enrolment and forgets the person: tells the server, then deletes key, enrolment
    /// and profile.
    ///
    /// # Errors
    /// When something cannot be deleted; what could be is gone.
    pub async fn erase(self: Arc<Self>) -> Result<Outcome, Failure> {
        let enrolled = self.identity.borrow().is_some();
        let told = !enrolled || self.tell_server().await;
        self.identity.send_replace(None);
        // Keyring and disk may block.
        let forgotten = tokio::task::spawn_blocking(move || self.forget()).await;
        let left = forgotten.unwrap_or_else(|error| Err(not_erased(error)))?;
        Ok(erased(told, &left))
    }

    fn forget(&self) -> Result<Vec<Trace>, Failure> {
        self.history().clear();
        self.answered.send_modify(|count| *count += 1);
        forget(&self.paths, &self.vault, || self.engine.erase())
    }

    async fn tell_server(&self) -> bool {
        let (sent, heard) = oneshot::channel();
        if self.leave.try_send(sent).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(LEAVE_WITHIN, heard).await, Ok(Ok(())))
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The enrolment and its key; `None` when this computer is not enrolled.
///
/// # Errors
/// When the enrolment is damaged, or its key is gone.
pub fn load_identity(paths: &Paths, vault: &Vault) -> Result<Option<Identity>, Failure> {
    let again = "Enrol again with `selfsame enrol --replace`.";
    let record = Record::load(paths).map_err(|error| {
        Failure::local(format!("The enrolment cannot be used: {error}."), again)
    })?;
    let Some(record) = record else {
        return Ok(None);
    };
    let key = vault
        .device_key()
        .map_err(|error| {
            Failure::local(
                format!("The device key cannot be read: {error}."),
                "Unlock the keyring and start Selfsame again.",
            )
        })?
        .ok_or_else(|| Failure::local("The device key is gone.", again))?;
    Ok(Some(Identity {
        record,
        signer: Arc::new(key),
    }))
}

/// Deletes key, enrolment, profile and loose ends, each whatever becomes of the others, and looks for what is left.
///
/// # Errors
/// When something cannot be deleted, or something personal is left.
pub fn forget(
    paths: &Paths,
    vault: &Vault,
    erase_profile: impl FnOnce() -> Result<(), EngineError>,
) -> Result<Vec<Trace>, Failure> {
    let key = vault.forget_device_key().map_err(not_erased);
    let record = Record::forget(paths).map_err(not_erased);
    let profile = erase_profile().map_err(not_erased);
    key.and(record).and(profile)?;
    traces::sweep(paths).map_err(not_erased)?;
    let (personal, left): (Vec<_>, Vec<_>) = traces::all(paths)
        .map_err(not_erased)?
        .into_iter()
        .partition(|trace| trace.personal);
    match personal.as_slice() {
        [] => Ok(left),
        [first, ..] => Err(not_erased(format!(
            "{} is still there ({})",
            first.path.display(),
            first.what
        ))),
    }
}

/// What to say after an erase that was looked through.
pub fn erased(server_told: bool, left: &[Trace]) -> Outcome {
    let mut outcome = Outcome::done(
        "Everything that Selfsame knew about you on this computer is deleted, and the key that sealed it.",
        json!({"erased": true, "server_told": server_told, "left": left}),
    );
    outcome.lines.push(
        "All its folders were looked through afterwards. What is left says nothing about you:"
            .to_owned(),
    );
    let named = |trace: &Trace| format!("  {} ({})", trace.path.display(), trace.what);
    outcome.lines.extend(left.iter().map(named));
    if !server_told {
        outcome.lines.push(
            "The server could not be told; ask your administrator to revoke this computer."
                .to_owned(),
        );
    }
    outcome
}

fn not_erased(error: impl std::fmt::Display) -> Failure {
    Failure::local(
        format!("Not everything could be deleted: {error}."),
        "Unlock the keyring, check the disk, and run `selfsame erase --yes` again.",
    )
}

fn lines_of(answered: &Answered, now: selfsame_protocol::UnixMillis) -> Vec<String> {
    let minutes = now.0.saturating_sub(answered.at.0) / 60_000;
    let when = match minutes {
        0 => "Just now".to_owned(),
        1 => "1 minute ago".to_owned(),
        n if n < 120 => format!("{n} minutes ago"),
        n => format!("{} hours ago", n / 60),
    };
    let mut lines = vec![format!(
        "{when}, {}: Selfsame {}.",
        answered.service,
        answered.outcome()
    )];
    lines.extend(
        answered
            .because
            .iter()
            .map(|because| format!("  {because}")),
    );
    lines
}
