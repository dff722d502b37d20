//! Asks a person's computers whether one of them has just begun this sign-in.

use std::{net::IpAddr, time::Duration};

use selfsame_protocol::{
    CheckId, Millis, Nonce, VERSION,
    message::{Desk, GatewayConnection, GatewayQuestion, GatewayTie},
};
use tokio::time::timeout;

use super::book::Client;
use crate::{
    App,
    decide::Policy,
    hub::GatewayAnswer,
    random,
    store::{Device, Login, StoreError},
};

/// How long a device may take. With the database's share an answer leaves within two seconds.
const WITHIN: Duration = Duration::from_millis(1_200);

/// A connected device, and what it said.
#[derive(Debug)]
pub struct AskedDesk {
    /// The device.
    pub device: Device,
    /// Where its link comes from.
    pub peer: IpAddr,
    /// When it was asked.
    pub asked: Millis,
    /// What it said; `None` when it said nothing in time.
    pub answer: Option<GatewayAnswer>,
}

impl AskedDesk {
    /// Whether somebody may sit there: a device that says nothing counts, one that says it is locked does not.
    pub fn may_be_open(&self) -> bool {
        self.answer
            .as_ref()
            .is_none_or(|answer| answer.statement.desk == Desk::Open)
    }

    /// Whether the device itself says that somebody may sit there.
    pub fn is_open(&self) -> bool {
        self.answer.is_some() && self.may_be_open()
    }

    /// The connection that the device saw, if it is to one of the gateways that were asked for.
    pub fn connection(&self, client: &Client) -> Option<&GatewayConnection> {
        let seen = self.answer.as_ref()?.statement.connection.as_ref()?;
        client
            .settings
            .gateways
            .contains(&seen.gateway)
            .then_some(seen)
    }
}

/// What a device is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// For whom.
    pub client: &'a Client,
    /// The check.
    pub check: CheckId,
    /// What the verdict hangs on.
    pub tie: GatewayTie,
    /// What a verdict must be worth.
    pub policy: &'a Policy,
    /// When the request arrived.
    pub arrived: Millis,
}

/// Asks every connected device of a person at once, each with a nonce of its own.
///
/// # Errors
/// [`StoreError`].
pub async fn ask_all(
    app: &App,
    asking: Asking<'_>,
    login: &Login,
) -> Result<Vec<AskedDesk>, StoreError> {
    let devices = app.store.active_devices(login).await?;
    let asked = devices.into_iter().map(|device| ask(app, asking, device));
    let answers = futures_util::future::join_all(asked).await;
    Ok(answers.into_iter().flatten().collect())
}

/// Asks one device; `None` when it is not connected.
pub async fn ask(app: &App, asking: Asking<'_>, device: Device) -> Option<AskedDesk> {
    let peer = app.hub.link_of(device.id)?.peer_ip;
    let question = question(app, asking, &device, random::nonce());
    let asked = app.clock.now();
    let mut awaiting = app.hub.ask_gateway(&question).ok()?;
    let answer = timeout(WITHIN, awaiting.answer()).await.ok().flatten();
    Some(AskedDesk {
        device,
        peer,
        asked,
        answer,
    })
}

fn question(app: &App, asking: Asking<'_>, device: &Device, nonce: Nonce) -> GatewayQuestion {
    let iat = app.clock.wall();
    let arrived_ms_ago = app.clock.now().since(asking.arrived);
    GatewayQuestion {
        v: VERSION,
        iss: app.settings.origin.clone(),
        device: device.id,
        check: asking.check,
        nonce,
        service: asking.client.name.clone(),
        tie: asking.tie,
        gateways: asking.client.settings.gateways.clone(),
        level: asking.policy.level(),
        max_evidence_age_s: asking.policy.max_evidence_age_s(),
        arrived_ms_ago: u32::try_from(arrived_ms_ago).unwrap_or(u32::MAX),
        iat,
        exp: iat.plus(i64::try_from(WITHIN.as_millis()).unwrap_or(i64::MAX)),
    }
}
