//! Once a second: ends the links of devices that another process revoked or suspended.

use std::{collections::HashMap, time::Duration};

use super::link::barred;
use crate::{App, store::StoreError};

const EVERY: Duration = Duration::from_secs(1);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "revoked devices could not be looked for");
        }
    }
}

async fn sweep(app: &App) -> Result<(), StoreError> {
    let connected = app.hub.connected();
    if connected.is_empty() {
        return Ok(());
    }
    let barred_devices: HashMap<_, _> = app.store.barred_devices().await?.into_iter().collect();
    for device in connected {
        if let Some(reason) = barred_devices.get(&device).copied().and_then(barred) {
            app.hub.close(device, reason);
        }
    }
    Ok(())
}
