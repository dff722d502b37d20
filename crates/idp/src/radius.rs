//! RADIUS: the same check, policy and audit for VPN gateways and whatever else knows no browser.
//!
//! [`server`] takes packets, [`visit`] leads one request to its answer, `desks` asks the person's devices,
//! `conclude` decides and writes down. The packets themselves are `selfsame-radius`'s.

use crate::{clock::Clock, rate::Buckets, settings::DataDir, store::Store, strangers::Strangers};

pub mod book;
pub mod gateways;
pub mod server;
pub mod settings;
pub mod visit;

mod caller;
mod challenges;
mod codes;
mod conclude;
mod desks;
mod refused;
mod repeats;
mod rivals;
mod site;
mod typed;

/// Requests about one person whose devices are asked, in [`PERSON_SPAN_MS`].
const PER_PERSON: u32 = 30;
const PERSON_SPAN_MS: u64 = 600_000;

/// What is open with gateways now.
#[derive(Debug)]
pub struct Radius {
    /// Who may ask.
    pub clients: book::ClientBook,
    repeats: repeats::Repeats,
    challenges: challenges::Challenges,
    codes: codes::Codes,
    rivals: rivals::RivalLog,
    people: Buckets<String>,
    refused: Strangers,
}

impl Radius {
    /// Nothing is open yet.
    pub fn new(store: Store, data: DataDir, clock: Clock) -> Self {
        Self {
            clients: book::ClientBook::new(store, data, clock),
            repeats: repeats::Repeats::default(),
            challenges: challenges::Challenges::default(),
            codes: codes::Codes::default(),
            rivals: rivals::RivalLog::default(),
            people: Buckets::new(PER_PERSON, PERSON_SPAN_MS),
            refused: Strangers::default(),
        }
    }
}
