//! Where the agent keeps its things: the directories of this person on this computer.

use std::path::{Path, PathBuf};

use crate::{DEMO, exit::Failure, platform::private};

/// The directories of one person's agent. A demonstration build has its own, so that it never
/// touches what a real agent keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Settings; read only.
    pub config: PathBuf,
    /// Enrolment, link counter, profile.
    pub data: PathBuf,
    /// Reports and anything else that may be lost.
    pub state: PathBuf,
    /// Control socket and lock; gone after sign-out.
    pub runtime: PathBuf,
}

impl Paths {
    /// The directories that the environment names (XDG on Linux, the local application data on Windows), made if they are missing.
    ///
    /// # Errors
    /// When there is no home directory or a directory cannot be made.
    pub fn from_environment() -> Result<Self, Failure> {
        let name = if DEMO { "selfsame-demo" } else { "selfsame" };
        let dirs = directories::ProjectDirs::from("", "", name).ok_or_else(|| {
            Failure::local(
                "There is no home directory to keep anything in.",
                "Set HOME and try again.",
            )
        })?;
        let data = dirs.data_local_dir().to_owned();
        let paths = Self {
            config: dirs.config_dir().to_owned(),
            state: dirs
                .state_dir()
                .map_or_else(|| data.join("state"), Path::to_owned),
            runtime: dirs
                .runtime_dir()
                .map_or_else(|| data.join("run"), Path::to_owned),
            data,
        };
        paths.make()?;
        Ok(paths)
    }

    /// All of it below one directory, for tests.
    ///
    /// # Errors
    /// When a directory cannot be made.
    pub fn under(root: &Path) -> Result<Self, Failure> {
        let paths = Self {
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            runtime: root.join("run"),
        };
        paths.make()?;
        Ok(paths)
    }

    /// The control socket.
    pub fn control_socket(&self) -> PathBuf {
        self.runtime.join("control")
    }

    /// The lock that one running agent holds.
    pub fn lock(&self) -> PathBuf {
        self.runtime.join("lock")
    }

    /// The enrolment.
    pub fn enrolment(&self) -> PathBuf {
        self.data.join("enrolment.json")
    }

    /// The counter that grows with every link.
    pub fn link_counter(&self) -> PathBuf {
        self.data.join("link-counter")
    }

    fn make(&self) -> Result<(), Failure> {
        for directory in [&self.config, &self.data, &self.state, &self.runtime] {
            private::make_folder(directory).map_err(|error| {
                Failure::local(
                    format!("{} could not be made: {error}.", directory.display()),
                    "Check who owns the directory above it and whether the disk is full.",
                )
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_may_enter_the_directories() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let paths = Paths::under(root.path()).expect("directories are made");
        for directory in [&paths.data, &paths.runtime, &paths.state] {
            assert!(private::is_private(directory).expect("it is there"));
        }
    }
}
