//! What one server is told: from its data directory's `settings.json` and from the command line.

use std::path::{Path, PathBuf};

use anyhow::Context;
use selfsame_protocol::Origin;
use serde::{Deserialize, Serialize};

use crate::rate::Limits;

/// Everything a running server is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where its files are.
    pub data: DataDir,
    /// The check origin: what agents pin and browsers see.
    pub origin: Origin,
    /// The console's origin, when there is a console.
    pub console_origin: Option<Origin>,
    /// Whether demonstration builds are accepted, and two sign-ins count as two days.
    pub demo: bool,
    /// The most active devices one person may have.
    pub device_cap: u32,
    /// How much is let through.
    pub limits: Limits,
}

/// The part that `init` writes down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// See [`Settings::origin`].
    pub origin: Origin,
    /// See [`Settings::console_origin`].
    pub console_origin: Option<Origin>,
    /// See [`Settings::device_cap`].
    #[serde(default = "default_device_cap")]
    pub device_cap: u32,
    /// See [`Settings::limits`].
    #[serde(default)]
    pub limits: Limits,
}

/// Enough for a desk, a laptop and their successors; a stolen token should not go further.
pub const fn default_device_cap() -> u32 {
    5
}

/// The names of the files of one server.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The directory given on the command line.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `settings.json`.
    pub fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        self.0.join("selfsame.db")
    }

    /// A file that holds a secret.
    pub fn key(&self, name: &str) -> PathBuf {
        self.0.join("keys").join(name)
    }
}

impl Settings {
    /// Reads what `init` wrote.
    ///
    /// # Errors
    /// When the directory was not initialised or its settings cannot be read.
    pub fn load(data: DataDir, demo: bool) -> anyhow::Result<Self> {
        let file = data.settings();
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "{} cannot be read; run `selfsame-idp init` first",
                file.display()
            )
        })?;
        let stored: Stored = serde_json::from_str(&text)
            .with_context(|| format!("{} is not valid; correct it by hand", file.display()))?;
        Ok(Self {
            data,
            origin: stored.origin,
            console_origin: stored.console_origin,
            demo,
            device_cap: stored.device_cap,
            limits: stored.limits,
        })
    }

    /// The SAML entity id: where the metadata is.
    pub fn entity_id(&self) -> String {
        crate::metadata::entity_id(&self.origin)
    }
}
