//! The policy in force, read once and kept for a moment: a check must not wait for it to be read anew.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use selfsame_protocol::Millis;

use super::{Asked, AskedBy, Circumstances, Current, FULL, Version, file};
use crate::{
    clock::Clock,
    decide::Policy,
    store::{Login, Store, StoreError, StoredPolicy},
};

/// A change by the command line counts within a second.
const FRESH_MS: u64 = 1_000;

type Kept = (Millis, Vec<StoredPolicy>, Arc<Current>);

/// Finds what is asked for.
#[derive(Debug)]
pub struct PolicyBook {
    store: Store,
    clock: Clock,
    kept: Mutex<Option<Kept>>,
}

impl PolicyBook {
    /// An empty book over `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            kept: Mutex::default(),
        }
    }

    /// What an answer about a person is asked for at a service, beyond `own`, which is set for that service.
    ///
    /// # Errors
    /// [`StoreError`]: nothing may be answered.
    pub async fn ask(
        &self,
        own: Policy,
        person: &Login,
        (service, address): (&str, Option<IpAddr>),
    ) -> Result<Asked, StoreError> {
        let in_force = self.in_force().await?;
        let version = in_force.version_for(person);
        let groups = match version.rules.look_at_groups() {
            true => self.store.groups_of(person).await?,
            false => Vec::new(),
        };
        let circumstances = Circumstances {
            service,
            groups: &groups,
            address,
            now: self.clock.wall(),
        };
        Ok(version.ask(own, &circumstances))
    }

    /// What counts now.
    ///
    /// # Errors
    /// [`StoreError`]: it cannot be read.
    pub async fn in_force(&self) -> Result<Arc<Current>, StoreError> {
        let now = self.clock.now();
        let kept = self.kept().clone();
        if let Some((at, _, in_force)) = &kept
            && now.since(*at) < FRESH_MS
        {
            return Ok(Arc::clone(in_force));
        }
        let stored = self.store.policies_in_force().await?;
        let in_force = match kept {
            Some((_, before, in_force)) if before == stored => in_force,
            _ => Arc::new(of_stored(&stored)?),
        };
        *self.kept() = Some((now, stored, Arc::clone(&in_force)));
        Ok(in_force)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What these come to, newest first, as the store gives them.
///
/// # Errors
/// [`StoreError::Corrupt`] where one cannot be read, as after going back to an older program: then nobody is answered
/// for, rather than by less than was asked for.
pub fn of_stored(stored: &[StoredPolicy]) -> Result<Current, StoreError> {
    let mut in_force = Current::default();
    for policy in stored {
        let version = version(policy)?;
        if policy.percent >= FULL {
            in_force.settled = version;
            break;
        }
        if in_force.rolling_out.is_none() {
            in_force.rolling_out = Some((version, policy.percent));
        }
    }
    Ok(in_force)
}

/// A stored version, read.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn version(stored: &StoredPolicy) -> Result<Version, StoreError> {
    let rules = file::parse(&stored.document).map_err(|error| {
        tracing::error!(version = stored.version, %error, "the policy in force cannot be read by this program");
        StoreError::Corrupt("policy")
    })?;
    Ok(Version {
        number: stored.version,
        rules,
    })
}

impl Asked {
    /// What is set for the service itself, where nobody is known for whom a rule could be looked for.
    pub fn of_nobody(own: Policy, address: Option<IpAddr>) -> Self {
        Self {
            policy: own,
            by: AskedBy::default(),
            address,
        }
    }
}
