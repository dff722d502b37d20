//! What the browser extension asks: the same proof as by loopback, for the process that the extension's browser
//! started.

use selfsame_protocol::message::Channel;

use super::{
    gate::admit_page,
    peer::{self, Stranger},
    prover::{Prover, Unproved},
};
use crate::exit::{Blame, Exit, Failure};

/// Signs the proof for a page of `origin`, where `host` is the process of the native messaging host.
///
/// # Errors
/// The reason, for the log.
pub async fn prove(
    prover: &Prover,
    challenge: &str,
    origin: &str,
    host: Option<u32>,
) -> Result<String, Unproved> {
    admit_page(Some(origin), prover.origin())?;
    let find_browser = move || host.map_or(Err(Stranger::NoProgram), peer::browser_behind);
    prover
        .prove(challenge, Channel::Extension, find_browser)
        .await
}

/// What everybody is told who may not ask.
pub fn refused() -> Failure {
    Failure::new(
        Exit::Refused,
        Blame::Command,
        "Only a browser of this person may ask for this, for its identity provider's own page.",
        "Nothing is to be done: the page asks in another way.",
    )
}
