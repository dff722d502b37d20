//! VPN gateways: whether this computer has just connected to one, and the codes that are shown for them.
//!
//! The server says which addresses are gateways; only a connection that a VPN program holds is ever told of, so that no
//! server can ask where else somebody connects to.

mod codes;
mod connections;
mod sightings;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use selfsame_protocol::{CheckId, Millis};
use selfsame_protocol::{
    Reason, VERSION, jws,
    message::{
        CheckRequest, Desk, DeviceFrame, GatewayCode, GatewayConnection, GatewayList,
        GatewayQuestion, GatewayStatement, GatewayTie,
    },
};
use tokio::sync::watch;

use crate::{
    agent::Agent,
    answer::{self, Unanswered},
    clock,
    enrolment::Identity,
};

pub use codes::ShownCode;
use connections::Connection;
use sightings::Sightings;

/// How often the connections to gateways are looked at. A connection's age is known to this.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What the agent knows of gateways.
#[derive(Debug)]
pub struct Gateways {
    sightings: Mutex<Sightings>,
    watching: watch::Sender<bool>,
    /// The codes on the screen.
    pub codes: watch::Sender<Vec<ShownCode>>,
}

impl Default for Gateways {
    fn default() -> Self {
        Self {
            sightings: Mutex::default(),
            watching: watch::Sender::new(false),
            codes: watch::Sender::new(Vec::new()),
        }
    }
}

impl Gateways {
    /// Looks out for these addresses beside those it knows.
    fn watch(&self, gateways: &[SocketAddr]) {
        if self.sightings().watch(gateways) {
            self.look();
            self.watching.send_replace(true);
        }
    }

    /// Takes note of what is connected now.
    fn look(&self) {
        let gateways = self.sightings().watched().to_vec();
        let now = clock::monotonic();
        let open = connections::to(&gateways);
        self.sightings().note(now, open);
    }

    /// The newest connection to one of these that no check was told of; it will not be told of again.
    fn take(&self, gateways: &[SocketAddr], programs: &[&str]) -> Option<GatewayConnection> {
        self.watch(gateways);
        self.look();
        let now = clock::monotonic();
        let fresh = self.sightings().fresh(now, gateways);
        let (connection, age, program) = fresh.into_iter().find_map(|(connection, age)| {
            let program = connections::vpn_program_of(&connection, programs)?;
            Some((connection, age, program))
        })?;
        self.sightings().spend(&connection);
        Some(told(&connection, age, program))
    }

    /// Shows a code until it ends.
    fn show(&self, code: ShownCode) {
        self.codes.send_modify(|codes| codes::add(codes, code));
    }

    /// Whether a code was shown for this check; it is not, any more.
    fn take_code(&self, check: CheckId, now: Millis) -> bool {
        let mut was_shown = false;
        self.codes.send_modify(|codes| {
            was_shown = codes
                .iter()
                .any(|code| code.check == check && code.until > now);
            codes.retain(|code| code.check != check);
        });
        was_shown
    }

    fn sightings(&self) -> std::sync::MutexGuard<'_, Sightings> {
        self.sightings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(connection: &Connection, age: Millis, program: String) -> GatewayConnection {
    GatewayConnection {
        gateway: connection.remote,
        opened_within_ms: u32::try_from(age.0).unwrap_or(u32::MAX),
        program,
    }
}

/// Looks again and again while there is a gateway to look out for, and takes codes from the screen when they end.
pub async fn keep(agent: Arc<Agent>) {
    let gateways = &agent.gateways;
    let mut watching = gateways.watching.subscribe();
    // The sender lives as long as the agent.
    let _ = watching.wait_for(|watching| *watching).await;
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        gateways.look();
        let now = clock::monotonic();
        gateways.codes.send_if_modified(|codes| {
            let before = codes.len();
            codes.retain(|code| code.until > now);
            codes.len() != before
        });
    }
}

/// The server said which gateways there are.
pub fn listed(agent: &Agent, list: &GatewayList) {
    agent.gateways.watch(&list.gateways);
}

/// The server gave a code to be shown.
pub fn show_code(agent: &Agent, code: &GatewayCode) {
    let Some(shown) = ShownCode::of(code, agent.clock.now(), clock::monotonic()) else {
        tracing::warn!("a code was not shown: it is none, or not fresh");
        return;
    };
    agent.gateways.watching.send_replace(true);
    agent.gateways.show(shown);
}

/// Says what this computer had to do with a request at a gateway, and where it had, who types here.
///
/// # Errors
/// Why there is no answer; the person then gets the other factor.
pub fn answer(
    agent: &Agent,
    identity: &Identity,
    asked: &GatewayQuestion,
) -> Result<DeviceFrame, Unanswered> {
    let check = as_check(asked);
    answer::require_fresh(&check, agent.clock.now())?;
    let connection = match asked.tie {
        GatewayTie::Connection => {
            let policy = &agent.managed.policy;
            let added = policy.text("VpnPrograms").unwrap_or_default();
            let programs: Vec<_> = added.split(',').map(str::trim).collect();
            agent.gateways.take(&asked.gateways, &programs)
        }
        GatewayTie::Code => None,
    };
    let is_tied = match asked.tie {
        GatewayTie::Connection => connection.is_some(),
        GatewayTie::Code => agent.gateways.take_code(asked.check, clock::monotonic()),
    };
    let judged = answer::judge(agent, &check);
    let statement = GatewayStatement {
        v: VERSION,
        device: identity.record.device,
        check: asked.check,
        nonce: asked.nonce,
        desk: match judged.assessment.reasons.contains(&Reason::Locked) {
            true => Desk::Closed,
            false => Desk::Open,
        },
        connection,
        iat: agent.clock.now().max(asked.iat),
    };
    let verdict = is_tied
        .then(|| answer::sign(agent, identity, &check, judged))
        .transpose()?;
    let statement = jws::sign(identity.signer.as_ref(), &statement).map_err(Unanswered::Key)?;
    Ok(DeviceFrame::Gateway { statement, verdict })
}

/// A gateway's question asks of the typing what a page's does.
fn as_check(asked: &GatewayQuestion) -> CheckRequest {
    CheckRequest {
        v: VERSION,
        iss: asked.iss.clone(),
        device: asked.device,
        check: asked.check,
        nonce: asked.nonce,
        service: asked.service.clone(),
        level: asked.level,
        max_evidence_age_s: asked.max_evidence_age_s,
        arrived_ms_ago: asked.arrived_ms_ago,
        iat: asked.iat,
        exp: asked.exp,
    }
}
