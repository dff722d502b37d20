//! The seat's keyboards and mice: found, opened, read and closed.

use std::{
    ffi::OsStr,
    fs, io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::{FileTypeExt, MetadataExt},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, OFlags, fstat, major, minor, open},
    io::{Errno, read},
};
use selfsame_behaviour::{DeviceTag, Provenance};
use selfsame_input::{
    is_hardware,
    kernel::{EVENT_BYTES, InputEvent},
    tag_of,
    translate::{DEVICES, Sensed, Translator},
    wire::Record,
};
use zeroize::Zeroize;

use super::{monotonic::stamp_monotonic, places};
use crate::front::{SEAT, value};

/// As many events as are read at once.
const EVENTS: usize = 64;

/// The devices that are open, each under its number.
#[derive(Default)]
pub struct Devices(Vec<Option<Device>>);

/// An open device file.
struct Device {
    file: OwnedFd,
    id: u64,
}

/// A device that may be opened.
struct Found {
    node: PathBuf,
    id: u64,
    tag: DeviceTag,
    provenance: Provenance,
}

impl Devices {
    /// The open ones, with their numbers.
    pub fn open(&self) -> impl Iterator<Item = (usize, BorrowedFd<'_>)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(number, device)| Some((number, device.as_ref()?.file.as_fd())))
    }

    /// Opens what has come and closes what has gone; says what the agent must know of it.
    pub fn follow(&mut self, translator: &mut Translator) -> Vec<Record> {
        let found = found();
        let stays = |id| found.iter().any(|device| device.id == id);
        let mut told = self.drop_where(translator, |device| !stays(device.id));
        told.extend(found.iter().filter_map(|device| self.begin(device)));
        told
    }

    /// Closes all.
    pub fn close(&mut self, translator: &mut Translator) -> Vec<Record> {
        self.drop_where(translator, |_| true)
    }

    /// Reads what device `number` has to say. Returns that it has gone, if it has.
    pub fn read(
        &mut self,
        number: usize,
        translator: &mut Translator,
        sensed: &mut Vec<Sensed>,
    ) -> Option<Record> {
        let device = self.0.get(number)?.as_ref()?;
        let short = u8::try_from(number).ok()?;
        let mut bytes = [0; EVENTS * EVENT_BYTES];
        let read = read(&device.file, &mut bytes);
        if let Ok(length) = read {
            let (events, _) = bytes[..length].as_chunks::<EVENT_BYTES>();
            for event in events {
                let event = InputEvent::from_bytes(event);
                translator.take(short, event, |one| sensed.push(one));
            }
        }
        bytes.zeroize();
        match read {
            Ok(1..) | Err(Errno::AGAIN | Errno::INTR) => None,
            // Unplugged.
            Ok(0) | Err(_) => self.drop_one(number, translator),
        }
    }

    fn begin(&mut self, found: &Found) -> Option<Record> {
        let known = |device: &Device| device.id == found.id;
        if self.0.iter().flatten().any(known) {
            return None;
        }
        let number = self.free()?;
        // One that cannot be opened yet is told of again when udev has set its rights.
        let file = found.open().ok()?;
        self.0[number] = Some(Device { file, id: found.id });
        Some(Record::Device {
            device: u8::try_from(number).ok()?,
            tag: found.tag,
            provenance: found.provenance,
        })
    }

    fn free(&mut self) -> Option<usize> {
        let free = self.0.iter().position(Option::is_none);
        free.or_else(|| {
            let number = self.0.len();
            (number < DEVICES).then(|| self.0.push(None))?;
            Some(number)
        })
    }

    fn drop_where(
        &mut self,
        translator: &mut Translator,
        goes: impl Fn(&Device) -> bool,
    ) -> Vec<Record> {
        let going = |device: &Option<Device>| device.as_ref().is_some_and(&goes);
        let numbers: Vec<usize> = (0..self.0.len()).filter(|n| going(&self.0[*n])).collect();
        numbers
            .into_iter()
            .filter_map(|number| self.drop_one(number, translator))
            .collect()
    }

    fn drop_one(&mut self, number: usize, translator: &mut Translator) -> Option<Record> {
        self.0[number] = None;
        let short = u8::try_from(number).ok()?;
        translator.forget(short);
        Some(Record::Gone(short))
    }
}

/// The keyboards and mice of the seat.
fn found() -> Vec<Found> {
    let Ok(entries) = fs::read_dir(places::DEVICES) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| Found::at(&entry.path()).ok().flatten())
        .collect()
}

impl Found {
    fn at(node: &Path) -> io::Result<Option<Self>> {
        let meta = fs::metadata(node)?;
        let Some(name) = event_name(node).filter(|_| meta.file_type().is_char_device()) else {
            return Ok(None);
        };
        let id = meta.rdev();
        let record = format!("{}/c{}:{}", places::UDEV, major(id), minor(id));
        if !belongs_here(&fs::read_to_string(record)?) {
            return Ok(None);
        }
        let kernel = Path::new(places::CLASSES).join(name).canonicalize()?;
        Ok(Some(Self {
            node: node.to_owned(),
            id,
            tag: tag_of(&[
                &about(&kernel, "name"),
                &about(&kernel, "id/product"),
                &about(&kernel, "id/vendor"),
            ]),
            provenance: if is_hardware(&kernel) {
                Provenance::Physical
            } else {
                Provenance::Injected
            },
        }))
    }

    fn open(&self) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = open(&self.node, flags, Mode::empty())?;
        // Another device may have got the name since it was looked at.
        if fstat(&file)?.st_rdev != self.id {
            return Err(Errno::NXIO.into());
        }
        stamp_monotonic(&file)?;
        Ok(file)
    }
}

fn event_name(node: &Path) -> Option<&OsStr> {
    let name = node.file_name()?;
    name.to_str()?.starts_with("event").then_some(name)
}

/// Whether udev's record of a device says that it is a keyboard or a mouse of the seat.
fn belongs_here(record: &str) -> bool {
    let property = |key: &str| value(record, &format!("E:{key}"));
    let is = |kind| property(kind) == Some("1");
    property("ID_SEAT").unwrap_or(SEAT) == SEAT && (is("ID_INPUT_KEYBOARD") || is("ID_INPUT_MOUSE"))
}

/// A file about the device; empty where there is none.
fn about(kernel: &Path, what: &str) -> Vec<u8> {
    kernel
        .parent()
        .and_then(|device| fs::read(device.join(what)).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As udev 252 writes it.
    const KEYBOARD: &str = "I:1053187\nE:ID_INPUT=1\nE:ID_INPUT_KEY=1\nE:ID_INPUT_KEYBOARD=1\n\
        E:ID_PATH=platform-i8042-serio-0\nG:power-switch\nQ:power-switch\nV:1\n";

    #[test]
    fn only_keyboards_and_mice_of_the_seat_are_read() {
        assert!(belongs_here(KEYBOARD));
        assert!(belongs_here("E:ID_INPUT=1\nE:ID_INPUT_MOUSE=1\n"));
        assert!(belongs_here(&format!("{KEYBOARD}E:ID_SEAT=seat0\n")));
        assert!(!belongs_here(&format!("{KEYBOARD}E:ID_SEAT=seat1\n")));
        assert!(
            !belongs_here("E:ID_INPUT=1\nE:ID_INPUT_KEY=1\n"),
            "a power button"
        );
        assert!(!belongs_here("E:ID_INPUT=1\nE:ID_INPUT_TOUCHPAD=1\n"));
        assert!(!belongs_here(""), "udev has not looked at it yet");
    }

    #[test]
    fn only_event_files_are_looked_at() {
        assert!(event_name(Path::new("/dev/input/event3")).is_some());
        assert!(event_name(Path::new("/dev/input/mice")).is_none());
    }
}
