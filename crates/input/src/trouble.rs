//! Why the reader cannot go on.

use std::io;

/// Each says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Somebody started it by hand.
    #[error("it never runs as root; start selfsame-input.socket, which starts it as its own user")]
    Root,
    /// Standard input is no listening socket.
    #[error("standard input is not the socket to listen on ({0}); start selfsame-input.socket")]
    NoSocket(io::Error),
    /// The kernel refuses what shuts the program in.
    #[error("the kernel cannot shut it in ({0}), so it does not open any device")]
    NotConfined(String),
    /// Nothing would tell of devices that come and go.
    #[error("{0} cannot be watched: {1}; udev and logind must run")]
    NotWatched(&'static str, io::Error),
    /// Waiting failed.
    #[error("waiting for events failed: {0}")]
    Wait(io::Error),
}
