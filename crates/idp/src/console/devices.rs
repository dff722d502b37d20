//! `/devices`: what answers for people.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Html,
};
use selfsame_protocol::{DeviceId, UnixMillis};
use serde::Deserialize;

use super::{
    condition::Condition,
    device_acts::Act,
    fleet::is_linked,
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{App, date, service_settings::word, store::Device};

/// How many devices a page shows.
const PAGE: usize = 50;
/// More windows of hard factors than this say nothing new.
const WINDOWS_READ: u32 = 16;

/// Which are looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    q: String,
    show: Show,
    after: String,
}

/// In which condition.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    /// Any.
    #[default]
    #[serde(rename = "")]
    All,
    /// Believed to work and not working.
    Broken,
    /// Learning.
    Learning,
    /// Suspended.
    Suspended,
    /// Revoked or erased.
    Ended,
}

impl Show {
    const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Broken => "broken",
            Self::Learning => "learning",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    const fn takes(self, condition: Condition) -> bool {
        match self {
            Self::All => true,
            Self::Broken => condition.is_broken(),
            Self::Learning => matches!(condition, Condition::Learning),
            Self::Suspended => matches!(condition, Condition::Suspended),
            Self::Ended => matches!(condition, Condition::Revoked | Condition::Erased),
        }
    }
}

#[derive(Template)]
#[template(path = "console/devices.html")]
struct Devices {
    frame: Frame,
    sought: Sought,
    devices: Vec<DeviceRow>,
    next: Option<String>,
}

/// One of many devices.
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// The computer's own name.
    pub host: String,
    /// The operating system.
    pub os: String,
    /// Whom it answers for.
    pub login: String,
    /// Whether a demonstration build enrolled it.
    pub demo: bool,
    /// What is to be said of it.
    pub condition: Condition,
    /// Whether it is connected.
    pub linked: bool,
    /// The day on which it was heard last.
    pub heard: Option<String>,
}

#[derive(Template)]
#[template(path = "console/device.html")]
struct One {
    frame: Frame,
    device: Device,
    person: i64,
    condition: Condition,
    linked: bool,
    heard: Option<String>,
    enrolled: String,
    storage: String,
    vouched: usize,
}

/// Many.
pub async fn list(
    State(app): State<App>,
    session: Session,
    Query(sought): Query<Sought>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Devices)?;
    let all = app.store.devices().await?;
    let after = DeviceId::parse(&sought.after).ok();
    let skipped = after.map_or(0, |after| {
        all.iter().take_while(|device| device.id != after).count() + 1
    });
    let mut devices: Vec<_> = all
        .iter()
        .skip(skipped)
        .filter(|device| sought.is_in(device))
        .map(|device| DeviceRow::of(&app, device))
        .filter(|row| sought.show.takes(row.condition))
        .take(PAGE + 1)
        .collect();
    let is_more = devices.len() > PAGE;
    devices.truncate(PAGE);
    let last = devices.last().map(|row| row.id.to_string());
    Ok(render(&Devices {
        frame,
        sought,
        devices,
        next: last.filter(|_| is_more),
    }))
}

/// One.
pub async fn one(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Devices)?;
    let id = DeviceId::parse(&id).map_err(|_| Notice::NotFound)?;
    let device = app.store.device(id).await?.ok_or(Notice::NotFound)?;
    let person = app.store.person(&device.login).await?;
    let windows = app.store.windows_of(id, WINDOWS_READ).await?;
    let linked = is_linked(&app, &device);
    Ok(render(&One {
        frame,
        person: person.ok_or(Notice::NotFound)?.id.number(),
        condition: Condition::of(&device, linked, app.clock.wall()),
        linked,
        heard: device.seen.map(date::day),
        enrolled: date::day(device.enrolled),
        storage: word(device.key_storage),
        vouched: windows
            .iter()
            .filter(|(generation, _)| Some(*generation) == device.generation)
            .count(),
        device,
    }))
}

impl Sought {
    fn is_in(&self, device: &Device) -> bool {
        let part = self.q.trim().to_lowercase();
        [device.login.as_str(), &device.host_label]
            .iter()
            .any(|text| text.to_lowercase().contains(&part))
    }
}

impl DeviceRow {
    /// What a table shows of a device: when it was heard to the day, so that nobody's hours can be read from it.
    pub fn of(app: &App, device: &Device) -> Self {
        let linked = is_linked(app, device);
        Self {
            id: device.id,
            host: device.host_label.clone(),
            os: device.os.clone(),
            login: device.login.to_string(),
            demo: device.demo,
            condition: Condition::of(device, linked, app.clock.wall()),
            linked,
            heard: device.seen.map(|seen: UnixMillis| date::day(seen)),
        }
    }
}
