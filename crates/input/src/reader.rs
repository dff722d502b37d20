//! The loop: one client, the devices of the seat while that client may have them, and nothing between.

mod client;
mod device;
mod monotonic;
pub mod places;
mod watch;

use std::{
    convert::Infallible,
    io,
    os::fd::{AsFd, BorrowedFd},
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    process::{Gid, getegid},
};
use selfsame_input::{
    translate::{Sensed, Translator},
    wire::{Record, Refusal, Wish},
};

use self::{
    client::{Client, Hangup},
    device::Devices,
    watch::Watch,
};
use crate::{front, trouble::Trouble};

/// Between two reads while events come: waking up for each costs more than the event. The kernel keeps
/// at least 64 events a device, which a mouse of 8000 Hz fills in 2.7 ms.
const BATCH: Duration = Duration::from_millis(2);

/// The program's state.
pub struct Reader<'a> {
    listener: BorrowedFd<'a>,
    watch: Watch,
    /// The group that the installed agent's program gives it.
    agents: Gid,
    front: Option<u32>,
    client: Option<Client>,
    devices: Devices,
    translator: Translator,
}

/// What has something to say.
struct Ready {
    knock: bool,
    around: bool,
    client: bool,
    devices: Vec<usize>,
}

impl<'a> Reader<'a> {
    /// A reader that listens on `listener`. Whoever runs in this process's own group is the agent.
    pub fn new(listener: BorrowedFd<'a>) -> Result<Self, Trouble> {
        client::check(listener).map_err(Trouble::NoSocket)?;
        Ok(Self {
            listener,
            watch: Watch::new()?,
            agents: getegid(),
            front: front::user(),
            client: None,
            devices: Devices::default(),
            translator: Translator::default(),
        })
    }

    /// Serves until waiting fails.
    pub fn serve(&mut self) -> Result<Infallible, Trouble> {
        loop {
            let ready = self.wait().map_err(Trouble::Wait)?;
            if ready.client {
                self.hear_client();
            }
            if ready.around {
                self.watch.empty();
                self.front = front::user();
            }
            if ready.knock {
                self.open_the_door();
            }
            if ready.client || ready.around || ready.knock {
                self.settle();
            }
            if !ready.devices.is_empty() {
                self.read(&ready.devices);
                thread::sleep(BATCH);
            }
        }
    }

    fn wait(&self) -> io::Result<Ready> {
        let fixed = [self.listener, self.watch.as_fd()];
        let client = self.client.as_ref().map(AsFd::as_fd);
        let devices = self.devices.open().map(|(_, device)| device);
        let mut ends: Vec<PollFd<'_>> = fixed
            .into_iter()
            .chain(client)
            .chain(devices)
            .map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN))
            .collect();
        match poll(&mut ends, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let speaks = |end: &PollFd<'_>| !end.revents().is_empty();
        let (around, rest) = ends.split_at(2);
        let (client, devices) = rest.split_at(usize::from(client.is_some()));
        Ok(Ready {
            knock: speaks(&around[0]),
            around: speaks(&around[1]),
            client: client.iter().any(speaks),
            devices: self
                .devices
                .open()
                .zip(devices)
                .filter(|(_, end)| speaks(end))
                .map(|((number, _), _)| number)
                .collect(),
        })
    }

    fn open_the_door(&mut self) {
        let served = self.client.as_ref().map(|client| client.user);
        if let Some(client) = client::accept(self.listener, self.agents, self.front, served) {
            // Another person's agent goes: that person is not in front any more.
            self.part();
            self.client = Some(client);
        }
    }

    fn hear_client(&mut self) {
        let heard = self.client.as_mut().map(Client::hear);
        if let Some(Err(Hangup)) = heard {
            self.part();
        }
    }

    /// Opens or closes devices as client and seat allow.
    fn settle(&mut self) {
        let Some(client) = &self.client else { return };
        if self.front != Some(client.user) {
            // It may have gone already.
            let _ = client.tell(&[Record::Refused(Refusal::NotInFront)]);
            self.part();
        } else if client.wish == Wish::Hold {
            self.close_devices();
        } else {
            let told = self.devices.follow(&mut self.translator);
            self.tell(&told);
        }
    }

    /// Hands on what devices have to say; what was read is wiped as it is given back to the allocator.
    fn read(&mut self, ready: &[usize]) {
        let mut sensed = Vec::with_capacity(256);
        let mut told = Vec::new();
        for number in ready {
            let gone = self
                .devices
                .read(*number, &mut self.translator, &mut sensed);
            told.extend(gone);
        }
        // Of several devices, the oldest event first.
        sensed.sort_by_key(|sensed| sensed.time_us);
        let mut records: Vec<Record> = sensed.iter().map(record).collect();
        let lost = self.translator.take_lost();
        records.extend((lost > 0).then_some(Record::Lost(lost)));
        records.extend(told);
        self.tell(&records);
    }

    fn tell(&mut self, records: &[Record]) {
        let told = self.client.as_ref().map(|client| client.tell(records));
        if let Some(Err(Hangup)) = told {
            self.part();
        }
    }

    fn part(&mut self) {
        self.client = None;
        self.close_devices();
    }

    fn close_devices(&mut self) {
        let told = self.devices.close(&mut self.translator);
        self.tell(&told);
    }
}

/// Milliseconds are what X servers tell as well: finer times would tell more, and not of the person.
fn record(sensed: &Sensed) -> Record {
    #[allow(clippy::cast_possible_truncation)] // the agent expects a counter that wraps
    let time_ms = (sensed.time_us / 1000) as u32;
    Record::Event {
        time_ms,
        device: sensed.device,
        kind: sensed.kind,
    }
}
