//! Hears that devices come and go, and that another session comes to the front.

use std::{
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};

use super::places;
use crate::{front, trouble::Trouble};

/// Follows a few folders.
pub struct Watch(OwnedFd);

impl Watch {
    /// Begins to listen. udev writes a device's record after its file is there, so both are followed.
    pub fn new() -> Result<Self, Trouble> {
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
            .map_err(|error| Trouble::NotWatched("the system", error.into()))?;
        let changes = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::ATTRIB
            | WatchFlags::MOVED_TO
            | WatchFlags::CLOSE_WRITE;
        for folder in [places::DEVICES, places::UDEV, front::SEATS, front::SESSIONS] {
            inotify::add_watch(&watch, folder, changes)
                .map_err(|error| Trouble::NotWatched(folder, error.into()))?;
        }
        Ok(Self(watch))
    }

    /// Takes everything that was heard out of the queue.
    pub fn empty(&self) {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut heard = Reader::new(&self.0, &mut buffer);
        while heard
            .next()
            .is_ok_and(|event| !event.events().contains(ReadFlags::QUEUE_OVERFLOW))
        {}
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
