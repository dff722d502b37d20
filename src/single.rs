//! One agent per person and computer: a lock that the system lets go of when the process ends.

use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
};

use crate::{config::Paths, exit::Failure, platform::private};

/// Held for as long as the agent runs.
#[derive(Debug)]
pub struct Single {
    _lock: File,
}

impl Single {
    /// Takes the lock.
    ///
    /// # Errors
    /// When another agent of this person holds it.
    pub fn acquire(paths: &Paths) -> Result<Self, Failure> {
        let mut lock = open(paths)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(already_running(&mut lock)),
            Err(TryLockError::Error(error)) => return Err(unusable(paths, &error)),
        }
        write_own_id(&mut lock).map_err(|error| unusable(paths, &error))?;
        Ok(Self { _lock: lock })
    }
}

fn open(paths: &Paths) -> Result<File, Failure> {
    private::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(paths.lock())
        .map_err(|error| unusable(paths, &error))
}

fn write_own_id(lock: &mut File) -> std::io::Result<()> {
    lock.set_len(0)?;
    writeln!(lock, "{}", std::process::id())
}

fn already_running(lock: &mut File) -> Failure {
    let mut holder = String::new();
    let holder = match lock.read_to_string(&mut holder) {
        Ok(_) if !holder.trim().is_empty() => format!(" (process {})", holder.trim()),
        _ => String::new(),
    };
    Failure::local(
        format!("Selfsame is already running for you on this computer{holder}."),
        "There is nothing to do; `selfsame status` shows how it is.",
    )
}

fn unusable(paths: &Paths, error: &std::io::Error) -> Failure {
    Failure::local(
        format!(
            "The lock {} cannot be used: {error}.",
            paths.lock().display()
        ),
        "Check who owns that directory and whether the disk is full.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_agent_of_the_same_person_is_told_which_process_runs() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let paths = Paths::under(root.path()).expect("directories are made");
        let first = Single::acquire(&paths).expect("the first one gets it");
        let refused = Single::acquire(&paths).expect_err("the second one does not");
        assert!(refused.what.contains(&std::process::id().to_string()));
        drop(first);
        Single::acquire(&paths).expect("after the first is gone it is free");
    }
}
