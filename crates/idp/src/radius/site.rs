//! The site's own RADIUS servers, which a client of ours may stand in front of: the first factor's and the second's.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use selfsame_radius::{
    Answer, Authenticator, Enquiry, Kind, MOST_OCTETS, Password, Reply, Request, Verdict,
};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep_until, timeout_at},
};

use super::book::Site;
use crate::random;

/// How long the first factor's server may take.
pub const FIRST_FACTOR_WITHIN: Duration = Duration::from_millis(1_800);
/// How long the second factor's may: it may ask a person.
pub const OTHER_FACTOR_WITHIN: Duration = Duration::from_secs(60);
/// After this a request is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(600);
const AGAIN_AT_MOST: Duration = Duration::from_secs(5);

/// Hands a request on, and waits for the answer; `None` when none came in time.
pub async fn ask(
    site: &Site,
    request: &Request,
    (user_name, password): (&str, &Password),
    state: Option<Vec<u8>>,
    within: Duration,
) -> Option<Answer> {
    match try_ask(site, request, (user_name, password), state, within).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(site = %site.address, "could not be asked: {error:#}");
            None
        }
    }
}

async fn try_ask(
    site: &Site,
    request: &Request,
    (user_name, password): (&str, &Password),
    state: Option<Vec<u8>>,
    within: Duration,
) -> anyhow::Result<Option<Answer>> {
    let [identifier] = random::bytes();
    let ids = (identifier, Authenticator(random::bytes()));
    let others = handed_on(request, state);
    let enquiry = Enquiry::new(ids, site.secret.clone(), user_name, password, &others)?;
    // A socket for each enquiry: its port is as hard to guess as the identifier is short.
    let socket = UdpSocket::bind(any_port_towards(site.address)).await?;
    socket.connect(site.address).await?;
    Ok(exchange(&socket, &enquiry, Instant::now() + within).await)
}

fn any_port_towards(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    }
}

/// What the other server learns beside name and password.
fn handed_on(request: &Request, state: Option<Vec<u8>>) -> Vec<(Kind, Vec<u8>)> {
    let station = request.calling_station.as_ref();
    let station = station.map(|station| (Kind::CALLING_STATION_ID, station.clone().into_bytes()));
    let state = state.map(|state| (Kind::STATE, state));
    let others = request.others.iter().cloned();
    others.chain(station).chain(state).collect()
}

async fn exchange(socket: &UdpSocket, enquiry: &Enquiry, until: Instant) -> Option<Answer> {
    let mut pause = AGAIN_AFTER;
    while Instant::now() < until {
        // Whether it arrived shows by the answer.
        let _ = socket.send(enquiry.octets()).await;
        let again = (Instant::now() + pause).min(until);
        if let Ok(answer) = timeout_at(again, hear(socket, enquiry, again)).await {
            return Some(answer);
        }
        pause = (pause * 2).min(AGAIN_AT_MOST);
    }
    None
}

/// The right answer. Wrong ones are left out: anybody may have sent them.
async fn hear(socket: &UdpSocket, enquiry: &Enquiry, again: Instant) -> Answer {
    let mut buffer = [0; MOST_OCTETS];
    loop {
        match socket
            .recv(&mut buffer)
            .await
            .map(|length| enquiry.read(&buffer[..length]))
        {
            Ok(Ok(answer)) => return answer,
            Ok(Err(error)) => tracing::warn!(%error, "an answer of the site's was dropped"),
            // Nobody listens there now; wait with the next try instead of asking in a circle.
            Err(_) => sleep_until(again).await,
        }
    }
}

/// The same verdict in our own answer, with what else was said; a challenge needs a handle of ours first.
pub fn relay(answer: &Answer, handle: Option<&[u8]>) -> Reply {
    let reply = match (answer.verdict, handle) {
        (Verdict::Accept, _) => Reply::accept(),
        (Verdict::Challenge, Some(handle)) => Reply::challenge(handle),
        (Verdict::Reject | Verdict::Challenge, _) => Reply::reject(),
    };
    grant(reply, &answer.others)
}

/// Adds what the site's server said to an answer.
pub fn grant(reply: Reply, others: &[(Kind, Vec<u8>)]) -> Reply {
    let add = |reply: Reply, (kind, value): &(Kind, Vec<u8>)| reply.with(*kind, value);
    others.iter().fold(reply, add)
}
