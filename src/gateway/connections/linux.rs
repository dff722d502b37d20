//! Linux: the kernel's tables name a connection's ends, user and socket; the process table names the program.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use super::Connection;
use crate::platform::processes;

/// TCP, and UDP sockets that are connected to one address.
const TABLES: [&str; 4] = [
    "/proc/self/net/tcp",
    "/proc/self/net/tcp6",
    "/proc/self/net/udp",
    "/proc/self/net/udp6",
];
/// `TCP_ESTABLISHED`, which connected UDP sockets are marked with too.
const ESTABLISHED: &str = "01";
/// Users below this are the system's own services (login.defs(5), SYS_UID_MAX).
const FIRST_PERSON: u32 = 1_000;

pub(super) fn to(gateways: &[SocketAddr]) -> Vec<Connection> {
    TABLES
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| connections_in(&table, gateways))
        .collect()
}

/// The lines of proc_pid_net(5) whose remote end is a gateway.
fn connections_in(table: &str, gateways: &[SocketAddr]) -> Vec<Connection> {
    let lines = table.lines().skip(1).filter_map(connection_in);
    lines
        .filter(|connection| gateways.contains(&connection.remote))
        .collect()
}

fn connection_in(line: &str) -> Option<Connection> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, remote, ESTABLISHED, _, _, _, user, _, inode, ..] = fields[..] else {
        return None;
    };
    Some(Connection {
        local: address(local)?,
        remote: address(remote)?,
        user: user.parse().ok()?,
        inode: inode.parse().ok()?,
    })
}

/// A field such as `0100007F:F123`: each 32-bit word of an address as a number in the machine's byte order.
fn address(field: &str) -> Option<SocketAddr> {
    let (words, port) = field.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let word = u32::from_str_radix(words.get(at * 8..at * 8 + 8)?, 16).ok()?;
        Some(word.to_ne_bytes())
    };
    let ip: IpAddr = match words.len() {
        8 => Ipv4Addr::from(word(0)?).into(),
        32 => {
            let octets: Vec<u8> = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).to_canonical()
        }
        _ => return None,
    };
    Some((ip, port).into())
}

pub(super) fn vpn_program_of(
    connection: &Connection,
    is_vpn: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let me = rustix::process::geteuid().as_raw();
    match connection.user {
        user if user == me => own_program(connection.inode, me, is_vpn),
        user if user < FIRST_PERSON => service_of(user, is_vpn),
        _ => None,
    }
}

/// The program of this person that holds a socket: every holder must be a VPN program that only root can change.
fn own_program(inode: u64, me: u32, is_vpn: &dyn Fn(&str) -> bool) -> Option<String> {
    let holders = processes::holders_of(inode, me);
    let names: Option<Vec<String>> = holders
        .iter()
        .map(|process| system_program(process).filter(|name| is_vpn(name)))
        .collect();
    names?.into_iter().next()
}

fn system_program(process: &Path) -> Option<String> {
    let running = process.join("exe");
    let program = fs::read_link(&running).ok()?;
    let name = program.file_name()?.to_str()?.to_owned();
    processes::is_system_file(&running, &program).then_some(name)
}

/// A service's sockets are nobody else's to look into. That its user runs a VPN program must do: no person can make such a
/// user connect anywhere.
fn service_of(user: u32, is_vpn: &dyn Fn(&str) -> bool) -> Option<String> {
    processes::of_user(user)
        .iter()
        .filter_map(|process| called(process))
        .find(|name| is_vpn(name))
}

/// The file name that a process was called by, which everybody may read.
fn called(process: &Path) -> Option<String> {
    let line = fs::read(process.join("cmdline")).ok()?;
    let program = line.split(|octet| *octet == 0).next()?;
    let program = std::str::from_utf8(program).ok()?;
    Path::new(program).file_name()?.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_connection_of_our_own_is_found_by_its_other_end_and_held_by_no_vpn_program() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let gateway = listener.local_addr().expect("bound");
        let client = TcpStream::connect(gateway).expect("connected");
        let found = to(&[gateway]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].local, client.local_addr().expect("bound"));
        let any = |_: &str| false;
        assert_eq!(vpn_program_of(&found[0], &any), None);
        drop(client);
    }

    #[test]
    fn an_ipv6_connection_and_a_connected_udp_socket_are_found_too() {
        let listener = TcpListener::bind("[::1]:0").expect("a port");
        let gateway = listener.local_addr().expect("bound");
        let client = TcpStream::connect(gateway).expect("connected");
        assert_eq!(to(&[gateway]).len(), 1);
        drop(client);
        let far = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let near = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let gateway = far.local_addr().expect("bound");
        assert!(to(&[gateway]).is_empty());
        near.connect(gateway).expect("connected");
        assert_eq!(to(&[gateway]).len(), 1);
    }

    /// Hands a new connection to a process of `program` and says what VPN program that makes it.
    fn held_by(program: &Path) -> Option<String> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let gateway = listener.local_addr().expect("bound");
        let client = TcpStream::connect(gateway).expect("connected");
        let mut holder = Command::new(program)
            .arg("60")
            .stdin(OwnedFd::from(client))
            .spawn()
            .expect("started");
        let found = to(&[gateway]);
        let name = vpn_program_of(&found[0], &|program| program == "sleep");
        holder.kill().expect("ended");
        holder.wait().expect("ended");
        name
    }

    #[test]
    fn a_program_that_anybody_can_replace_is_no_vpn_program() {
        let installed = fs::canonicalize("/bin/sleep").expect("a path");
        assert_eq!(held_by(&installed).as_deref(), Some("sleep"));

        let folder = tempfile::tempdir().expect("a folder");
        let replaceable = folder.path().join("sleep");
        // Copied by another process: a file that this one had open for writing may still be so in a child of another test.
        let copied = Command::new("cp")
            .arg(&installed)
            .arg(&replaceable)
            .status();
        assert!(copied.expect("started").success());
        let anybody = fs::Permissions::from_mode(0o777);
        fs::set_permissions(&replaceable, anybody).expect("its owner");
        assert_eq!(held_by(&replaceable), None);
    }

    #[test]
    fn addresses_are_read_as_the_kernel_writes_them() {
        let text = |field| address(field).map(|address| address.to_string());
        assert_eq!(text("0100007F:01BB").as_deref(), Some("127.0.0.1:443"));
        let mapped = "0000000000000000FFFF00000100007F:01BB";
        assert_eq!(text(mapped).as_deref(), Some("127.0.0.1:443"));
        let six = "00000000000000000000000001000000:01BB";
        assert_eq!(text(six).as_deref(), Some("[::1]:443"));
        assert_eq!(text("garbage"), None);
    }
}
