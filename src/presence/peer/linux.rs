//! Linux: the kernel's connection table names user and socket, the process table names the program and its parent,
//! the control group names the session.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
};

use crate::platform::processes::{
    folder_of, holders_of, is_of_user, is_own_program, is_system_file, parent_of,
};

use super::{Browser, SessionMatch, Stranger, is_known_browser};

/// `TCP_ESTABLISHED` in the kernel's table.
const ESTABLISHED: &str = "01";

pub(super) fn identify(peer: SocketAddr, own: SocketAddr) -> Result<Browser, Stranger> {
    let socket = find_socket(peer, own).ok_or(Stranger::NoSocket)?;
    let me = rustix::process::geteuid().as_raw();
    if socket.uid != me {
        return Err(Stranger::OtherUser);
    }
    let holders = holders_of(socket.inode, me);
    // Every holder must be the browser: a script could hand its open socket on to one.
    let mut browsers = holders.iter().map(|process| browser_of(process));
    let first = browsers.next().ok_or(Stranger::NoProgram)??;
    for other in browsers {
        other?;
    }
    Ok(first)
}

/// The host is this very program, so what it says of the extension that started it is our own word; whether a browser
/// started it is the kernel's.
pub(super) fn browser_behind(process: u32) -> Result<Browser, Stranger> {
    let host = folder_of(process);
    if !is_own_program(&host) {
        return Err(Stranger::NotOurHost);
    }
    let parent = parent_of(&host).ok_or(Stranger::NoProgram)?;
    if !is_of_user(&parent, rustix::process::geteuid().as_raw()) {
        return Err(Stranger::OtherUser);
    }
    browser_of(&parent)
}

#[derive(Debug, PartialEq, Eq)]
struct Socket {
    uid: u32,
    inode: u64,
}

fn find_socket(peer: SocketAddr, own: SocketAddr) -> Option<Socket> {
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| socket_in(&table, peer, own))
}

/// The line of proc_pid_net(5) whose local end is the peer's and whose remote end is ours.
fn socket_in(table: &str, peer: SocketAddr, own: SocketAddr) -> Option<Socket> {
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let matches = fields.len() > 9
            && fields[3] == ESTABLISHED
            && is_address(fields[1], peer)
            && is_address(fields[2], own);
        if !matches {
            return None;
        }
        Some(Socket {
            uid: fields[7].parse().ok()?,
            inode: fields[9].parse().ok()?,
        })
    })
}

/// Whether a field such as `0100007F:F123`, or its IPv4-mapped form, is an IPv4 address and port.
fn is_address(field: &str, address: SocketAddr) -> bool {
    let IpAddr::V4(ip) = address.ip() else {
        return false;
    };
    // The kernel prints each 32-bit word of an address as a number in the machine's byte order.
    let word = u32::from_ne_bytes(ip.octets());
    let mapped = u32::from_ne_bytes([0, 0, 0xff, 0xff]);
    let port = address.port();
    field == format!("{word:08X}:{port:04X}")
        || field == format!("{:016X}{mapped:08X}{word:08X}:{port:04X}", 0)
}

fn browser_of(process: &Path) -> Result<Browser, Stranger> {
    let running = process.join("exe");
    let program = fs::read_link(&running).map_err(|_| Stranger::NoProgram)?;
    let name = program.file_name().and_then(|name| name.to_str());
    if !name.is_some_and(is_known_browser) {
        return Err(Stranger::NotABrowser(program));
    }
    if !is_system_file(&running, &program) {
        return Err(Stranger::NotASystemFile(program));
    }
    let session = session_match(&process.join("cgroup"))?;
    Ok(Browser { program, session })
}

fn session_match(peer_cgroup: &Path) -> Result<SessionMatch, Stranger> {
    let read = |path: &Path| fs::read_to_string(path).ok();
    let (peer, own) = (read(peer_cgroup), read(Path::new("/proc/self/cgroup")));
    let peer = peer.as_deref().and_then(session_in);
    let own = own.as_deref().and_then(session_in);
    match (peer, own) {
        (Some(peer), Some(own)) if peer == own => Ok(SessionMatch::Same),
        (Some(_), Some(_)) => Err(Stranger::OtherSession),
        _ => Ok(SessionMatch::Unknown),
    }
}

/// The logind session in a line such as `0::/user.slice/user-1000.slice/session-2.scope`.
fn session_in(cgroup: &str) -> Option<&str> {
    cgroup
        .split(['/', '\n'])
        .find_map(|part| part.strip_prefix("session-")?.strip_suffix(".scope"))
}

#[cfg(test)]
mod tests {
    use std::{
        net::{TcpListener, TcpStream},
        path::PathBuf,
    };

    use super::*;

    #[test]
    fn the_kernels_table_names_the_other_end_of_our_own_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connected");
        let (server, peer) = listener.accept().expect("accepted");
        let own = server.local_addr().expect("connected");
        let socket = find_socket(peer, own).expect("it is in the table");
        let me = rustix::process::geteuid().as_raw();
        assert_eq!(socket.uid, me);
        let this = PathBuf::from(format!("/proc/{}", std::process::id()));
        assert_eq!(holders_of(socket.inode, me), [this]);
        assert!(matches!(identify(peer, own), Err(Stranger::NotABrowser(_))));
        drop(client);
    }

    #[test]
    fn a_host_that_is_another_program_or_that_no_browser_started_is_a_stranger() {
        let mut other = std::process::Command::new("/bin/sleep")
            .arg("60")
            .spawn()
            .expect("it starts");
        assert_eq!(browser_behind(other.id()), Err(Stranger::NotOurHost));
        other.kill().expect("it ends");
        other.wait().expect("it has ended");
        let started_by_a_test_runner = browser_behind(std::process::id());
        assert!(matches!(
            started_by_a_test_runner,
            Err(Stranger::NotABrowser(_) | Stranger::NoProgram)
        ));
    }

    #[test]
    fn a_mapped_address_is_the_same_peer() {
        let address: SocketAddr = "127.0.0.1:61731".parse().expect("an address");
        assert!(is_address("0100007F:F123", address));
        assert!(is_address("0000000000000000FFFF00000100007F:F123", address));
        assert!(!is_address("0100007F:F124", address));
        assert!(!is_address("0200007F:F123", address));
    }

    #[test]
    fn only_a_session_scope_names_a_session() {
        let scope = "0::/user.slice/user-1000.slice/session-2.scope\n";
        let service = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n";
        assert_eq!(session_in(scope), Some("2"));
        assert_eq!(session_in(service), None);
        assert_eq!(session_in("0::/\n"), None);
    }
}
