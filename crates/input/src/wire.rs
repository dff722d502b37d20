//! What goes over the socket between the reader and the agent: records of one size, no key codes.
//!
//! Each packet of the socket holds whole records. Towards the reader goes one byte, a [`Wish`].

use selfsame_behaviour::{Button, DeviceTag, EventKind, KeyClass, Provenance, Slot};

/// Where the reader listens.
pub const SOCKET: &str = "/run/selfsame-input/socket";

/// The version that the first record names.
pub const VERSION: u8 = 1;

/// Bytes of a record.
pub const RECORD_BYTES: usize = 12;

/// Most records in a packet.
pub const PACKET_RECORDS: usize = 256;

/// One thing that the reader says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Record {
    /// First of all: the version of what follows.
    Hello(u8),
    /// A device is read from now on, under this number.
    Device {
        /// Its number.
        device: u8,
        /// Its stable name.
        tag: DeviceTag,
        /// Whether it is hardware in somebody's hands.
        provenance: Provenance,
    },
    /// A device is not read any more.
    Gone(u8),
    /// Something happened.
    Event {
        /// The kernel's time, in milliseconds that wrap.
        time_ms: u32,
        /// The device's number.
        device: u8,
        /// What happened.
        kind: EventKind,
    },
    /// So many times events were lost since this was last said.
    Lost(u32),
    /// Last of all: why the reader hangs up.
    Refused(Refusal),
}

/// Why the reader does not serve a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The client is not the agent that was installed.
    NotTheAgent,
    /// The client's person is not the one in front of the seat.
    NotInFront,
    /// Another agent of the same person is served.
    Busy,
}

/// What the agent wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// No events: the screen is locked, or the person has paused.
    Hold,
    /// Events.
    Flow,
}

impl Wish {
    /// As it goes over the socket.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Hold => 0,
            Self::Flow => 1,
        }
    }

    /// What a byte means; one that nobody knows holds the events back.
    #[must_use]
    pub fn of(byte: u8) -> Self {
        match byte {
            1 => Self::Flow,
            _ => Self::Hold,
        }
    }
}

/// Kind, device and two small arguments; then a number; then a movement.
type Parts = ([u8; 4], u32, [i16; 2]);

impl Record {
    /// The record's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; RECORD_BYTES] {
        let (small, number, way) = self.parts();
        let mut bytes = [0; RECORD_BYTES];
        bytes[..4].copy_from_slice(&small);
        bytes[4..8].copy_from_slice(&number.to_le_bytes());
        bytes[8..10].copy_from_slice(&way[0].to_le_bytes());
        bytes[10..].copy_from_slice(&way[1].to_le_bytes());
        bytes
    }

    /// The record in `bytes`; `None` where they are none.
    #[must_use]
    pub fn decode(bytes: &[u8; RECORD_BYTES]) -> Option<Self> {
        let [kind, device, a, b, n0, n1, n2, n3, x0, x1, y0, y1] = *bytes;
        let number = u32::from_le_bytes([n0, n1, n2, n3]);
        let way = [i16::from_le_bytes([x0, x1]), i16::from_le_bytes([y0, y1])];
        Some(match kind {
            1 => Self::Hello(a),
            2 => Self::Device {
                device,
                tag: DeviceTag(number),
                provenance: if a == 1 {
                    Provenance::Physical
                } else {
                    Provenance::Injected
                },
            },
            3 => Self::Gone(device),
            4 => Self::Lost(number),
            5 => Self::Refused(refusal(a)?),
            _ => Self::Event {
                time_ms: number,
                device,
                kind: event(kind, a, b, way)?,
            },
        })
    }

    fn parts(&self) -> Parts {
        let plain = |kind, device, a| ([kind, device, a, 0], 0, [0; 2]);
        match *self {
            Self::Hello(version) => plain(1, 0, version),
            Self::Device {
                device,
                tag,
                provenance,
            } => {
                let physical = u8::from(provenance == Provenance::Physical);
                ([2, device, physical, 0], tag.0, [0; 2])
            }
            Self::Gone(device) => plain(3, device, 0),
            Self::Lost(times) => ([4, 0, 0, 0], times, [0; 2]),
            Self::Refused(why) => plain(5, 0, why as u8),
            Self::Event {
                time_ms,
                device,
                kind,
            } => {
                let (kind, a, b, way) = event_parts(kind);
                ([kind, device, a, b], time_ms, way)
            }
        }
    }
}

fn event_parts(kind: EventKind) -> (u8, u8, u8, [i16; 2]) {
    match kind {
        EventKind::KeyDown { class, slot } => (16, class as u8, slot.0, [0; 2]),
        EventKind::KeyUp { slot } => (17, slot.0, 0, [0; 2]),
        #[allow(clippy::cast_possible_truncation)] // saturates, and no packet moves so far
        EventKind::PointerMove { dx, dy } => (18, 0, 0, [dx as i16, dy as i16]),
        EventKind::ButtonDown(button) => (19, button.number(), 0, [0; 2]),
        EventKind::ButtonUp(button) => (20, button.number(), 0, [0; 2]),
        EventKind::Wheel { steps } => (21, steps.cast_unsigned(), 0, [0; 2]),
    }
}

fn event(kind: u8, a: u8, b: u8, [x, y]: [i16; 2]) -> Option<EventKind> {
    Some(match kind {
        16 => EventKind::KeyDown {
            class: KeyClass::from_index(a.into())?,
            slot: Slot(b),
        },
        17 => EventKind::KeyUp { slot: Slot(a) },
        18 => EventKind::PointerMove {
            dx: x.into(),
            dy: y.into(),
        },
        19 => EventKind::ButtonDown(Button::from_number(a.into())),
        20 => EventKind::ButtonUp(Button::from_number(a.into())),
        21 => EventKind::Wheel {
            steps: a.cast_signed(),
        },
        _ => return None,
    })
}

fn refusal(number: u8) -> Option<Refusal> {
    [Refusal::NotTheAgent, Refusal::NotInFront, Refusal::Busy]
        .into_iter()
        .find(|why| *why as u8 == number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds() -> impl Strategy<Value = EventKind> {
        let buttons = prop_oneof![
            Just(Button::Left),
            Just(Button::Middle),
            Just(Button::Right),
            Just(Button::Other)
        ];
        prop_oneof![
            (0..KeyClass::COUNT, any::<u8>()).prop_map(|(class, slot)| EventKind::KeyDown {
                class: KeyClass::from_index(class).expect("an index of a class"),
                slot: Slot(slot),
            }),
            any::<u8>().prop_map(|slot| EventKind::KeyUp { slot: Slot(slot) }),
            any::<(i16, i16)>().prop_map(|(x, y)| EventKind::PointerMove {
                dx: x.into(),
                dy: y.into()
            }),
            buttons.clone().prop_map(EventKind::ButtonDown),
            buttons.prop_map(EventKind::ButtonUp),
            any::<i8>().prop_map(|steps| EventKind::Wheel { steps }),
        ]
    }

    fn records() -> impl Strategy<Value = Record> {
        let provenances = prop_oneof![Just(Provenance::Physical), Just(Provenance::Injected)];
        prop_oneof![
            any::<u8>().prop_map(Record::Hello),
            (any::<u8>(), any::<u32>(), provenances).prop_map(|(device, tag, provenance)| {
                Record::Device {
                    device,
                    tag: DeviceTag(tag),
                    provenance,
                }
            }),
            any::<u8>().prop_map(Record::Gone),
            any::<u32>().prop_map(Record::Lost),
            (0..3_u8).prop_map(|why| Record::Refused(refusal(why).expect("a number of a reason"))),
            (any::<u32>(), any::<u8>(), kinds()).prop_map(|(time_ms, device, kind)| {
                Record::Event {
                    time_ms,
                    device,
                    kind,
                }
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_record_comes_out_as_it_went_in(record in records()) {
            prop_assert_eq!(Record::decode(&record.encode()), Some(record));
        }

        #[test]
        fn no_bytes_make_the_agent_panic(bytes in any::<[u8; RECORD_BYTES]>()) {
            let _ = Record::decode(&bytes);
        }
    }

    #[test]
    fn a_device_whose_hardware_is_not_sworn_to_is_injected() {
        let bytes = [2, 0, 77, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let Some(Record::Device { provenance, .. }) = Record::decode(&bytes) else {
            unreachable!("a device record");
        };
        assert_eq!(provenance, Provenance::Injected);
    }

    #[test]
    fn a_wish_that_nobody_knows_holds_the_events_back() {
        assert_eq!(Wish::of(Wish::Flow.byte()), Wish::Flow);
        assert_eq!(Wish::of(Wish::Hold.byte()), Wish::Hold);
        assert_eq!(Wish::of(200), Wish::Hold);
    }
}
