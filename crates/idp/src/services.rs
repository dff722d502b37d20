//! The registered services, parsed once and kept: a sign-in must not wait for the disk or for a parser.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use selfsame_protocol::Millis;
use selfsame_saml::{ImportedMetadata, ServiceProvider};

use crate::{
    clock::Clock,
    oidc::client::Client,
    store::{Protocol, Service, Store, StoreError},
};

/// How long a service is used before it is looked up again, in milliseconds: a change made by the
/// command line counts within a second.
const FRESH_MS: u64 = 1_000;

/// A service as sign-ins see it.
#[derive(Debug)]
pub struct KnownService {
    /// What was registered.
    pub registered: Service,
    /// How it asks and is answered.
    pub party: Party,
    /// From where it may post without a click, and where the answer's form may lead.
    pub origins: Vec<String>,
}

/// What was registered, by the service's protocol.
#[derive(Debug)]
pub enum Party {
    /// A SAML service provider, by its metadata.
    Saml(ServiceProvider),
    /// An OpenID Connect relying party.
    Oidc(Client),
}

impl Party {
    /// Reads what was registered.
    ///
    /// # Errors
    /// When what is stored is not what this version stores.
    pub fn parse(registered: &Service) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt("service metadata");
        let text = &registered.metadata;
        match registered.protocol {
            Protocol::Saml => {
                let imported = ImportedMetadata::parse(text.as_bytes()).map_err(|_| corrupt)?;
                Ok(Self::Saml(ServiceProvider {
                    clock_skew: registered.settings.saml.clock_skew(),
                    ..imported.service
                }))
            }
            Protocol::Oidc => serde_json::from_str(text)
                .map(Self::Oidc)
                .map_err(|_| corrupt),
        }
    }

    /// Where it takes answers.
    fn origins(&self) -> Vec<&str> {
        match self {
            Self::Saml(provider) => {
                let consumers = provider.assertion_consumers.iter();
                consumers.map(|consumer| consumer.url.origin()).collect()
            }
            Self::Oidc(client) => client.origins(),
        }
    }
}

impl KnownService {
    fn parse(registered: Service) -> Result<Self, StoreError> {
        let party = Party::parse(&registered)?;
        let listed = registered.post_origins.iter().map(String::as_str);
        let all = party.origins().into_iter().chain(listed);
        let mut origins: Vec<String> = all.map(as_browsers_write).collect();
        origins.sort();
        origins.dedup();
        Ok(Self {
            registered,
            party,
            origins,
        })
    }

    /// The service provider, if that is what it is.
    pub fn saml(&self) -> Option<&ServiceProvider> {
        match &self.party {
            Party::Saml(provider) => Some(provider),
            Party::Oidc(_) => None,
        }
    }

    /// The relying party, if that is what it is.
    pub fn oidc(&self) -> Option<&Client> {
        match &self.party {
            Party::Oidc(client) => Some(client),
            Party::Saml(_) => None,
        }
    }

    /// What people are shown.
    pub fn name(&self) -> &str {
        &self.registered.name
    }
}

/// Browsers write an origin in lower case and without the port that its scheme implies.
fn as_browsers_write(origin: &str) -> String {
    let origin = origin.to_ascii_lowercase();
    origin
        .strip_suffix(":443")
        .map_or_else(|| origin.clone(), str::to_owned)
}

/// Finds services by entity id or client id.
#[derive(Debug)]
pub struct ServiceBook {
    store: Store,
    clock: Clock,
    seen: Mutex<HashMap<String, (Millis, Arc<KnownService>)>>,
}

impl ServiceBook {
    /// An empty book over `store`.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            seen: Mutex::default(),
        }
    }

    /// The service with exactly this entity id or client id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find(&self, entity_id: &str) -> Result<Option<Arc<KnownService>>, StoreError> {
        let now = self.clock.now();
        let kept = self.kept(entity_id);
        if let Some((at, service)) = &kept
            && now.since(*at) < FRESH_MS
        {
            return Ok(Some(Arc::clone(service)));
        }
        let Some(registered) = self.store.service(entity_id).await? else {
            self.seen().remove(entity_id);
            return Ok(None);
        };
        let service = match kept {
            Some((_, service)) if service.registered == registered => service,
            _ => Arc::new(KnownService::parse(registered)?),
        };
        self.seen()
            .insert(entity_id.to_owned(), (now, Arc::clone(&service)));
        Ok(Some(service))
    }

    fn kept(&self, entity_id: &str) -> Option<(Millis, Arc<KnownService>)> {
        self.seen().get(entity_id).cloned()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Millis, Arc<KnownService>)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_in_the_form_that_browsers_send() {
        assert_eq!(
            as_browsers_write("https://Acme.Okta.com:443"),
            "https://acme.okta.com"
        );
        assert_eq!(
            as_browsers_write("https://acme.okta.com:8443"),
            "https://acme.okta.com:8443"
        );
    }
}
