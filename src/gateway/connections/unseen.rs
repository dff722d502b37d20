//! Systems where connections are not looked at: their people are asked for a code.

use std::net::SocketAddr;

use super::Connection;

pub(super) fn to(_: &[SocketAddr]) -> Vec<Connection> {
    Vec::new()
}

pub(super) fn vpn_program_of(_: &Connection, _: &dyn Fn(&str) -> bool) -> Option<String> {
    None
}
