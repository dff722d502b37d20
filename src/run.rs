//! `selfsame run`: starts every part of the agent, keeps them together, and ends them cleanly.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::sync::Arc;

use tracing_subscriber::EnvFilter;

#[cfg(unix)]
use unix as imp;
#[cfg(windows)]
use windows as imp;

use crate::{
    DEMO, VERSION,
    agent::{Agent, LeaveRequests},
    cli::Run,
    config::Paths,
    control,
    engine::{Engine, EngineConfig, EngineError},
    enrolment::Identity,
    exit::{Blame, Exit, Failure},
    gateway,
    link::{self, LinkReport},
    managed::Managed,
    outcome::Outcome,
    presence::Responder,
    single::Single,
    tray,
    vault::Vault,
};

/// Runs until the person signs out, quits, or ends it.
///
/// # Errors
/// When another agent of this person runs, or a part cannot start.
pub fn run(paths: &Paths, flags: &Run) -> Result<Outcome, Failure> {
    let managed = Arc::new(Managed::of_this_computer());
    let flags = flags.under(&managed.policy);
    start_log(&flags.log)?;
    let _only = Single::acquire(paths)?;
    let vault = Arc::new(Vault::open(paths).map_err(|error| vault_unusable(&error))?);
    imp::detach();
    let config = EngineConfig {
        backend: flags.backend.into(),
        ..EngineConfig::default()
    };
    let engine =
        Engine::start(config, Arc::clone(&vault), paths).map_err(|error| no_engine(&error))?;
    let (agent, leave) = Agent::new(paths.clone(), vault, engine, managed)?;
    tracing::info!(
        "Selfsame {VERSION} runs{}",
        if DEMO { " (demonstration build)" } else { "" }
    );
    let ended = runtime()?.block_on(keep_together(Arc::clone(&agent), leave, &flags));
    agent.engine.shutdown();
    let removed = control::tidy(paths);
    ended?;
    if let Err(error) = removed {
        tracing::warn!("the control socket was left behind: {error}");
    }
    Ok(Outcome {
        exit: Exit::Ok,
        lines: Vec::new(),
        json: serde_json::json!({"ended": true}),
    })
}

async fn keep_together(
    agent: Arc<Agent>,
    leave: LeaveRequests,
    flags: &Run,
) -> Result<(), Failure> {
    let control = control::serve(Arc::clone(&agent))?;
    let mut endings = imp::Endings::new()?;
    let mut stop = agent.stop.subscribe();
    let tray = async {
        if flags.no_tray {
            std::future::pending().await
        } else {
            tray::show(agent.clone()).await
        }
        // A tray that is gone takes nothing else with it.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = control => {}
        () = follow_enrolment(agent.clone(), leave) => {}
        () = tray => {}
        () = endings.any() => tracing::info!("asked to end"),
        _ = stop.wait_for(|stop| *stop) => tracing::info!("the person quit"),
    }
    Ok(())
}

/// Keeps link and presence up for the enrolment of the moment.
async fn follow_enrolment(agent: Arc<Agent>, mut leave: LeaveRequests) {
    let mut identities = agent.identity.subscribe();
    loop {
        let identity = identities.borrow_and_update().clone();
        tokio::select! {
            () = serve(Arc::clone(&agent), identity, &mut leave) => {}
            changed = identities.changed() => if changed.is_err() { return },
        }
        agent.link.send_replace(LinkReport::default());
        agent.port.send_replace(None);
    }
}

async fn serve(agent: Arc<Agent>, identity: Option<Arc<Identity>>, leave: &mut LeaveRequests) {
    let Some(identity) = identity else {
        return std::future::pending().await;
    };
    let responder = Responder {
        prover: agent.prover(Arc::clone(&identity)),
    };
    let ports = &selfsame_protocol::PRESENCE_PORTS;
    tokio::join!(
        responder.serve(ports, agent.port.clone()),
        link::keep(Arc::clone(&agent), identity, leave),
        gateway::keep(Arc::clone(&agent)),
    );
}

/// One thread for everything that waits, and few for what blocks: memory is dear in a program that
/// always runs.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .build()
        .map_err(|error| {
            Failure::local(
                format!("The system refused what a program needs to run: {error}."),
                "Close some programs and try again.",
            )
        })
}

/// No times: the journal has its own, and when somebody typed is nobody's business.
fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failure::new(
            Exit::Usage,
            Blame::Command,
            format!("`{filter}` is not a log filter: {error}."),
            "Give `info`, `debug`, or such as `selfsame=debug`.",
        )
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time()
        .init();
    Ok(())
}

fn vault_unusable(error: &crate::vault::VaultError) -> Failure {
    Failure::new(
        Exit::NoPermission,
        Blame::ThisComputer,
        format!("The place for the keys cannot be used: {error}."),
        "Unlock the keyring and start Selfsame again.",
    )
}

fn no_engine(error: &EngineError) -> Failure {
    let exit = match error {
        EngineError::NoSuchBackend(_) => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(
        exit,
        Blame::ThisComputer,
        format!("The senses cannot start: {error}."),
        "Mend the cause and start Selfsame again.",
    )
}
