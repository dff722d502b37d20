//! `/certificates`: what services verify answers with.

use askama::Template;
use axum::{extract::State, response::Html};
use selfsame_protocol::UnixMillis;
use selfsame_saml::Certificate;

use super::{
    frame::{Frame, Place, render},
    notice::Notice,
    session::Session,
};
use crate::{
    App, date,
    signing::expiry,
    store::{Stage, StoreError, StoredCertificate},
};

#[derive(Template)]
#[template(path = "console/certificates.html")]
struct Certificates {
    frame: Frame,
    certificates: Vec<CertificateRow>,
}

/// One certificate.
pub struct CertificateRow {
    /// How far it is in its change.
    pub stage: &'static str,
    /// Its end, to the day.
    pub until: String,
    /// What is to be said of its end.
    pub notice: Option<&'static str>,
    /// Its SHA-256 fingerprint.
    pub fingerprint: String,
}

/// All.
pub async fn list(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Certificates)?;
    let certificates = app.store.certificates().await?;
    let now = app.clock.wall();
    Ok(render(&Certificates {
        frame,
        certificates: certificates
            .iter()
            .filter_map(|one| CertificateRow::of(one, now))
            .collect(),
    }))
}

/// The one that signs.
pub async fn signing(app: &App) -> Result<Option<CertificateRow>, StoreError> {
    let certificates = app.store.certificates().await?;
    let signing = certificates.iter().find(|one| one.stage == Stage::Signing);
    Ok(signing.and_then(|one| CertificateRow::of(one, app.clock.wall())))
}

impl CertificateRow {
    /// `None` for one that cannot be read, which `cert list` says more about.
    fn of(one: &StoredCertificate, now: UnixMillis) -> Option<Self> {
        let certificate = Certificate::from_pem(&one.pem).ok()?;
        Some(Self {
            stage: one.stage.as_str(),
            until: date::day(UnixMillis(certificate.valid_until().unix_millis())),
            notice: expiry::notice(expiry::days_left(&certificate, now)),
            fingerprint: one.id.clone(),
        })
    }
}
