//! Windows: a named pipe whose access list names the person and the system alone. Names of pipes are
//! public, so either side makes sure of the other.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer},
    time::{sleep, timeout},
};

use super::{Caller, LINE_BYTES};
use crate::{config::Paths, platform::windows::pipe};

/// How long the agent may take; an erase waits for the server.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Between two tries at a pipe all of whose ends are taken.
const BUSY: Duration = Duration::from_millis(20);
/// `ERROR_PIPE_BUSY`.
const ALL_ENDS_TAKEN: i32 = 231;
/// The longest name of a pipe, without what every name begins with.
const LONGEST_NAME: usize = 200;

/// Where commands come in.
pub struct Listener {
    name: String,
    next: NamedPipeServer,
}

impl Listener {
    /// Fails where somebody else has made a pipe of this name.
    pub fn open(paths: &Paths) -> io::Result<Self> {
        let name = name(paths);
        let next = pipe::for_owner_alone(&name, true)?;
        Ok(Self { name, next })
    }

    /// The next command; the system lets nobody else's in.
    pub async fn accept(&mut self) -> io::Result<Option<(NamedPipeServer, Caller)>> {
        self.next.connect().await?;
        // The next end is there before this one is used up, so that the name is never free.
        let next = pipe::for_owner_alone(&self.name, false)?;
        Ok(Some((std::mem::replace(&mut self.next, next), None)))
    }
}

/// Sends a line and reads one; `None` when no agent runs.
pub fn exchange(paths: &Paths, line: &str) -> io::Result<Option<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let exchanged = runtime.block_on(async {
        timeout(ANSWER_WITHIN, async {
            let Some(stream) = open(&name(paths)).await? else {
                return Ok(None);
            };
            converse(stream, line).await.map(Some)
        })
        .await
    });
    exchanged.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// A pipe is gone with its agent.
///
/// # Errors
/// None.
#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub fn tidy(_paths: &Paths) -> io::Result<()> {
    Ok(())
}

async fn open(name: &str) -> io::Result<Option<NamedPipeClient>> {
    loop {
        match ClientOptions::new().open(name) {
            Ok(stream) if pipe::is_served_by_own_user(&stream) => return Ok(Some(stream)),
            Ok(_) => return Err(io::Error::other("another user holds the agent's pipe")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.raw_os_error() == Some(ALL_ENDS_TAKEN) => sleep(BUSY).await,
            Err(error) => return Err(error),
        }
    }
}

async fn converse(mut stream: NamedPipeClient, line: &str) -> io::Result<String> {
    stream.write_all(line.as_bytes()).await?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE_BYTES))
        .read_line(&mut answer)
        .await?;
    Ok(answer)
}

/// The name follows from the folder, so that agents of several folders do not meet.
fn name(paths: &Paths) -> String {
    let folder = paths.control_socket();
    let plain: Vec<char> = folder
        .to_string_lossy()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let end = plain.len().saturating_sub(LONGEST_NAME);
    format!(
        r"\\.\pipe\selfsame-{}",
        plain[end..].iter().collect::<String>()
    )
}
