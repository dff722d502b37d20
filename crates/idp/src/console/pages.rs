//! The console's pages, from what the store holds.

use askama::Template;
use axum::response::Html;
use selfsame_protocol::UnixMillis;
use selfsame_saml::Certificate;

use crate::{
    App, date,
    service_settings::word,
    signing::expiry,
    store::{Device, StoreError, StoredCertificate},
};

/// What the overview shows.
#[derive(Template)]
#[template(path = "console/overview.html")]
pub struct Overview {
    origin: String,
    demo: bool,
    services: Vec<ServiceRow>,
    certificates: Vec<CertificateRow>,
    devices: Vec<DeviceRow>,
    lines: Vec<Line>,
}

struct ServiceRow {
    name: String,
    entity_id: String,
    mode: String,
    asks: String,
}

struct CertificateRow {
    stage: &'static str,
    until: String,
    notice: Option<&'static str>,
    fingerprint: String,
}

struct DeviceRow {
    login: String,
    host: String,
    os: String,
    standing: &'static str,
    is_connected: bool,
    demo: bool,
    seen: String,
}

struct Line {
    time: String,
    actor: String,
    action: String,
    target: String,
}

#[derive(Template)]
#[template(path = "console/message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
    key: Option<&'a str>,
}

impl Overview {
    /// Reads what is shown now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(app: &App, recent: u32) -> Result<Self, StoreError> {
        let services = app.store.services().await?.into_iter();
        let devices = app.store.devices().await?;
        let lines = app.store.audit_tail(recent).await?.into_iter().rev();
        Ok(Self {
            origin: app.settings.origin.to_string(),
            demo: app.settings.demo,
            services: services
                .map(|service| ServiceRow {
                    mode: word(service.settings.mode),
                    asks: service.settings.asks.to_string(),
                    name: service.name,
                    entity_id: service.entity_id,
                })
                .collect(),
            certificates: app
                .store
                .certificates()
                .await?
                .iter()
                .filter_map(|one| CertificateRow::of(one, app.clock.wall()))
                .collect(),
            devices: devices
                .iter()
                .map(|device| DeviceRow::of(app, device))
                .collect(),
            lines: lines
                .map(|entry| Line {
                    time: date::rfc3339(entry.time),
                    actor: entry.actor,
                    action: entry.action,
                    target: entry.target,
                })
                .collect(),
        })
    }

    /// The page.
    pub fn page(&self) -> Html<String> {
        render(self)
    }
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

impl DeviceRow {
    fn of(app: &App, device: &Device) -> Self {
        Self {
            login: device.login.to_string(),
            host: device.host_label.clone(),
            os: device.os.clone(),
            standing: device.standing.as_str(),
            is_connected: app.hub.link_of(device.id).is_some(),
            demo: device.demo,
            seen: device
                .seen
                .map_or_else(|| "never".to_owned(), date::rfc3339),
        }
    }
}

/// Asks for the click that spends a link.
pub fn confirm(key: &str) -> Html<String> {
    render(&Message {
        title: "Open the console",
        text: "This link works once. It signs this browser in for eight hours.",
        key: Some(key),
    })
}

/// The link is spent, has expired, or never was.
pub fn link_refused() -> Html<String> {
    render(&Message {
        title: "This link does not work any more",
        text: "It was used before, or it has expired. If the first use was not yours, look at the audit log: run `selfsame-idp audit tail` on the server.",
        key: None,
    })
}

/// There is no session.
pub fn signed_out() -> Html<String> {
    render(&Message {
        title: "You are not signed in",
        text: "Run `selfsame-idp console link` on the server, and open the link it prints.",
        key: None,
    })
}

/// The database does not answer.
pub fn store_failed() -> Html<String> {
    render(&Message {
        title: "The server cannot use its database",
        text: "See the server's log, and the space on its disk.",
        key: None,
    })
}

fn render(page: &impl Template) -> Html<String> {
    Html(page.render().expect(
        "rendering into a string fails only when a value's own writing does, and these are strings",
    ))
}
