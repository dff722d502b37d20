//! The socket of the reader.

use std::{
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::MetadataExt,
    },
    path::Path,
};

use rustix::{
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect,
        recv, send, socket_with,
    },
};
use selfsame_input::wire::{PACKET_RECORDS, RECORD_BYTES, Record, SOCKET, Wish};
use zeroize::Zeroize;

use crate::platform;

/// Why there is no connection, as the status says it.
pub const GONE: &str = "the input reader hung up";
/// See [`GONE`].
pub const NOT_INSTALLED: &str =
    "the input reader serves only the agent that was installed from a package";
const NOT_RUNNING: &str = "the input reader does not run; an administrator can start it by `systemctl start selfsame-input.socket`";

/// A connection.
pub struct Link(OwnedFd);

impl Link {
    /// Connects, or says why not.
    pub fn open() -> Result<Self, &'static str> {
        connected(Path::new(SOCKET))
            .map(Self)
            .map_err(|why| match why {
                Errno::ACCESS | Errno::PERM => NOT_INSTALLED,
                _ => NOT_RUNNING,
            })
    }

    /// Says what is wanted.
    pub fn wish(&self, wish: Wish) -> Result<(), Errno> {
        send(&self.0, &[wish.byte()], SendFlags::NOSIGNAL).map(drop)
    }

    /// Hands out all records that are there; fails with the reason when there will be no more.
    pub fn hear(
        &self,
        mut each: impl FnMut(Record) -> Result<(), &'static str>,
    ) -> Result<(), &'static str> {
        let mut packet = [0; PACKET_RECORDS * RECORD_BYTES];
        let ended = loop {
            match recv(&self.0, &mut packet, RecvFlags::DONTWAIT) {
                Ok((0, _)) => break Err(GONE),
                Ok((length, _)) => {
                    let (records, _) = packet[..length.min(packet.len())].as_chunks();
                    if let Err(why) = records
                        .iter()
                        .filter_map(Record::decode)
                        .try_for_each(&mut each)
                    {
                        break Err(why);
                    }
                }
                Err(Errno::AGAIN) => break Ok(()),
                Err(Errno::INTR) => {}
                Err(_) => break Err(GONE),
            }
        };
        packet.zeroize();
        ended
    }
}

/// The reader takes whoever connects in the group of its socket for the agent, so this thread is in it
/// for the moment of connecting.
fn connected(path: &Path) -> Result<OwnedFd, Errno> {
    let group = std::fs::metadata(path)
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::NOENT))?
        .gid();
    let socket = socket_with(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let address = SocketAddrUnix::new(path)?;
    platform::in_group(group, || connect(&socket, &address))??;
    Ok(socket)
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
