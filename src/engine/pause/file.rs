//! The pause on disk: an agent that is started again during a pause must not record either.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use selfsame_protocol::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};

use super::{Pause, PauseUntil};
use crate::durable;

/// A pause as it is kept. The end is on the wall clock, the only one that outlives the process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Kept {
    Until(i64),
    UntilLock,
}

/// Where the pause is kept.
#[derive(Debug, Clone)]
pub struct PauseFile(PathBuf);

impl PauseFile {
    pub fn in_folder(data: &Path) -> Self {
        Self(data.join("pause.json"))
    }

    /// The pause that was on when the agent ended, where it is not over yet. A file that cannot be
    /// read is taken for a pause until the lock: whoever paused must not be recorded.
    pub fn load(&self, now: Millis, wall: UnixMillis) -> Option<Pause> {
        let until = match std::fs::read(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(_) => PauseUntil::Lock,
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(Kept::Until(ends)) if ends <= wall.0 => return None,
                Ok(Kept::Until(ends)) => PauseUntil::After(Duration::from_millis(
                    ends.saturating_sub(wall.0).unsigned_abs(),
                )),
                Ok(Kept::UntilLock) | Err(_) => PauseUntil::Lock,
            },
        };
        Some(Pause::begin(until, now))
    }

    /// Keeps a pause.
    ///
    /// # Errors
    /// What the file system says; the pause holds, but only until the agent ends.
    pub fn keep(&self, pause: &Pause, now: Millis, wall: UnixMillis) -> io::Result<()> {
        let kept = match pause.rest(now) {
            PauseUntil::Lock => Kept::UntilLock,
            PauseUntil::After(rest) => Kept::Until(
                wall.plus(i64::try_from(rest.as_millis()).unwrap_or(i64::MAX))
                    .0,
            ),
        };
        durable::replace(&self.0, &serde_json::to_vec(&kept)?)
    }

    /// Forgets the pause.
    ///
    /// # Errors
    /// What the file system says; the pause would come back at the next start.
    pub fn forget(&self) -> io::Result<()> {
        durable::remove(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMillis = UnixMillis(1_700_000_000_000);

    fn file() -> (tempfile::TempDir, PauseFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = PauseFile::in_folder(folder.path());
        (folder, file)
    }

    #[test]
    fn a_pause_goes_on_for_what_is_left_of_it() {
        let (_folder, file) = file();
        let pause = Pause::begin(PauseUntil::After(Duration::from_secs(900)), Millis(1_000));
        file.keep(&pause, Millis(301_000), NOON).expect("kept");
        let later = NOON.plus(200_000);
        let loaded = file.load(Millis(5), later).expect("still on");
        assert_eq!(loaded.ends(), Some(Millis(5 + 400_000)));
        assert_eq!(file.load(Millis(5), NOON.plus(600_000)), None);
    }

    #[test]
    fn a_pause_until_lock_and_one_that_cannot_be_read_last_until_the_lock() {
        let (_folder, file) = file();
        let pause = Pause::begin(PauseUntil::Lock, Millis(0));
        file.keep(&pause, Millis(9), NOON).expect("kept");
        assert_eq!(file.load(Millis(0), NOON), Some(pause));
        std::fs::write(&file.0, b"{\"until\":").expect("cut short");
        assert_eq!(file.load(Millis(0), NOON), Some(pause));
        file.forget().expect("forgotten");
        assert_eq!(file.load(Millis(0), NOON), None);
    }
}
