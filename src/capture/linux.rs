//! Linux: which back end suits the desktop that the agent was started in.

use std::env;

use super::{Capture, reader::InputReader, x11::X11};
use crate::engine::BackendChoice;

/// The back end of `choice`, or the one that suits. Only X11's has a display to be told of.
pub(super) fn back_end(
    choice: BackendChoice,
    display: Option<String>,
) -> Result<Box<dyn Capture>, &'static str> {
    let choice = match choice {
        BackendChoice::Auto if display.is_none() => Desktop::of_environment().suited(),
        BackendChoice::Auto => BackendChoice::X11,
        named => named,
    };
    match choice {
        BackendChoice::Reader => Ok(Box::new(InputReader)),
        _ => Ok(Box::new(X11 { display })),
    }
}

/// Whether the agent runs on a Wayland desktop, whose own programs no X11 back end sees.
pub(super) fn on_wayland() -> bool {
    Desktop::of_environment() == Desktop::Wayland
}

/// What kind of session this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desktop {
    X11,
    Wayland,
    Console,
}

impl Desktop {
    fn of_environment() -> Self {
        let text = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self::of(
            text("XDG_SESSION_TYPE").as_deref(),
            text("WAYLAND_DISPLAY").is_some(),
            text("DISPLAY").is_some(),
        )
    }

    /// Wayland desktops set `DISPLAY` too, for XWayland; an X server started by hand from a console
    /// leaves the session's type at `tty`.
    fn of(session_type: Option<&str>, wayland: bool, x11: bool) -> Self {
        match session_type {
            Some("wayland") => Self::Wayland,
            _ if wayland => Self::Wayland,
            Some("tty") if !x11 => Self::Console,
            _ => Self::X11,
        }
    }

    fn suited(self) -> BackendChoice {
        match self {
            Self::X11 => BackendChoice::X11,
            Self::Wayland | Self::Console => BackendChoice::Reader,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wayland_desktop_and_a_console_get_the_reader_and_a_display_gets_xinput() {
        let suited = |kind, wayland, x11| Desktop::of(kind, wayland, x11).suited();
        assert_eq!(suited(Some("wayland"), true, true), BackendChoice::Reader);
        assert_eq!(suited(None, true, true), BackendChoice::Reader);
        assert_eq!(suited(Some("tty"), false, false), BackendChoice::Reader);
        assert_eq!(suited(Some("tty"), false, true), BackendChoice::X11);
        assert_eq!(suited(Some("x11"), false, true), BackendChoice::X11);
        assert_eq!(suited(None, false, false), BackendChoice::X11);
    }

    #[test]
    fn whoever_names_a_display_or_a_back_end_gets_it() {
        let name = |choice, display: Option<&str>| {
            back_end(choice, display.map(str::to_owned)).map(|back_end| back_end.name())
        };
        assert_eq!(name(BackendChoice::Auto, Some(":7")), Ok("x11"));
        assert_eq!(name(BackendChoice::Reader, Some(":7")), Ok("reader"));
        assert_eq!(name(BackendChoice::X11, None), Ok("x11"));
    }
}
