//! The policy of whoever manages this computer, read once when a program starts.

use std::{fs::File, io, io::Read, path::Path};

use selfsame_policy::{Policy, Value};
use serde_json::{Map, json};

use crate::{
    exit::{Blame, Exit, Failure},
    platform,
};

/// A policy is read no further than this; a longer one is refused.
const READ_BYTES: u64 = 128 * 1024;

/// What the computer's managers set, and what kept it from being used.
#[derive(Debug, Clone, Default)]
pub struct Managed {
    /// What they set; nothing where it could not be used.
    pub policy: Policy,
    source: Option<&'static Path>,
    trouble: Option<Failure>,
}

impl From<Policy> for Managed {
    fn from(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }
}

impl Managed {
    /// Reads this computer's policy. No policy is an empty one; a policy that cannot be used is an
    /// empty one too, and a problem that [`Managed::problems`] tells.
    pub fn of_this_computer() -> Self {
        platform::policy_file().map_or_else(Self::default, Self::read)
    }

    fn read(path: &'static Path) -> Self {
        match text(path).and_then(|text| parse(&text)) {
            Ok(None) => Self::default(),
            Ok(Some(policy)) => Self {
                policy,
                source: Some(path),
                trouble: None,
            },
            Err(why) => Self {
                trouble: Some(unusable(path, &why)),
                source: Some(path),
                ..Self::default()
            },
        }
    }

    /// What is wrong with the policy.
    pub fn problems(&self) -> Vec<Failure> {
        let later = (!self.policy.unknown().is_empty()).then(|| {
            Failure::new(
                Exit::Degraded,
                Blame::ThisComputer,
                format!(
                    "This version does not know these keys of the policy: {}.",
                    self.policy.unknown().join(", ")
                ),
                "Mend their names, or install a later version of Selfsame.",
            )
        });
        self.trouble.clone().into_iter().chain(later).collect()
    }

    /// The failure that a command ends with where it must not go on without the policy.
    ///
    /// # Errors
    /// When there is a policy that cannot be used.
    pub fn usable(&self) -> Result<(), Failure> {
        self.trouble.clone().map_or(Ok(()), Err)
    }

    /// Each value with where it comes from.
    pub fn json(&self) -> serde_json::Value {
        let values: Map<String, serde_json::Value> = self
            .policy
            .values()
            .map(|(name, value)| (name.to_owned(), as_json(value)))
            .collect();
        json!({"source": self.source, "values": values})
    }

    /// `Server, Tray, set by /etc/selfsame/policy.json`; nothing where nothing is set.
    pub fn summary(&self) -> Option<String> {
        let names: Vec<&str> = self.policy.values().map(|(name, _)| name).collect();
        let source = self.source.filter(|_| !names.is_empty())?;
        Some(format!("{}, set by {}", names.join(", "), source.display()))
    }
}

fn as_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Flag(flag) => (*flag).into(),
        Value::Text(text) => text.as_str().into(),
    }
}

/// The file's bytes; `None` where there is no file.
fn text(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| error.to_string())?,
    };
    if !platform::is_managers_file(&file).map_err(|error| error.to_string())? {
        return Err("somebody other than the system's administrator may write to it".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(READ_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(Some(bytes))
}

fn parse(text: &Option<Vec<u8>>) -> Result<Option<Policy>, String> {
    text.as_deref()
        .map(Policy::parse)
        .transpose()
        .map_err(|error| error.to_string())
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Degraded,
        Blame::ThisComputer,
        format!("The policy {} is not used: {why}.", path.display()),
        "Whoever manages this computer must mend the file; Selfsame goes on without it.",
    )
}
