//! Unix: a socket in a folder of the person's own.

use std::{
    fs::Permissions,
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    time::Duration,
};

use tokio::net::{UnixListener, UnixStream as AsyncStream};

use super::{Caller, LINE_BYTES};
use crate::{config::Paths, durable};

/// How long the agent may take; an erase waits for the server.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Where commands come in.
pub struct Listener(UnixListener);

impl Listener {
    pub fn open(paths: &Paths) -> io::Result<Self> {
        let path = paths.control_socket();
        durable::remove(&path)?;
        // The directory is 0700, so nobody else can connect before the mode is set.
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self(listener))
    }

    /// The next command of this person; `None` when somebody else came.
    pub async fn accept(&mut self) -> io::Result<Option<(AsyncStream, Caller)>> {
        let (stream, _) = self.0.accept().await?;
        let own = rustix::process::geteuid().as_raw();
        let Some(peer) = stream.peer_cred().ok().filter(|peer| peer.uid() == own) else {
            return Ok(None);
        };
        let caller = peer.pid().and_then(|process| process.try_into().ok());
        Ok(Some((stream, caller)))
    }
}

/// Sends a line and reads one; `None` when no agent runs.
pub fn exchange(paths: &Paths, line: &str) -> io::Result<Option<String>> {
    let Ok(mut stream) = UnixStream::connect(paths.control_socket()) else {
        return Ok(None);
    };
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    stream.write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE_BYTES)).read_line(&mut answer)?;
    Ok(Some(answer))
}

/// Takes away what an agent leaves behind when it ends.
///
/// # Errors
/// What the file system says.
pub fn tidy(paths: &Paths) -> io::Result<()> {
    durable::remove(&paths.control_socket())
}
