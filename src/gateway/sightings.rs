//! How long the connections to gateways have been there. The system tells only which there are; a connection's age is the
//! time since it was last looked for and not there.

use std::{collections::HashMap, net::SocketAddr};

use selfsame_protocol::{Millis, message::CONNECTION_WITHIN_MS};

use super::connections::Connection;

/// No more gateways than this are looked out for, whatever a server says.
const MOST_GATEWAYS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sighting {
    /// When it was last not there; `None` when it was there at the first look.
    absent: Option<Millis>,
    /// A check was told of it.
    spent: bool,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Sightings {
    gateways: Vec<SocketAddr>,
    looked: HashMap<SocketAddr, Millis>,
    seen: HashMap<Connection, Sighting>,
}

impl Sightings {
    /// Looks out for more gateways; whether any of them is new.
    pub fn watch(&mut self, gateways: &[SocketAddr]) -> bool {
        let before = self.gateways.len();
        for gateway in gateways {
            if !self.gateways.contains(gateway) && self.gateways.len() < MOST_GATEWAYS {
                self.gateways.push(*gateway);
            }
        }
        self.gateways.len() > before
    }

    /// Every gateway that is looked out for.
    pub fn watched(&self) -> &[SocketAddr] {
        &self.gateways
    }

    /// Takes note of a look at the connections to all of them.
    pub fn note(&mut self, now: Millis, open: Vec<Connection>) {
        self.seen.retain(|connection, _| open.contains(connection));
        for connection in open {
            let absent = self.looked.get(&connection.remote).copied();
            self.seen.entry(connection).or_insert(Sighting {
                absent,
                spent: false,
            });
        }
        self.looked = self.gateways.iter().map(|one| (*one, now)).collect();
    }

    /// The connections to one of `gateways` that may speak for their person, newest first, each with its age at most.
    pub fn fresh(&self, now: Millis, gateways: &[SocketAddr]) -> Vec<(Connection, Millis)> {
        let mut fresh: Vec<_> = self
            .seen
            .iter()
            .filter(|(connection, sighting)| {
                !sighting.spent && gateways.contains(&connection.remote)
            })
            .filter_map(|(connection, sighting)| {
                let age = now.since(sighting.absent?);
                (age <= u64::from(CONNECTION_WITHIN_MS)).then_some((*connection, Millis(age)))
            })
            .collect();
        fresh.sort_by_key(|(_, age)| age.0);
        fresh
    }

    /// A check was told of this connection; no other will be.
    pub fn spend(&mut self, connection: &Connection) {
        if let Some(sighting) = self.seen.get_mut(connection) {
            sighting.spent = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATEWAY: &str = "203.0.113.5:443";

    fn gateway() -> SocketAddr {
        GATEWAY.parse().expect("an address")
    }

    fn connection(port: u16) -> Connection {
        Connection {
            local: SocketAddr::from(([192, 0, 2, 1], port)),
            remote: gateway(),
            user: 1000,
            inode: u64::from(port),
        }
    }

    fn watching() -> Sightings {
        let mut sightings = Sightings::default();
        assert!(sightings.watch(&[gateway()]));
        sightings
    }

    fn ages(sightings: &Sightings, now: u64) -> Vec<u64> {
        let fresh = sightings.fresh(Millis(now), &[gateway()]);
        fresh.iter().map(|(_, age)| age.0).collect()
    }

    #[test]
    fn a_connection_is_as_old_as_the_last_look_without_it() {
        let mut sightings = watching();
        sightings.note(Millis(0), Vec::new());
        sightings.note(Millis(2_000), vec![connection(1)]);
        assert_eq!(ages(&sightings, 3_000), [3_000]);
        assert_eq!(ages(&sightings, 15_000), [15_000]);
        assert!(ages(&sightings, 15_001).is_empty());
    }

    #[test]
    fn a_connection_that_was_there_at_the_first_look_may_be_of_any_age() {
        let mut sightings = watching();
        sightings.note(Millis(0), vec![connection(1)]);
        sightings.note(Millis(2_000), vec![connection(1)]);
        assert!(ages(&sightings, 2_000).is_empty());
    }

    #[test]
    fn a_gateway_that_is_named_later_has_its_own_first_look() {
        let mut sightings = watching();
        sightings.note(Millis(0), Vec::new());
        let other: SocketAddr = "203.0.113.6:443".parse().expect("an address");
        assert!(sightings.watch(&[other]));
        let there = Connection {
            remote: other,
            ..connection(1)
        };
        sightings.note(Millis(2_000), vec![there]);
        assert!(sightings.fresh(Millis(2_000), &[other]).is_empty());
    }

    #[test]
    fn a_connection_speaks_for_one_check() {
        let mut sightings = watching();
        sightings.note(Millis(0), Vec::new());
        sightings.note(Millis(2_000), vec![connection(1)]);
        sightings.spend(&connection(1));
        assert!(ages(&sightings, 2_000).is_empty());
        sightings.note(Millis(4_000), vec![connection(1), connection(2)]);
        assert_eq!(ages(&sightings, 4_000), [2_000]);
    }

    #[test]
    fn a_server_cannot_have_every_address_looked_out_for() {
        let mut sightings = Sightings::default();
        let many: Vec<_> = (1..1_000)
            .map(|port| SocketAddr::from(([203, 0, 113, 5], port)))
            .collect();
        sightings.watch(&many);
        assert_eq!(sightings.watched().len(), MOST_GATEWAYS);
    }
}
