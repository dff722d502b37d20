//! Systems on which peers cannot be looked at yet: everybody is a stranger.

use std::net::SocketAddr;

use super::{Browser, Stranger};

pub(super) fn identify(_peer: SocketAddr, _own: SocketAddr) -> Result<Browser, Stranger> {
    Err(Stranger::Unsupported)
}

pub(super) fn browser_behind(_process: u32) -> Result<Browser, Stranger> {
    Err(Stranger::Unsupported)
}
