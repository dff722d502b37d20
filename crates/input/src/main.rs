//! `selfsame-input`: reads the input devices of the seat for the agent where no display server tells of
//! them, and hands it times, key classes and movements.
//!
//! It is started by its socket, as a user of its own, with the listening socket as standard input. It
//! opens no other socket and writes no file.

mod confinement;
mod front;
mod reader;
mod trouble;

use std::{io::stdin, os::fd::AsFd, process::ExitCode};

use self::{reader::Reader, trouble::Trouble};

/// Wipes what is given back: no class of a key outlives its packet.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the events of a 32-bit kernel are laid out otherwise; see selfsame_input::kernel");

fn main() -> ExitCode {
    match run() {
        Ok(never) => match never {},
        Err(trouble) => {
            eprintln!("selfsame-input: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<std::convert::Infallible, Trouble> {
    if rustix::process::geteuid().is_root() {
        return Err(Trouble::Root);
    }
    let listener = stdin();
    let mut reader = Reader::new(listener.as_fd())?;
    for gap in confinement::confine()? {
        eprintln!("selfsame-input: {gap}");
    }
    reader.serve()
}
