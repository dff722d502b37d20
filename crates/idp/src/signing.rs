//! What answers are signed with now: the key and certificate that are in use, and those that services are given beside
//! it. A change made by the command line counts within a second.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::{Context, bail};
use selfsame_saml::{Certificate, EntityId, Responder, Signer};
use serde_json::json;

use crate::{
    App,
    audit::{Action, Record},
    clock::Clock,
    keys::SamlKey,
    metadata,
    oidc::jwt::TokenSigner,
    settings::{DataDir, Settings},
    store::{Stage, Store, StoredCertificate},
};

pub mod expiry;

const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// What answers are signed with.
#[derive(Debug)]
pub struct Signing {
    /// Signs answers.
    pub responder: Responder,
    /// Signs ID tokens, with the same key.
    pub tokens: TokenSigner,
    /// What services are given, the one that signs first.
    pub certificates: Vec<Certificate>,
    /// As it was read, to notice a change by.
    stored: Vec<StoredCertificate>,
}

impl Signing {
    /// Reads what is in use.
    ///
    /// # Errors
    /// When the key's file is missing, damaged or open to others, or does not belong to its certificate.
    pub async fn load(settings: &Settings, store: &Store, clock: Clock) -> anyhow::Result<Self> {
        let stored = certificates(&settings.data, store, clock).await?;
        Self::of(settings, stored)
    }

    fn of(settings: &Settings, stored: Vec<StoredCertificate>) -> anyhow::Result<Self> {
        let Some(signing) = stored.iter().find(|one| one.stage == Stage::Signing) else {
            bail!("no certificate is in use; restore the database from a backup");
        };
        let key = SamlKey::load(&settings.data, &signing.key_file)?;
        let certificate = Certificate::from_pem(&signing.pem)?;
        let entity_id = EntityId::parse(&metadata::entity_id(&settings.origin))
            .context("the origin is too long")?;
        let signer = Signer::from_pkcs8_der(key.pkcs8_der())?;
        let tokens = TokenSigner::new(Signer::from_pkcs8_der(key.pkcs8_der())?, &certificate);
        let public = stored.iter().filter(|one| one.stage.is_public());
        Ok(Self {
            responder: Responder::new(entity_id, signer, &certificate)?,
            tokens,
            certificates: public
                .map(|one| Certificate::from_pem(&one.pem))
                .collect::<Result<_, _>>()?,
            stored,
        })
    }
}

/// The certificates of a server. One that was set up before they were kept in the database brings its own in.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn certificates(
    data: &DataDir,
    store: &Store,
    clock: Clock,
) -> anyhow::Result<Vec<StoredCertificate>> {
    let stored = store.certificates().await?;
    if !stored.is_empty() {
        return Ok(stored);
    }
    let first = SamlKey::first_certificate(data)?;
    let record = Record::new("server", Action::CertificateMade, &first.id)
        .with(json!({ "stage": first.stage.as_str(), "from": "init" }));
    store.add_certificate(&first, record, clock.wall()).await?;
    Ok(store.certificates().await?)
}

/// What is in use, and changes while the server runs.
#[derive(Debug)]
pub struct InUse(RwLock<Arc<Signing>>);

impl InUse {
    /// This, until it changes.
    pub fn new(signing: Signing) -> Self {
        Self(RwLock::new(Arc::new(signing)))
    }

    /// What is in use now.
    pub fn now(&self) -> Arc<Signing> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, signing: Signing) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(signing);
    }
}

/// Follows what the command line does; runs until it is dropped. What cannot be used is logged once, and the server
/// goes on with what it has.
pub async fn follow(app: App) {
    let mut refused: Option<Vec<StoredCertificate>> = None;
    let mut ticks = tokio::time::interval(FOLLOW_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let stored = match app.store.certificates().await {
            Ok(stored) => stored,
            Err(error) => {
                tracing::error!(%error, "the certificates could not be looked up");
                continue;
            }
        };
        if app.sign_in.signing.now().stored == stored || refused.as_ref() == Some(&stored) {
            continue;
        }
        match Signing::of(&app.settings, stored.clone()) {
            Ok(signing) => {
                tracing::info!("the certificates were changed");
                app.sign_in.signing.change(signing);
            }
            Err(error) => {
                tracing::error!(%error, "the changed certificates cannot be used; those before go on");
                refused = Some(stored);
            }
        }
    }
}
