//! Which connections to gateways there are, and whether a VPN program holds one.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as imp;

#[cfg(not(target_os = "linux"))]
mod unseen;
#[cfg(not(target_os = "linux"))]
use unseen as imp;

use std::net::SocketAddr;

/// The programs that connect people to VPNs, by file name. Some work as the person, some as a service of the system.
const VPN_PROGRAMS: [&str; 24] = [
    "PanGPA",
    "PanGPS",
    "charon",
    "charon-nm",
    "f5fpc",
    "forticlient",
    "fortivpn",
    "globalprotect",
    "gpauth",
    "gpclient",
    "gpservice",
    "ncsvc",
    "netExtender",
    "nm-openconnect-auth-dialog",
    "nm-openconnect-service",
    "openconnect",
    "openfortivpn",
    "openvpn",
    "openvpn3-service-client",
    "pulsesvc",
    "snx",
    "svpn",
    "vpnagentd",
    "vpnui",
];

/// One connection of this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Its end here.
    pub local: SocketAddr,
    /// Its end at the gateway.
    pub remote: SocketAddr,
    /// The user whose socket it is.
    pub user: u32,
    /// The socket's number in the system.
    pub inode: u64,
}

/// The connections to any of these addresses.
pub fn to(gateways: &[SocketAddr]) -> Vec<Connection> {
    if gateways.is_empty() {
        return Vec::new();
    }
    imp::to(gateways)
}

/// The VPN program that holds a connection; `None` when none does, or it cannot be found out. `added` are names beside
/// those that are known. Reads the process table: some milliseconds.
pub fn vpn_program_of(connection: &Connection, added: &[&str]) -> Option<String> {
    imp::vpn_program_of(connection, &|name| is_vpn_program(name, added))
}

fn is_vpn_program(name: &str, added: &[&str]) -> bool {
    !name.is_empty() && (VPN_PROGRAMS.contains(&name) || added.contains(&name))
}
