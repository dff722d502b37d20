//! What turns key codes into key classes, and what the reader of input devices hands to the agent.
//!
//! The program `selfsame-input` is around this: it opens devices and sockets, and the library does not.
//! A key code lives here only until its class is known, or until the key comes up again.

mod hardware;
mod held;
pub mod kernel;
mod keymap;
mod tag;
pub mod translate;
pub mod wire;

pub use hardware::is_hardware;
pub use held::Held;
pub use keymap::EvdevCode;
pub use tag::tag_of;
