//! RADIUS over UDP. Whatever is not a client's request, whole and under its secret, is dropped without an answer.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use selfsame_radius::{MOST_OCTETS, Packet, Request};
use tokio::{net::UdpSocket, sync::Semaphore};

use super::{
    book::Client,
    refused,
    repeats::{Fingerprint, Seen},
    visit,
};
use crate::App;

/// So many requests are answered at a time.
const AT_ONCE: usize = 2_000;

/// Opens the socket.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn bind(address: SocketAddr) -> anyhow::Result<UdpSocket> {
    UdpSocket::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on for RADIUS"))
}

/// Serves for as long as it is polled.
pub async fn serve(app: App, socket: UdpSocket) {
    let (socket, room) = (Arc::new(socket), Arc::new(Semaphore::new(AT_ONCE)));
    let mut buffer = [0; MOST_OCTETS];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, from)) => take(&app, &socket, &room, &buffer[..length], from).await,
            // A client that is gone makes the system report it here.
            Err(error) => tracing::debug!(%error, "a RADIUS client cannot be reached"),
        }
    }
}

async fn take(
    app: &App,
    socket: &Arc<UdpSocket>,
    room: &Arc<Semaphore>,
    datagram: &[u8],
    from: SocketAddr,
) {
    let Some((client, request)) = admit(app, datagram, from).await else {
        return;
    };
    let fingerprint = (from, request.identifier, request.authenticator);
    match app.radius.repeats.note(fingerprint, app.clock.now()) {
        Seen::Pending => return,
        Seen::Answered(answer) => return send(socket, &answer, from).await,
        Seen::Never => {}
    }
    let Ok(place) = Arc::clone(room).try_acquire_owned() else {
        app.radius.repeats.given_up(&fingerprint);
        return refused::note(app, from.ip(), Some(&client.name), refused::BUSY, "busy").await;
    };
    let (app, socket) = (app.clone(), Arc::clone(socket));
    tokio::spawn(async move {
        answer(&app, &client, request, fingerprint, &socket).await;
        drop(place);
    });
}

/// Finds out whose request a datagram is, if it is one.
async fn admit(app: &App, datagram: &[u8], from: SocketAddr) -> Option<(Arc<Client>, Request)> {
    let client = match app.radius.clients.at(from.ip()).await {
        Ok(Some(client)) => client,
        Ok(None) => {
            let why = "no RADIUS client is registered at this address";
            refused::note(app, from.ip(), None, refused::UNKNOWN_CLIENT, why).await;
            return None;
        }
        Err(error) => {
            tracing::error!(%error, "RADIUS clients could not be looked up");
            return None;
        }
    };
    let read = Packet::parse(datagram)
        .and_then(|packet| Request::read(&packet, &client.secret, client.rule));
    match read {
        Ok(_) if !app.rates.services.take(client.service(), app.clock.now()) => {
            let why = "more than limits.requests_per_service";
            refused::note(app, from.ip(), Some(&client.name), refused::TOO_MANY, why).await;
            None
        }
        Ok(request) => Some((client, request)),
        Err(error) => {
            let (cause, why) = (refused::cause(error), error.to_string());
            refused::note(app, from.ip(), Some(&client.name), cause, &why).await;
            None
        }
    }
}

async fn answer(
    app: &App,
    client: &Arc<Client>,
    request: Request,
    fingerprint: Fingerprint,
    socket: &UdpSocket,
) {
    let reply = visit::answer(app, client, &request).await;
    match reply.map(|reply| reply.encode(&request, &client.secret)) {
        Some(Ok(octets)) => {
            app.radius.repeats.answered(&fingerprint, &octets);
            send(socket, &octets, fingerprint.0).await;
        }
        Some(Err(error)) => {
            tracing::error!(client = client.name, %error, "an answer could not be written");
        }
        None => app.radius.repeats.given_up(&fingerprint),
    }
}

async fn send(socket: &UdpSocket, octets: &[u8], to: SocketAddr) {
    if let Err(error) = socket.send_to(octets, to).await {
        tracing::warn!(%to, %error, "an answer could not be sent");
    }
}
