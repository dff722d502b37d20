//! Windows: the system's connection table names the process, the process its program, user and session.

use std::{
    net::{SocketAddr, SocketAddrV4},
    path::Path,
};

use super::{Browser, SessionMatch, Stranger, is_known_browser};
use crate::platform::windows::{
    folders,
    process::{self, Process},
    tcp_table,
};

pub(super) fn identify(peer: SocketAddr, own: SocketAddr) -> Result<Browser, Stranger> {
    let (peer, own) = v4(peer).zip(v4(own)).ok_or(Stranger::NoSocket)?;
    let id = tcp_table::holder(peer, own)
        .ok()
        .flatten()
        .ok_or(Stranger::NoSocket)?;
    let process = process::describe(id).map_err(|_| Stranger::NoProgram)?;
    let me = process::own_user().map_err(|_| Stranger::OtherUser)?;
    let session = process::own_session().map_err(|_| Stranger::SessionUnclear)?;
    admit(process, &me, session)
}

/// Not yet: the other end of the control pipe is not asked for its process.
pub(super) fn browser_behind(_process: u32) -> Result<Browser, Stranger> {
    Err(Stranger::Unsupported)
}

fn admit(process: Process, me: &str, session: u32) -> Result<Browser, Stranger> {
    if process.user != me {
        return Err(Stranger::OtherUser);
    }
    if process.session != session {
        return Err(Stranger::OtherSession);
    }
    if !is_browser(&process.program) {
        return Err(Stranger::NotABrowser(process.program));
    }
    if !is_system_file(&process.program) {
        return Err(Stranger::NotASystemFile(process.program));
    }
    Ok(Browser {
        program: process.program,
        session: SessionMatch::Same,
    })
}

/// `firefox.exe`, in whatever letters.
fn is_browser(program: &Path) -> bool {
    let name = program
        .file_name()
        .and_then(|name| name.to_str())
        .map(str::to_ascii_lowercase);
    name.as_deref()
        .and_then(|name| name.strip_suffix(".exe"))
        .is_some_and(is_known_browser)
}

/// Whether it lies where only administrators put programs. A browser that a person installed for
/// themselves could be replaced by any program of theirs.
fn is_system_file(program: &Path) -> bool {
    let program = program.to_string_lossy().to_lowercase();
    folders::of_programs().iter().any(|folder| {
        let folder = folder.to_string_lossy().to_lowercase();
        program
            .strip_prefix(&folder)
            .is_some_and(|rest| rest.starts_with('\\'))
    })
}

fn v4(address: SocketAddr) -> Option<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Some(address),
        SocketAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    fn firefox() -> Process {
        let folder = folders::of_programs().remove(0);
        Process {
            program: folder.join(r"Mozilla Firefox\Firefox.exe"),
            user: "S-1-5-21-1".to_owned(),
            session: 1,
        }
    }

    #[test]
    fn a_browser_of_the_same_person_and_session_is_admitted_and_no_other() {
        assert!(admit(firefox(), "S-1-5-21-1", 1).is_ok());
        assert_eq!(admit(firefox(), "S-1-5-21-2", 1), Err(Stranger::OtherUser));
        assert_eq!(
            admit(firefox(), "S-1-5-21-1", 2),
            Err(Stranger::OtherSession)
        );
    }

    #[test]
    fn a_browsers_name_outside_the_programs_folders_is_a_stranger() {
        for path in [
            r"C:\Users\alice\firefox.exe",
            r"C:\Program Files-evil\firefox.exe",
        ] {
            let fake = Process {
                program: path.into(),
                ..firefox()
            };
            let refused = admit(fake, "S-1-5-21-1", 1);
            assert_eq!(refused, Err(Stranger::NotASystemFile(path.into())));
        }
        let script = Process {
            program: firefox().program.with_file_name("python.exe"),
            ..firefox()
        };
        assert!(matches!(
            admit(script, "S-1-5-21-1", 1),
            Err(Stranger::NotABrowser(_))
        ));
    }

    #[test]
    fn the_systems_table_names_the_other_end_of_our_own_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connected");
        let (server, peer) = listener.accept().expect("accepted");
        let own = server.local_addr().expect("connected");
        assert!(matches!(identify(peer, own), Err(Stranger::NotABrowser(_))));
        drop(client);
    }
}
