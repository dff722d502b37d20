//! The profile on disk: sealed, replaced atomically, set aside and never overwritten when unreadable.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rand::RngCore;
use selfsame_behaviour::{GenerationId, Profile};
use selfsame_protocol::message::Window;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{EngineError, pace::Pace};
use crate::{
    clock, durable,
    vault::{SealError, SealingKey, Vault},
};

/// Far above any real profile; a larger file is none of ours.
const LARGEST: u64 = 16 * 1024 * 1024;

/// As many windows as it takes to trust a generation.
pub const WINDOWS_TO_TRUST: usize = 2;

/// Where the profile is kept and what it is sealed with.
pub struct ProfileFile {
    path: PathBuf,
    key: SealingKey,
}

/// A profile and its file.
pub struct Kept {
    pub profile: Profile,
    /// In which windows the identity provider saw a hard factor for this generation.
    pub windows: Vec<Window>,
    /// How many keys were learnt on which day.
    pub pace: Pace,
    pub file: ProfileFile,
}

/// What is sealed.
#[derive(Serialize)]
struct ContentsRef<'a> {
    profile: &'a Profile,
    windows: &'a [Window],
    pace: &'a Pace,
}

/// What was sealed, as it is read back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// What was learnt.
    pub profile: Profile,
    /// In which windows the identity provider saw a hard factor for this generation.
    pub windows: Vec<Window>,
    /// How many keys were learnt on which day; empty in files of older versions.
    #[serde(default)]
    pub pace: Pace,
}

/// Why a file is set aside.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("it does not hold a profile ({0})")]
    Form(#[from] serde_json::Error),
    #[error(transparent)]
    Profile(#[from] selfsame_behaviour::Error),
    #[error("it is larger than any profile")]
    TooLarge,
}

impl ProfileFile {
    /// Opens the profile, or begins a new generation. The second value says why an old file was set
    /// aside, and under which name.
    ///
    /// # Errors
    /// When the vault cannot be used, the file cannot be read, or an unreadable one cannot be set
    /// aside: it is never overwritten.
    pub fn open(vault: &Vault, data: &Path) -> Result<(Kept, Option<String>), EngineError> {
        let file = Self {
            path: data.join("profile"),
            key: vault.profile_key()?,
        };
        let Some(sealed) = read(&file.path)
            .map_err(|error| EngineError::Os("the profile cannot be read", error))?
        else {
            return Ok((file.begin(), None));
        };
        match file.contents(&sealed) {
            Ok(Stored {
                profile,
                windows,
                pace,
            }) => Ok((
                Kept {
                    profile,
                    windows,
                    pace,
                    file,
                },
                None,
            )),
            Err(why) => {
                let aside = set_aside(&file.path).map_err(|error| {
                    EngineError::Os("an unreadable profile cannot be set aside", error)
                })?;
                let told = format!(
                    "The profile could not be read: {why}. It was kept as {} and learning has begun anew.",
                    aside.display()
                );
                tracing::warn!("{told}");
                Ok((file.begin(), Some(told)))
            }
        }
    }

    /// What is on disk, without a change to it.
    ///
    /// # Errors
    /// When it cannot be read or is no profile.
    pub fn stored(vault: &Vault, data: &Path) -> Result<Option<Stored>, EngineError> {
        let path = data.join("profile");
        let sealed =
            read(&path).map_err(|error| EngineError::Os("the profile cannot be read", error))?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let key = vault.profile_key()?;
        Self { path, key }
            .contents(&sealed)
            .map(Some)
            .map_err(|why| EngineError::Unreadable(why.to_string()))
    }

    /// A new generation.
    pub fn begin(self) -> Kept {
        let mut id = [0; 16];
        rand::rng().fill_bytes(&mut id);
        Kept {
            profile: Profile::new(GenerationId(id)),
            windows: Vec::new(),
            pace: Pace::default(),
            file: self,
        }
    }

    /// Replaces the file; the one before stays when the disk refuses.
    pub fn save(&self, profile: &Profile, windows: &[Window], pace: &Pace) -> io::Result<()> {
        let contents = ContentsRef {
            profile,
            windows,
            pace,
        };
        let plain = Zeroizing::new(serde_json::to_vec(&contents).map_err(io::Error::other)?);
        durable::replace(&self.path, &self.key.seal(&plain))
    }

    /// Removes the file and the key that sealed it, and begins a new generation.
    ///
    /// # Errors
    /// When either cannot be removed.
    pub fn erase(&self, vault: &Vault) -> Result<Kept, EngineError> {
        let key = vault.new_profile_key()?;
        durable::remove(&self.path)
            .map_err(|error| EngineError::Os("the profile cannot be removed", error))?;
        Ok(Self {
            path: self.path.clone(),
            key,
        }
        .begin())
    }

    fn contents(&self, sealed: &Sealed) -> Result<Stored, Unreadable> {
        let Sealed::Bytes(sealed) = sealed else {
            return Err(Unreadable::TooLarge);
        };
        let plain = self.key.open(sealed)?;
        let mut contents: Stored = serde_json::from_slice(&plain)?;
        contents.profile.validate()?;
        contents.windows.retain(counts);
        contents.windows.truncate(WINDOWS_TO_TRUST);
        Ok(contents)
    }
}

/// A sign-in counts in place of a day only in a demonstration build.
pub fn counts(window: &Window) -> bool {
    cfg!(feature = "demo") || !window.is_demo()
}

enum Sealed {
    Bytes(Vec<u8>),
    TooLarge,
}

fn read(path: &Path) -> io::Result<Option<Sealed>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(found) if found.len() > LARGEST => Ok(Some(Sealed::TooLarge)),
        Ok(_) => fs::read(path).map(|bytes| Some(Sealed::Bytes(bytes))),
    }
}

/// Renames the file to a name that nothing has yet.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let now = clock::wall().0 / 1000;
    let free = (0..1000)
        .map(|attempt| path.with_extension(format!("aside-{now}-{attempt}")))
        .find(|name| !name.exists())
        .ok_or_else(|| io::Error::other("a thousand files were set aside in one second"))?;
    fs::rename(path, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests;
