//! Capture: the only part that ever sees a key. What leaves it is a class, never a code.
//!
//! A back end turns what its system delivers into [`RawEvent`]s; [`Decoder::push`] turns each into an
//! event without a code and puts it into a ring that the engine empties.

mod clock;
#[cfg(test)]
mod conformance;
mod decoder;
mod device;
mod gate;
#[cfg(any(windows, test))]
mod raw_input;
#[cfg(feature = "rdev")]
mod rdev;
mod ring;
#[cfg(any(windows, test))]
mod set1;
mod stop;
#[cfg(any(target_os = "linux", windows))]
mod telling;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod reader;
#[cfg(target_os = "linux")]
mod x11;
#[cfg(target_os = "linux")]
use linux as imp;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as imp;
#[cfg(target_os = "macos")]
mod absent;
#[cfg(target_os = "macos")]
use absent as imp;

pub use decoder::{Decoder, RawEvent, RawKind};
pub use device::{Device, DeviceTable};
pub use gate::Gate;
pub use ring::{Consumer, Producer, ring};
pub use selfsame_input::EvdevCode;
pub use stop::{StopHandle, StopSignal};

use crate::engine::{BackendChoice, CaptureState};

/// What a back end reports besides events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureReport {
    /// It runs, waits, or cannot.
    State(CaptureState),
    /// The display went away; all evidence must go.
    DisplayGone,
    /// How many devices are hardware, and how many are not.
    Devices {
        /// In somebody's hands.
        physical: u16,
        /// Virtual, remote or made by programs.
        other: u16,
    },
    /// The display's screen saver came on (`true`) or went off.
    ScreenSaver(bool),
    /// Whether the display belongs to another computer.
    RemoteDisplay(bool),
    /// Events were put into the ring.
    Events,
}

/// Where a back end reports to. Never called from within [`Decoder::push`].
pub type Reports = Box<dyn Fn(CaptureReport) + Send>;

/// A source of input events.
pub trait Capture: Send {
    /// `x11`, `reader`, `raw-input` or `rdev`.
    fn name(&self) -> &'static str;
    /// Whether it can tell injected input from real.
    fn tells_injected(&self) -> bool;
    /// What it does not see, as half a sentence; empty where it sees all there is.
    fn limits(&self) -> &'static str;
    /// Feeds the decoder until it is told to stop.
    fn run(&mut self, decoder: Decoder, reports: Reports, stop: StopSignal);
}

/// The back end that was chosen. It watches `display`, or the one that the environment names.
///
/// # Errors
/// Its name, when it is not in this build.
pub fn back_end(
    choice: BackendChoice,
    display: Option<String>,
) -> Result<Box<dyn Capture>, &'static str> {
    match choice {
        BackendChoice::Rdev => generic(),
        native => imp::back_end(native, display),
    }
}

#[cfg(feature = "rdev")]
fn generic() -> Result<Box<dyn Capture>, &'static str> {
    Ok(Box::new(rdev::Generic))
}

#[cfg(not(feature = "rdev"))]
fn generic() -> Result<Box<dyn Capture>, &'static str> {
    Err("rdev")
}
