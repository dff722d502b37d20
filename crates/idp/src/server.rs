//! The running server: its listeners, its start and its orderly end.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context;
use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use selfsame_protocol::message::Closing;
use serde::Serialize;
use tokio::{net::UdpSocket, task::JoinHandle};

use crate::{
    App,
    audit::{Action, Record},
    clock::Clock,
    console, housekeeping, hub,
    keys::Keys,
    platform, radius, router,
    settings::Settings,
    signing::{self, Signing},
    store::Store,
    tls,
};

/// How long requests in progress may take to end.
const GRACE: Duration = Duration::from_secs(3);
/// A connection that does not come to the point is closed.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// And so is one on which a later request does not.
const LATER_HEADERS_WITHIN: Duration = Duration::from_secs(60);

/// Where to listen, and with which certificate.
#[derive(Debug)]
pub struct Listen {
    /// For browsers, agents and providers.
    pub checks: SocketAddr,
    /// For administrators.
    pub console: Option<SocketAddr>,
    /// For gateways that ask by RADIUS over UDP.
    pub radius: Option<SocketAddr>,
    /// The certificate chain in PEM.
    pub certificate: PathBuf,
    /// Its key in PEM.
    pub key: PathBuf,
}

/// Where it listens, with the ports that the system chose.
#[derive(Debug, Serialize)]
pub struct Addresses {
    /// For browsers, agents and providers.
    pub checks: SocketAddr,
    /// For administrators.
    pub console: Option<SocketAddr>,
    /// For RADIUS over UDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<SocketAddr>,
}

/// Serves until the system asks the program to end; calls `ready` once it listens.
///
/// # Errors
/// When it cannot start, or a listener fails.
pub async fn run(
    settings: Settings,
    listen: &Listen,
    ready: impl FnOnce(&Addresses) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let app = open(settings).await?;
    let tls = RustlsConfig::from_config(tls::load(&listen.certificate, &listen.key)?);
    let checks = bind(listen.checks)?;
    let console = listen.console.map(bind).transpose()?;
    let radius = match listen.radius {
        Some(address) => Some(radius::server::bind(address).await?),
        None => None,
    };
    let addresses = Addresses {
        checks: checks.local_addr()?,
        console: console.as_ref().map(TcpListener::local_addr).transpose()?,
        radius: radius.as_ref().map(UdpSocket::local_addr).transpose()?,
    };
    let handle = Handle::new();
    let mut tasks = vec![spawn(
        checks,
        &tls,
        &handle,
        router::check_origin(app.clone()),
    )?];
    if let Some(console) = console {
        tasks.push(spawn(console, &tls, &handle, console::router(app.clone()))?);
    }
    let gateways = radius.map(|socket| tokio::spawn(radius::server::serve(app.clone(), socket)));
    let sweeper = tokio::spawn(hub::sweep::run(app.clone()));
    let housekeeper = tokio::spawn(housekeeping::run(app.clone()));
    let follower = tokio::spawn(signing::follow(app.clone()));
    note_start(&app, &addresses).await?;
    ready(&addresses)?;
    platform::asked_to_end().await?;
    tracing::info!("ending");
    gateways.inspect(JoinHandle::abort);
    sweeper.abort();
    housekeeper.abort();
    follower.abort();
    end(app, &handle, tasks).await
}

async fn open(settings: Settings) -> anyhow::Result<App> {
    let keys = Keys::load(&settings.data)?;
    let store = Store::open(&settings.data.database()).await?;
    let clock = Clock::start();
    let signing = Signing::load(&settings, &store, clock).await?;
    Ok(App::new(settings, store, keys, signing, clock))
}

/// A server that cannot write down that it started could not write down a check either.
async fn note_start(app: &App, addresses: &Addresses) -> anyhow::Result<()> {
    let record = Record::new("server", Action::ServerStarted, &app.settings.origin).with(
        serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "demo": app.settings.demo }),
    );
    app.store.append_audit(record, app.clock.wall()).await?;
    tracing::info!(listen = %addresses.checks, demo = app.settings.demo, "serving");
    Ok(())
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("{address} cannot be listened on; is another server running?"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn spawn(
    listener: TcpListener,
    tls: &RustlsConfig,
    handle: &Handle<SocketAddr>,
    router: Router,
) -> io::Result<JoinHandle<io::Result<()>>> {
    let mut server = axum_server::from_tcp_rustls(listener, tls.clone())?
        .handle(handle.clone())
        .first_request_timeout(FIRST_REQUEST_WITHIN);
    server
        .http_builder()
        .http1()
        .header_read_timeout(LATER_HEADERS_WITHIN);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(tokio::spawn(server.serve(service)))
}

/// Tells devices to come back soon, lets requests end, and folds up the database.
async fn end(
    app: App,
    handle: &Handle<SocketAddr>,
    tasks: Vec<JoinHandle<io::Result<()>>>,
) -> anyhow::Result<()> {
    app.hub.close_all(Closing::Restarting);
    handle.graceful_shutdown(Some(GRACE));
    for task in tasks {
        task.await??;
    }
    app.hub.emptied(GRACE).await;
    app.store.close().await;
    Ok(())
}
