//! What devices are told to look out for.

use std::net::SocketAddr;

use selfsame_protocol::{DeviceId, VERSION, jws, message::GatewayList};

use crate::{App, store::StoreError};

/// A device watches no more than this.
const MOST: usize = 64;

/// The signed list of every client's gateways for one device; `None` where there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn list_for(app: &App, device: DeviceId) -> Result<Option<String>, StoreError> {
    let mut gateways: Vec<SocketAddr> = Vec::new();
    for client in app.radius.clients.all().await?.iter() {
        gateways.extend(&client.settings.gateways);
    }
    gateways.sort_unstable();
    gateways.dedup();
    gateways.truncate(MOST);
    if gateways.is_empty() {
        return Ok(None);
    }
    let list = GatewayList {
        v: VERSION,
        iss: app.settings.origin.clone(),
        device,
        gateways,
        iat: app.clock.wall(),
    };
    let signed = jws::sign(&app.keys.challenge.current, &list);
    Ok(signed
        .inspect_err(|error| tracing::error!(error, "the list of gateways could not be signed"))
        .ok())
}
