//! A connection to the display that has asked for all raw input, and forgets what it read.

use std::{
    io::{self, IoSlice},
    os::fd::{AsFd, BorrowedFd},
};

use x11rb::{
    connection::Connection as _,
    errors::ReplyError,
    protocol::{
        screensaver,
        xinput::{self, ConnectionExt as _, EventMask, XIEventMask},
        xproto::{
            Atom, ChangeWindowAttributesAux, ConnectionExt as _, EventMask as CoreMask, Window,
        },
    },
    reexports::x11rb_protocol::{parse_display::parse_display, xauth::get_auth},
    rust_connection::{DefaultStream, PollMode, RustConnection, Stream},
    utils::RawFdContainer,
};
use zeroize::Zeroize;

use super::layout;

/// XI2 numbers for "every device" and "every master device".
pub const ALL_DEVICES: u16 = 0;
const ALL_MASTERS: u16 = 1;

/// The atoms that device and layout questions need.
pub struct Atoms {
    /// The device file behind a slave, set by its driver.
    pub device_node: Atom,
    /// USB vendor and product of a slave, set by its driver.
    pub product_id: Atom,
    /// The layout of the keyboard, kept on the root window.
    pub rules_names: Atom,
}

/// A display whose raw input is coming in.
pub struct Display {
    connection: RustConnection<ForgetfulStream>,
    root: Window,
    atoms: Atoms,
    remote: bool,
}

impl Display {
    /// Connects to a display, by default the one that the environment names.
    pub fn open(name: Option<&str>) -> Result<Self, String> {
        let name = match name {
            Some(name) => name.to_owned(),
            None => std::env::var("DISPLAY").map_err(|_| "no X11 display is named".to_owned())?,
        };
        let (connection, screen) =
            connect(&name).map_err(|error| format!("display {name}: {error}"))?;
        let root = connection.setup().roots[screen].root;
        let atoms = intern(&connection).map_err(|error| format!("display {name}: {error}"))?;
        let display = Self {
            connection,
            root,
            atoms,
            remote: is_remote(&name),
        };
        display
            .select()
            .map_err(|error| format!("display {name} has no XInput 2: {error}"))?;
        Ok(display)
    }

    pub fn connection(&self) -> &RustConnection<ForgetfulStream> {
        &self.connection
    }

    pub fn root(&self) -> Window {
        self.root
    }

    pub fn atoms(&self) -> &Atoms {
        &self.atoms
    }

    /// Whether the display belongs to another computer.
    pub fn is_remote(&self) -> bool {
        self.remote
    }

    fn select(&self) -> Result<(), ReplyError> {
        self.connection.xinput_xi_query_version(2, 2)?.reply()?;
        let raw = EventMask {
            deviceid: ALL_MASTERS,
            mask: vec![
                XIEventMask::RAW_KEY_PRESS
                    | XIEventMask::RAW_KEY_RELEASE
                    | XIEventMask::RAW_BUTTON_PRESS
                    | XIEventMask::RAW_BUTTON_RELEASE
                    | XIEventMask::RAW_MOTION,
            ],
        };
        let changes = EventMask {
            deviceid: ALL_DEVICES,
            mask: vec![XIEventMask::HIERARCHY | XIEventMask::PROPERTY],
        };
        xinput::xi_select_events(&self.connection, self.root, &[raw, changes])?.check()?;
        let properties = ChangeWindowAttributesAux::new().event_mask(CoreMask::PROPERTY_CHANGE);
        self.connection
            .change_window_attributes(self.root, &properties)?
            .check()?;
        layout::select(&self.connection)?;
        // Not every display has the screen saver extension; the session watcher covers the others.
        if let Ok(asked) =
            screensaver::select_input(&self.connection, self.root, screensaver::Event::NOTIFY_MASK)
        {
            let _ = asked.check();
        }
        Ok(())
    }
}

fn intern(connection: &RustConnection<ForgetfulStream>) -> Result<Atoms, ReplyError> {
    let atom = |name: &str| -> Result<Atom, ReplyError> {
        Ok(connection
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    };
    Ok(Atoms {
        device_node: atom("Device Node")?,
        product_id: atom("Device Product ID")?,
        rules_names: atom("_XKB_RULES_NAMES")?,
    })
}

/// As `RustConnection::connect` does it, over a stream that forgets.
fn connect(name: &str) -> io::Result<(RustConnection<ForgetfulStream>, usize)> {
    let parsed = parse_display(Some(name)).map_err(io::Error::other)?;
    let mut last = io::Error::other("the display's name leads nowhere");
    for address in parsed.connect_instruction() {
        match DefaultStream::connect(&address) {
            Err(error) => last = error,
            Ok((stream, (family, peer))) => {
                let (scheme, cookie) = get_auth(family, &peer, parsed.display)
                    .unwrap_or(None)
                    .unwrap_or_default();
                let screen = usize::from(parsed.screen);
                let stream = ForgetfulStream(stream);
                return RustConnection::connect_to_stream_with_auth_info(
                    stream, screen, scheme, cookie,
                )
                .map(|connection| (connection, screen))
                .map_err(io::Error::other);
            }
        }
    }
    Err(last)
}

/// `:0` and `unix:0` are here; everything with a host in it, also an SSH forward, is elsewhere.
fn is_remote(name: &str) -> bool {
    let host = name.rsplit_once(':').map_or("", |(host, _)| host);
    !(host.is_empty() || host == "unix" || host.starts_with('/'))
}

/// The default stream, except that a read which brings nothing wipes the caller's buffer: x11rb reads
/// into one long-lived buffer until nothing is left, and it would keep the last key codes there.
/// (Packets on the heap are wiped by the allocator when they are freed.)
pub struct ForgetfulStream(DefaultStream);

impl Stream for ForgetfulStream {
    fn poll(&self, mode: PollMode) -> io::Result<()> {
        self.0.poll(mode)
    }

    fn read(&self, buf: &mut [u8], fds: &mut Vec<RawFdContainer>) -> io::Result<usize> {
        let read = self.0.read(buf, fds);
        if read.is_err() {
            buf.zeroize();
        }
        read
    }

    fn write(&self, buf: &[u8], fds: &mut Vec<RawFdContainer>) -> io::Result<usize> {
        self.0.write(buf, fds)
    }

    fn write_vectored(
        &self,
        bufs: &[IoSlice<'_>],
        fds: &mut Vec<RawFdContainer>,
    ) -> io::Result<usize> {
        self.0.write_vectored(bufs, fds)
    }
}

impl AsFd for ForgetfulStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::net::UnixStream};

    use super::*;

    #[test]
    fn a_display_with_a_host_is_remote() {
        for (name, remote) in [
            (":0", false),
            ("unix:0", false),
            ("/tmp/launchd/x:0", false),
            ("localhost:10.0", true),
            ("elsewhere:0", true),
        ] {
            assert_eq!(is_remote(name), remote, "{name}");
        }
    }

    #[test]
    fn a_read_that_brings_nothing_wipes_what_was_read_before() {
        let (mut server, client) = UnixStream::pair().expect("a pair");
        let (stream, _) = DefaultStream::from_unix_stream(client).expect("a stream");
        let stream = ForgetfulStream(stream);
        server.write_all(b"key codes").expect("written");
        let mut buffer = [0; 32];
        assert_eq!(stream.read(&mut buffer, &mut Vec::new()).expect("read"), 9);
        assert!(stream.read(&mut buffer, &mut Vec::new()).is_err());
        assert_eq!(buffer, [0; 32]);
    }
}
