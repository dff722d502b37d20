//! What is done to a device: each act asks once more, takes a reason, and is written down with what was before.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Redirect},
};
use selfsame_protocol::DeviceId;
use serde::Deserialize;
use serde_json::json;

use super::{
    form::{Posted, Reason},
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::{
    App,
    audit::{Action, Record},
    store::{Device, Standing, StoreError},
};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// For now.
    Suspend,
    /// For good.
    Revoke,
    /// A suspended device may answer again.
    Restore,
}

impl Act {
    const fn right(self) -> Right {
        match self {
            Self::Suspend | Self::Revoke => Right::StopDevice,
            Self::Restore => Right::RestoreDevice,
        }
    }

    /// Whether it changes anything for this device.
    pub const fn fits(self, device: &Device) -> bool {
        let standing = device.standing;
        match self {
            Self::Suspend => matches!(standing, Standing::Active),
            Self::Revoke => matches!(standing, Standing::Active | Standing::Suspended),
            Self::Restore => matches!(standing, Standing::Suspended),
        }
    }

    const fn outcome(self) -> (Standing, Action) {
        match self {
            Self::Suspend => (Standing::Suspended, Action::DeviceSuspended),
            Self::Revoke => (Standing::Revoked, Action::DeviceRevoked),
            Self::Restore => (Standing::Active, Action::DeviceRestored),
        }
    }
}

#[derive(Template)]
#[template(path = "console/device_act.html")]
struct Ask {
    frame: Frame,
    act: Act,
    device: Device,
}

/// Asks once more.
pub async fn ask(
    State(app): State<App>,
    session: Session,
    Path((id, act)): Path<(String, Act)>,
) -> Result<Html<String>, Notice> {
    session.require(act.right())?;
    let frame = Frame::of(&app, &session, Place::Devices)?;
    let device = device(&app, &id).await?;
    if !act.fits(&device) {
        return Err(Notice::NothingToDo);
    }
    Ok(render(&Ask { frame, act, device }))
}

/// Does it.
pub async fn act(
    State(app): State<App>,
    Path((id, act)): Path<(String, Act)>,
    Posted { session, form }: Posted<Reason>,
) -> Result<Redirect, Notice> {
    session.require(act.right())?;
    let because = form.checked()?;
    let device = device(&app, &id).await?;
    if carry_out(&app, &session, act, &device, &because).await? {
        Ok(Redirect::to(&format!("/devices/{}", device.id)))
    } else {
        Err(Notice::NothingToDo)
    }
}

async fn carry_out(
    app: &App,
    session: &Session,
    act: Act,
    device: &Device,
    because: &str,
) -> Result<bool, StoreError> {
    let (standing, action) = act.outcome();
    let record = Record::new(&session.person.actor(), action, device.id).with(json!({
        "user": device.login.as_str(),
        "because": because,
        "old": device.standing.as_str(),
        "new": standing.as_str(),
    }));
    let now = app.clock.wall();
    match act {
        Act::Suspend | Act::Revoke => {
            app.store
                .lower_standing(device.id, standing, record, now)
                .await
        }
        Act::Restore => app.store.restore_device(device.id, record, now).await,
    }
}

async fn device(app: &App, id: &str) -> Result<Device, Notice> {
    let id = DeviceId::parse(id).map_err(|_| Notice::NotFound)?;
    app.store.device(id).await?.ok_or(Notice::NotFound)
}
