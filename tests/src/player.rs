//! Plays a schedule into a display by XTEST, each event at its own due time from the start, so that errors do not add up.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AutoRepeatMode, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ChangeKeyboardControlAux,
    ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::keyboard::Keyboard;
use crate::recording::Action;
use crate::schedule::Due;

/// How far a playing is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Key presses sent so far.
    pub keys: usize,
    /// Time since the start.
    pub elapsed: Duration,
}

/// A display that a recording is played into.
pub struct Player {
    connection: RustConnection,
    root: Window,
    keyboard: Keyboard,
}

impl Player {
    /// Connects to the display, and stops its keyboard from repeating held keys: the person held them once.
    pub fn connect(display: &str) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display))
            .with_context(|| format!("cannot reach display {display}"))?;
        let root = connection.setup().roots[screen].root;
        connection.change_keyboard_control(
            &ChangeKeyboardControlAux::new().auto_repeat_mode(AutoRepeatMode::OFF),
        )?;
        connection
            .xtest_get_version(2, 2)?
            .reply()
            .context("the display has no XTEST")?;
        let keyboard = Keyboard::of(&connection)?;
        Ok(Self {
            connection,
            root,
            keyboard,
        })
    }

    /// The key codes of the display.
    pub fn keyboard(&self) -> &Keyboard {
        &self.keyboard
    }

    /// Plays everything; `report` is called after each key press.
    pub fn play(
        &self,
        line: &[Due],
        mut report: impl FnMut(Progress) -> Result<()>,
    ) -> Result<Progress> {
        let start = Instant::now();
        let mut progress = Progress {
            keys: 0,
            elapsed: Duration::ZERO,
        };
        for due in line {
            sleep(due.at.saturating_sub(start.elapsed()));
            self.perform(&due.action)?;
            progress.elapsed = start.elapsed();
            if matches!(due.action, Action::KeyDown(_)) {
                progress.keys += 1;
                report(progress)?;
            }
        }
        self.connection.sync()?;
        Ok(progress)
    }

    fn perform(&self, action: &Action) -> Result<()> {
        match action {
            Action::KeyDown(name) => self.key(KEY_PRESS_EVENT, name),
            Action::KeyUp(name) => self.key(KEY_RELEASE_EVENT, name),
            Action::Move(x, y) => self.send(MOTION_NOTIFY_EVENT, 0, *x, *y),
            Action::ButtonDown(button) => self.send(BUTTON_PRESS_EVENT, *button, 0, 0),
            Action::ButtonUp(button) => self.send(BUTTON_RELEASE_EVENT, *button, 0, 0),
            Action::Wheel(button) => {
                self.send(BUTTON_PRESS_EVENT, *button, 0, 0)?;
                self.send(BUTTON_RELEASE_EVENT, *button, 0, 0)
            }
        }
    }

    fn key(&self, kind: u8, name: &str) -> Result<()> {
        let Some(code) = self.keyboard.code(name) else {
            return Ok(());
        };
        self.send(kind, code, 0, 0)
    }

    fn send(&self, kind: u8, detail: u8, x: i16, y: i16) -> Result<()> {
        self.connection
            .xtest_fake_input(kind, detail, x11rb::CURRENT_TIME, self.root, x, y, 0)?;
        self.connection.flush()?;
        Ok(())
    }
}
