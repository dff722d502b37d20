//! The agent's end of the control channel.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    time::timeout,
};

use super::{Answer, Ask, Caller, LINE_BYTES, imp::Listener, pause_of};
use crate::{
    agent::Agent,
    clock,
    exit::{Blame, Exit, Failure},
    outcome::Outcome,
    report,
};

/// How long a command may take to say what it wants.
const ASK_WITHIN: Duration = Duration::from_secs(5);

/// Opens the channel, and answers on it for as long as the future is polled. The caller holds the
/// lock of [`crate::single`], so a socket that is there is a dead agent's.
///
/// # Errors
/// When the channel cannot be made.
pub fn serve(agent: Arc<Agent>) -> Result<impl Future<Output = ()>, Failure> {
    let listener = Listener::open(&agent.paths).map_err(|error| {
        Failure::local(
            format!("The control channel cannot be made: {error}."),
            "Check who owns the runtime directory.",
        )
    })?;
    Ok(accept(listener, agent))
}

async fn accept(mut listener: Listener, agent: Arc<Agent>) {
    loop {
        match listener.accept().await {
            Ok(Some((stream, caller))) => {
                tokio::spawn(converse(stream, caller, Arc::clone(&agent)));
            }
            Ok(None) => tracing::warn!("another user tried the control channel"),
            Err(error) => {
                tracing::warn!("the control channel failed: {error}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, caller: Caller, agent: Arc<Agent>) {
    let mut stream = BufReader::new(stream);
    let Some(line) = read_line(&mut stream).await else {
        return;
    };
    let answer = match respond(&agent, caller, &line).await {
        Ok(outcome) => Answer::Done(outcome),
        Err(failure) => Answer::Failed(failure),
    };
    if let Ok(mut text) = serde_json::to_string(&answer) {
        text.push('\n');
        if let Err(error) = stream.write_all(text.as_bytes()).await {
            tracing::debug!("a command did not wait for its answer: {error}");
        }
    }
}

async fn read_line(stream: &mut BufReader<impl AsyncRead + Unpin>) -> Option<String> {
    let mut line = String::new();
    let mut bounded = stream.take(LINE_BYTES);
    match timeout(ASK_WITHIN, bounded.read_line(&mut line)).await {
        Ok(Ok(1..)) => Some(line),
        _ => None,
    }
}

async fn respond(agent: &Arc<Agent>, caller: Caller, line: &str) -> Result<Outcome, Failure> {
    let ask: Ask = serde_json::from_str(line).map_err(|_| {
        Failure::new(
            Exit::Usage,
            Blame::Command,
            "The running agent does not know this command.",
            "The command and the agent are of different versions: start the agent again.",
        )
    })?;
    match ask {
        Ask::Status => Ok(agent.report().outcome()),
        Ask::Pause { minutes } => Ok(agent.pause(pause_of(minutes))),
        Ask::Resume => Ok(agent.resume()),
        Ask::Why => Ok(agent.why()),
        Ask::Codes => Ok(agent.codes()),
        Ask::Report => report::write(agent, clock::wall()).map(|path| report::written(&path)),
        Ask::Save => agent.save(),
        Ask::Erase => Arc::clone(agent).erase().await,
        Ask::Reload => reload(Arc::clone(agent)).await,
        Ask::Presence { challenge, origin } => {
            agent.prove_to_extension(&challenge, &origin, caller).await
        }
    }
}

/// The keyring may block.
async fn reload(agent: Arc<Agent>) -> Result<Outcome, Failure> {
    tokio::task::spawn_blocking(move || agent.reload())
        .await
        .unwrap_or_else(|error| {
            Err(Failure::local(
                format!("The enrolment was not read: {error}."),
                "Start Selfsame again.",
            ))
        })
}
