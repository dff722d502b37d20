//! Typing and pointer behaviour: events, features, profile, trust.
//!
//! An [`Event`] goes into an [`Observer`], which learns a [`Profile`] and answers with an [`Assessment`].
//! This crate reads no clock, opens no file and no socket: every time is an argument. No key identity
//! comes in (capture turns a key into its [`KeyClass`] first) and no live score goes out.

mod account;
mod assessment;
mod eigen;
mod error;
mod event;
#[cfg(feature = "lab")]
mod fit;
mod generation;
mod heard;
mod joint;
mod key_class;
mod level;
mod likelihood;
mod moments;
mod observer;
mod pointer;
mod population;
mod profile;
mod reason;
mod soft;
mod symmetric;
mod typing;
mod usual;

pub use account::{Account, Learnt};
pub use assessment::{Assessment, Context, Progress, Verdict};
pub use error::Error;
pub use event::{Button, DeviceTag, Event, EventKind, Micros, Provenance, Slot};
#[cfg(feature = "lab")]
pub use fit::Sessions;
pub use generation::GenerationId;
pub use key_class::{HidUsage, KeyClass, class_of};
pub use level::Level;
#[cfg(feature = "lab")]
pub use observer::Scores;
pub use observer::{ClearReason, Observer};
pub use population::Population;
pub use profile::{PROFILE_VERSION, Profile};
pub use reason::Reason;
