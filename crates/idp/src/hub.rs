//! The devices that are connected now: who they are, how to reach them, and whether a key is in
//! use twice. The sockets themselves are in [`link`].

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use selfsame_protocol::{
    DeviceId, UnixMillis, jws,
    message::{
        CheckRequest, Closing, GatewayCode, GatewayQuestion, GatewayStatement, ServerFrame,
        VerdictMessage,
    },
};
use thiserror::Error;
use tokio::sync::{mpsc, watch};

use crate::{keys::Keys, random};

use awaited::Awaited;
pub use awaited::{Awaiting, GatewayAnswer};

mod awaited;
pub mod link;
mod pace;
pub mod sweep;

/// How many frames may wait for one device before it counts as unreachable.
const QUEUE: usize = 16;

/// Where verified verdicts go.
pub trait VerdictSink: Send + Sync {
    /// A verdict that verified under the key of `device`, in whose name it speaks. Must not block.
    fn on_verdict(&self, device: DeviceId, verdict: VerdictMessage);
}

/// The device cannot be asked: it has no link, it does not read, or two links claim to be it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the device is not connected")]
pub struct NotConnected;

/// What is known of a live link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkInfo {
    /// Where it comes from.
    pub peer_ip: IpAddr,
    /// Whether a demonstration build is at its other end.
    pub demo: bool,
    /// How far the device's clock is ahead of ours, in milliseconds.
    pub clock_ahead_ms: i64,
    /// The agent's version.
    pub agent_version: String,
    /// Since when.
    pub since: UnixMillis,
}

/// What a link is told to do.
#[derive(Debug)]
pub(crate) enum Order {
    Send(ServerFrame),
    Ping(u64),
    Close(Closing),
}

struct Link {
    id: u64,
    orders: mpsc::Sender<Order>,
    info: LinkInfo,
    answered: bool,
}

/// The links of one device: one, or for a moment two that are asked for a sign of life.
#[derive(Default)]
struct Seat {
    links: Vec<Link>,
    duel: Option<u64>,
}

/// What a pong told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duel {
    Undecided,
    /// Two links of one device both answered: its key was copied.
    BothAlive,
}

/// All live links.
pub struct Hub {
    seats: Mutex<HashMap<DeviceId, Seat>>,
    next_link: AtomicU64,
    ending: watch::Sender<Option<Closing>>,
    keys: Arc<Keys>,
    sink: Arc<dyn VerdictSink>,
    awaited: Awaited,
}

impl Hub {
    /// A hub that signs with `keys` and hands verdicts to `sink`.
    pub fn new(keys: Arc<Keys>, sink: Arc<dyn VerdictSink>) -> Self {
        Self {
            seats: Mutex::default(),
            next_link: AtomicU64::new(1),
            ending: watch::Sender::new(None),
            keys,
            sink,
            awaited: Awaited::default(),
        }
    }

    /// Signs a question and sends it to the device it names.
    ///
    /// # Errors
    /// [`NotConnected`]: the check must end in the other factor.
    pub fn ask(&self, request: &CheckRequest) -> Result<(), NotConnected> {
        let jws = jws::sign(&self.keys.challenge.current, request).map_err(|_| NotConnected)?;
        self.send(request.device, ServerFrame::Check { jws })
    }

    /// Signs a question about a gateway and sends it; the answer is waited for at what is returned.
    ///
    /// # Errors
    /// [`NotConnected`].
    pub fn ask_gateway(&self, question: &GatewayQuestion) -> Result<Awaiting, NotConnected> {
        let jws = jws::sign(&self.keys.challenge.current, question).map_err(|_| NotConnected)?;
        let awaiting = self.awaited.expect(question);
        self.send(question.device, ServerFrame::Gateway { jws })?;
        Ok(awaiting)
    }

    /// Signs a code and has the device show it.
    ///
    /// # Errors
    /// [`NotConnected`].
    pub fn show_code(&self, code: &GatewayCode) -> Result<(), NotConnected> {
        let jws = jws::sign(&self.keys.challenge.current, code).map_err(|_| NotConnected)?;
        self.send(code.device, ServerFrame::Code { jws })
    }

    /// Sends one frame to a device.
    ///
    /// # Errors
    /// [`NotConnected`].
    pub fn send(&self, device: DeviceId, frame: ServerFrame) -> Result<(), NotConnected> {
        let seats = self.seats();
        let link = seats
            .get(&device)
            .and_then(Seat::only_link)
            .ok_or(NotConnected)?;
        link.orders
            .try_send(Order::Send(frame))
            .map_err(|_| NotConnected)
    }

    /// Sends one frame on one particular link, whether or not it can be relied on yet.
    pub(crate) fn order(&self, device: DeviceId, link: u64, frame: ServerFrame) {
        if let Some(link) = self.seats().get(&device).and_then(|seat| seat.link(link)) {
            // A full queue means that the peer does not read; it is told again next time.
            let _ = link.orders.try_send(Order::Send(frame));
        }
    }

    /// What is known of a device's link; `None` when it has none that can be relied on.
    pub fn link_of(&self, device: DeviceId) -> Option<LinkInfo> {
        self.seats()
            .get(&device)
            .and_then(Seat::only_link)
            .map(|link| link.info.clone())
    }

    /// Every connected device.
    pub fn connected(&self) -> Vec<DeviceId> {
        self.seats().keys().copied().collect()
    }

    /// Ends every link of a device.
    pub fn close(&self, device: DeviceId, reason: Closing) {
        if let Some(seat) = self.seats().get(&device) {
            seat.order_all(|| Order::Close(reason));
        }
    }

    /// Waits until every connection has ended, but no longer than `limit`: after that they are
    /// cut, which devices understand as well.
    pub async fn emptied(&self, limit: Duration) {
        let _ = tokio::time::timeout(limit, self.ending.closed()).await;
    }

    /// Ends every connection, also those that are only introducing themselves or are yet to come.
    pub fn close_all(&self, reason: Closing) {
        self.ending.send_replace(Some(reason));
    }

    /// Tells a connection when all are to end; the hub counts as emptied when none holds this.
    pub(crate) fn ending(&self) -> watch::Receiver<Option<Closing>> {
        self.ending.subscribe()
    }

    pub(crate) fn on_verdict(&self, device: DeviceId, verdict: VerdictMessage) {
        self.sink.on_verdict(device, verdict);
    }

    pub(crate) fn on_gateway(&self, statement: GatewayStatement, verdict: Option<VerdictMessage>) {
        self.awaited.answer(GatewayAnswer { statement, verdict });
    }

    /// Takes a new live link. If the device has one already, both must show that they live; the
    /// usual case is a computer that woke up in another network, whose old link never answers.
    pub(crate) fn join(&self, device: DeviceId, info: LinkInfo) -> (u64, mpsc::Receiver<Order>) {
        let id = self.next_link.fetch_add(1, Ordering::Relaxed);
        let (orders, inbox) = mpsc::channel(QUEUE);
        let mut seats = self.seats();
        let seat = seats.entry(device).or_default();
        seat.links.push(Link {
            id,
            orders,
            info,
            answered: false,
        });
        seat.begin_duel();
        (id, inbox)
    }

    /// A link answered a ping.
    pub(crate) fn pong(&self, device: DeviceId, link: u64, n: u64) -> Duel {
        let mut seats = self.seats();
        match seats.get_mut(&device) {
            Some(seat) if seat.duel == Some(n) => seat.note_answer(link),
            _ => Duel::Undecided,
        }
    }

    /// A link ended.
    pub(crate) fn leave(&self, device: DeviceId, link: u64) {
        let mut seats = self.seats();
        let Some(seat) = seats.get_mut(&device) else {
            return;
        };
        seat.links.retain(|other| other.id != link);
        match seat.links.len() {
            0 => drop(seats.remove(&device)),
            1 => seat.duel = None,
            _ => {}
        }
    }

    fn seats(&self) -> std::sync::MutexGuard<'_, HashMap<DeviceId, Seat>> {
        // No code that holds the lock can panic half-way through a change.
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The link to rely on: none while two claim to be the device.
    fn only_link(&self) -> Option<&Link> {
        match (&self.links[..], self.duel) {
            ([link], None) => Some(link),
            _ => None,
        }
    }

    fn link(&self, id: u64) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }

    fn begin_duel(&mut self) {
        if self.links.len() < 2 {
            return;
        }
        if self.links.len() > 2 {
            let _ = self.links[0]
                .orders
                .try_send(Order::Close(Closing::Replaced));
        }
        let n = u64::from_be_bytes(random::bytes());
        self.duel = Some(n);
        self.links.iter_mut().for_each(|link| link.answered = false);
        self.order_all(|| Order::Ping(n));
    }

    fn note_answer(&mut self, id: u64) -> Duel {
        self.links
            .iter_mut()
            .filter(|link| link.id == id)
            .for_each(|link| link.answered = true);
        match self.links.iter().filter(|link| link.answered).count() {
            0 | 1 => Duel::Undecided,
            _ => Duel::BothAlive,
        }
    }

    /// A full queue means that the peer does not read; its link ends by itself soon.
    fn order_all(&self, order: impl Fn() -> Order) {
        self.links.iter().for_each(|link| {
            let _ = link.orders.try_send(order());
        });
    }
}
