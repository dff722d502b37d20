//! Why recordings are refused, and the exit code of each kind.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is wrong with the recordings; anything else (a missing file, a full disk) is an ordinary error.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A line that is not in the format.
    #[error("{}, line {line}: {what}", .path.display())]
    Malformed {
        path: PathBuf,
        line: u64,
        what: String,
    },
    /// Well formed, but too little or the wrong thing for what was asked.
    #[error("{}: {what}", .path.display())]
    Unfit { path: PathBuf, what: String },
}

impl Refusal {
    pub fn malformed(path: &Path, line: u64, what: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }

    pub fn unfit(path: &Path, what: impl Into<String>) -> Self {
        Self::Unfit {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

/// Shown below `--help`; [`exit_code`] is its counterpart.
pub const EXIT_CODES: &str = "Exit codes:
  0  done
  1  a file could not be read or written
  2  the command line makes no sense
  3  a recording is malformed; the message names file and line
  4  the recordings are well formed but cannot support what was asked (an empty folder, one person only)";

pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let refusal = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Refusal>());
    ExitCode::from(match refusal {
        Some(Refusal::Malformed { .. }) => 3,
        Some(Refusal::Unfit { .. }) => 4,
        None => 1,
    })
}
