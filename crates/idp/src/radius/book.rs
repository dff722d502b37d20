//! The registered clients with their secrets, read once and kept: a request must not wait for the disk.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use selfsame_radius::{IntegrityRule, SharedSecret};

use super::settings::{ClientSettings, MessageAuthenticator, Reach, Upstream};
use crate::{
    clock::Clock,
    keys,
    settings::DataDir,
    store::{RadiusClient, Store, StoreError},
};

/// A change by the command line counts within a second.
const FRESH_MS: u64 = 1_000;

/// A client as requests see it.
#[derive(Debug)]
pub struct Client {
    /// What people are shown.
    pub name: String,
    /// What is set for it.
    pub settings: ClientSettings,
    /// What it shares with us.
    pub secret: SharedSecret,
    /// What its requests must carry.
    pub rule: IntegrityRule,
    /// Who is asked for the first factor.
    pub upstream: Option<Site>,
    /// Who has the site's own second factor.
    pub mfa: Option<Site>,
}

/// A server of the site's own.
#[derive(Debug, Clone)]
pub struct Site {
    /// Where it is.
    pub address: SocketAddr,
    /// What it shares with us.
    pub secret: SharedSecret,
}

type Kept = (Millis, Vec<RadiusClient>, Arc<[Arc<Client>]>);

/// Finds clients.
#[derive(Debug)]
pub struct ClientBook {
    store: Store,
    data: DataDir,
    clock: Clock,
    kept: Mutex<Option<Kept>>,
}

impl Client {
    /// Its name among services, for check rows, limits and the audit log.
    pub fn service(&self) -> String {
        RadiusClient::service_of(&self.name)
    }

    fn load(stored: &RadiusClient, data: &DataDir) -> anyhow::Result<Self> {
        let settings = stored.settings.clone();
        let site = |upstream: &Option<Upstream>| {
            let upstream = upstream.as_ref();
            upstream
                .map(|upstream| {
                    let secret = load_secret(data, &upstream.secret_file)?;
                    anyhow::Ok(Site {
                        address: upstream.address,
                        secret,
                    })
                })
                .transpose()
        };
        let Reach::Udp {
            secret_file,
            message_authenticator,
            ..
        } = &settings.reach;
        Ok(Self {
            name: stored.name.clone(),
            secret: load_secret(data, secret_file)?,
            rule: match message_authenticator {
                MessageAuthenticator::Required => IntegrityRule::Required,
                MessageAuthenticator::Optional => IntegrityRule::Lenient,
            },
            upstream: site(&settings.upstream)?,
            mfa: site(&settings.mfa)?,
            settings,
        })
    }

    fn bits_from(&self, address: IpAddr) -> Option<u8> {
        let Reach::Udp {
            address: network, ..
        } = &self.settings.reach;
        network.contains(address).then(|| network.bits())
    }
}

fn load_secret(data: &DataDir, file: &str) -> anyhow::Result<SharedSecret> {
    let text = keys::load_shared_secret(data, file)?;
    Ok(SharedSecret::new(text.trim().as_bytes())?)
}

impl ClientBook {
    /// An empty book over `store`.
    pub fn new(store: Store, data: DataDir, clock: Clock) -> Self {
        Self {
            store,
            data,
            clock,
            kept: Mutex::default(),
        }
    }

    /// The client that comes from this address: the one with the narrowest range.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn at(&self, address: IpAddr) -> Result<Option<Arc<Client>>, StoreError> {
        let clients = self.all().await?;
        let known = clients
            .iter()
            .filter_map(|client| Some((client.bits_from(address)?, client)));
        let narrowest = known.max_by_key(|(bits, _)| *bits);
        Ok(narrowest.map(|(_, client)| Arc::clone(client)))
    }

    /// Every client whose secrets can be read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all(&self) -> Result<Arc<[Arc<Client>]>, StoreError> {
        let now = self.clock.now();
        let kept = self.kept().clone();
        if let Some((at, _, clients)) = &kept
            && now.since(*at) < FRESH_MS
        {
            return Ok(Arc::clone(clients));
        }
        let stored = self.store.radius_clients().await?;
        let clients = match kept {
            Some((_, before, clients)) if before == stored => clients,
            _ => self.load(&stored),
        };
        *self.kept() = Some((now, stored, Arc::clone(&clients)));
        Ok(clients)
    }

    /// One whose secret cannot be read is as good as not registered, and keeps nobody else out.
    fn load(&self, stored: &[RadiusClient]) -> Arc<[Arc<Client>]> {
        let mut clients = Vec::new();
        for client in stored {
            match Client::load(client, &self.data) {
                Ok(client) => clients.push(Arc::new(client)),
                Err(error) => {
                    tracing::error!(client = client.name, "not answered: {error:#}");
                }
            }
        }
        clients.into()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
