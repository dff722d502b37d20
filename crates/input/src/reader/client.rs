//! The one client: let in if it is the installed agent of the person in front.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::{
    io::Errno,
    net::{
        RecvFlags, SendFlags, SocketFlags, SocketType, UCred, accept_with, recv, send,
        sockopt::{socket_acceptconn, socket_peercred, socket_type},
    },
    process::Gid,
};
use selfsame_input::wire::{PACKET_RECORDS, RECORD_BYTES, Record, Refusal, VERSION, Wish};
use zeroize::Zeroize;

/// The agent that is served.
pub struct Client {
    socket: OwnedFd,
    /// Whose agent it is.
    pub user: u32,
    /// What it wants; nothing before it says so.
    pub wish: Wish,
}

/// The client has gone, or does not take in what it is told.
#[derive(Debug)]
pub struct Hangup;

/// Whether `listener` is what the socket unit hands over.
pub fn check(listener: BorrowedFd<'_>) -> io::Result<()> {
    let fits = socket_type(listener)? == SocketType::SEQPACKET && socket_acceptconn(listener)?;
    fits.then_some(()).ok_or_else(|| Errno::INVAL.into())
}

/// Lets the next one in, or tells it why not.
pub fn accept(
    listener: BorrowedFd<'_>,
    agents: Gid,
    front: Option<u32>,
    served: Option<u32>,
) -> Option<Client> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = accept_with(listener, flags).ok()?;
    let peer = socket_peercred(&socket).ok()?;
    let client = Client {
        socket,
        user: peer.uid.as_raw(),
        wish: Wish::Hold,
    };
    let hello = Record::Hello(VERSION);
    match admit(&peer, agents, front, served) {
        Ok(()) => client.tell(&[hello]).is_ok().then_some(client),
        Err(why) => {
            // It may have gone already.
            let _ = client.tell(&[hello, Record::Refused(why)]);
            None
        }
    }
}

/// The group of a process is the agents' when its program was given that group by whoever installed it:
/// the kernel took it down as the connection was made, and neither a library put into the agent nor a
/// debugger on it keeps the group.
fn admit(
    peer: &UCred,
    agents: Gid,
    front: Option<u32>,
    served: Option<u32>,
) -> Result<(), Refusal> {
    let user = peer.uid.as_raw();
    if peer.gid != agents {
        Err(Refusal::NotTheAgent)
    } else if front != Some(user) {
        Err(Refusal::NotInFront)
    } else if served == Some(user) {
        Err(Refusal::Busy)
    } else {
        Ok(())
    }
}

impl Client {
    /// Takes in its last wish.
    pub fn hear(&mut self) -> Result<(), Hangup> {
        let mut said = [0; 16];
        loop {
            match recv(&self.socket, &mut said, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Err(Hangup),
                Ok((bytes, _)) => self.wish = Wish::of(said[bytes.min(said.len()) - 1]),
                Err(Errno::AGAIN) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(_) => return Err(Hangup),
            }
        }
    }

    /// Sends records, in packets. A client that does not read them is one that hangs: it must come again.
    pub fn tell(&self, records: &[Record]) -> Result<(), Hangup> {
        records
            .chunks(PACKET_RECORDS)
            .try_for_each(|records| self.send(records))
    }

    fn send(&self, records: &[Record]) -> Result<(), Hangup> {
        let mut packet = [0; PACKET_RECORDS * RECORD_BYTES];
        for (place, record) in packet.chunks_exact_mut(RECORD_BYTES).zip(records) {
            place.copy_from_slice(&record.encode());
        }
        let bytes = &packet[..records.len() * RECORD_BYTES];
        let sent = send(
            &self.socket,
            bytes,
            SendFlags::DONTWAIT | SendFlags::NOSIGNAL,
        );
        packet.zeroize();
        sent.map(drop).map_err(|_| Hangup)
    }
}

impl AsFd for Client {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Pid, Uid};

    use super::*;

    const AGENTS: u32 = 990;

    fn peer(user: u32, group: u32) -> UCred {
        UCred {
            pid: Pid::INIT,
            uid: Uid::from_raw(user),
            gid: Gid::from_raw(group),
        }
    }

    fn admitted(peer: UCred, front: Option<u32>, served: Option<u32>) -> Result<(), Refusal> {
        admit(&peer, Gid::from_raw(AGENTS), front, served)
    }

    #[test]
    fn the_installed_agent_of_the_person_in_front_is_served() {
        assert_eq!(admitted(peer(1000, AGENTS), Some(1000), None), Ok(()));
    }

    #[test]
    fn another_program_of_the_person_is_not_served_and_neither_is_root() {
        let refused = Err(Refusal::NotTheAgent);
        assert_eq!(admitted(peer(1000, 1000), Some(1000), None), refused);
        assert_eq!(admitted(peer(0, 0), Some(0), None), refused);
    }

    #[test]
    fn whoever_is_not_in_front_is_not_served() {
        let refused = Err(Refusal::NotInFront);
        assert_eq!(admitted(peer(1001, AGENTS), Some(1000), None), refused);
        assert_eq!(admitted(peer(1000, AGENTS), None, None), refused);
    }

    #[test]
    fn one_agent_is_served_until_another_person_comes_to_the_front() {
        let agent = || peer(1000, AGENTS);
        assert_eq!(
            admitted(agent(), Some(1000), Some(1000)),
            Err(Refusal::Busy)
        );
        assert_eq!(admitted(agent(), Some(1000), Some(1001)), Ok(()));
    }
}
