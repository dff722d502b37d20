//! What this device keeps of its enrolment, and how it gets one.

mod request;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use selfsame_protocol::{
    DeviceId, Origin, PublicKey, Signer, SoftwareKey, UnixMillis,
    link::DeviceIdentity,
    message::{Enrolled, KeyStorage},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{DEMO, config::Paths, durable};

pub use request::{Asked, ask};

/// The version of the enrolment file's form.
const FILE_VERSION: u32 = 1;

/// The file `enrolment.json`: no secret in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u32,
    /// The pinned check origin.
    pub server: Origin,
    /// The device's name at the server.
    pub device: DeviceId,
    /// The person the device answers for.
    pub person: String,
    /// The pinned challenge keys: current and next.
    pub challenge_keys: [PublicKey; 2],
    /// Where the device key is held.
    pub key_storage: KeyStorage,
    /// An extra certificate authority for the server.
    pub ca_file: Option<PathBuf>,
    /// When it was made, on this computer's clock.
    pub enrolled_at: UnixMillis,
}

/// Why the enrolment file cannot be used. This computer is to blame for every one of these.
#[derive(Debug, Error)]
pub enum Error {
    /// It cannot be read or written.
    #[error(
        "the enrolment file cannot be used: {0}; check who owns it and whether the disk is full"
    )]
    Io(#[from] io::Error),
    /// It is not what this version writes.
    #[error("the enrolment file is damaged ({0}); enrol again with --replace")]
    Damaged(#[from] serde_json::Error),
    /// Another version of the agent wrote it.
    #[error("the enrolment file has version {0}, which this agent does not know; update Selfsame")]
    Version(u32),
}

impl Record {
    /// Takes what the server answered.
    pub fn new(answer: Enrolled, ca_file: Option<PathBuf>, now: UnixMillis) -> Self {
        Self {
            version: FILE_VERSION,
            server: answer.origin,
            device: answer.device,
            person: answer.person,
            challenge_keys: answer.challenge_keys,
            key_storage: KeyStorage::Software,
            ca_file,
            enrolled_at: now,
        }
    }

    /// Reads the enrolment; `None` when this computer is not enrolled.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub fn load(paths: &Paths) -> Result<Option<Self>, Error> {
        let Some(bytes) = read_if_there(&paths.enrolment())? else {
            return Ok(None);
        };
        let record: Self = serde_json::from_slice(&bytes)?;
        match record.version {
            FILE_VERSION => Ok(Some(record)),
            other => Err(Error::Version(other)),
        }
    }

    /// Writes the enrolment, whole or not at all. The link counter starts anew: the key is new.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub fn save(&self, paths: &Paths) -> Result<(), Error> {
        durable::remove(&paths.link_counter())?;
        Ok(durable::replace(
            &paths.enrolment(),
            &serde_json::to_vec_pretty(self)?,
        )?)
    }

    /// Forgets the enrolment.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub fn forget(paths: &Paths) -> Result<(), Error> {
        durable::remove(&paths.enrolment())?;
        Ok(durable::remove(&paths.link_counter())?)
    }
}

/// An enrolment with the key that belongs to it.
#[derive(Clone)]
pub struct Identity {
    /// The enrolment.
    pub record: Record,
    /// The device key.
    pub signer: Arc<SoftwareKey>,
}

impl Identity {
    /// As the link's state machine wants it.
    pub fn for_link(&self) -> DeviceIdentity {
        DeviceIdentity {
            device: self.record.device,
            server: self.record.server.clone(),
            challenge_keys: self.record.challenge_keys,
            agent_version: crate::VERSION.to_owned(),
            demo: DEMO,
            signer: Arc::clone(&self.signer) as Arc<dyn Signer>,
        }
    }
}

/// The largest counter ever used on a link; 0 when there was none.
///
/// # Errors
/// When the file is there but cannot be read.
pub fn last_counter(paths: &Paths) -> Result<u64, Error> {
    let text = read_if_there(&paths.link_counter())?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&text)
        .trim()
        .parse()
        .unwrap_or_default())
}

/// Stores the counter before it is used.
///
/// # Errors
/// When it cannot be written; the link must then not be opened.
pub fn store_counter(paths: &Paths, counter: u64) -> Result<(), Error> {
    Ok(durable::replace(
        &paths.link_counter(),
        counter.to_string().as_bytes(),
    )?)
}

fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
