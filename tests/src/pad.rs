//! A window over the whole inner display that takes what is typed and does nothing with it, so that a playing
//! recording presses no button and opens no menu.

use anyhow::Result;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt, CreateGCAux, CreateWindowAux, InputFocus, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

const PAPER: u32 = 0x00f3_f5f9;
const INK: u32 = 0x001d_2433;

/// The open pad; it goes when this is dropped.
pub struct Pad {
    connection: RustConnection,
    window: Window,
    pen: u32,
}

impl Pad {
    /// Opens the pad on a display and gives it the keyboard.
    pub fn open(display: &str) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = &connection.setup().roots[screen];
        let window = connection.generate_id()?;
        // Override-redirect: no window manager decides about its place or its focus.
        let looks = CreateWindowAux::new()
            .background_pixel(PAPER)
            .override_redirect(1);
        connection.create_window(
            COPY_DEPTH_FROM_PARENT,
            window,
            root.root,
            0,
            0,
            root.width_in_pixels,
            root.height_in_pixels,
            0,
            WindowClass::INPUT_OUTPUT,
            root.root_visual,
            &looks,
        )?;
        let pen = text_pen(&connection, window)?;
        connection.map_window(window)?;
        connection.set_input_focus(InputFocus::POINTER_ROOT, window, x11rb::CURRENT_TIME)?;
        connection.sync()?;
        Ok(Self {
            connection,
            window,
            pen,
        })
    }

    /// Writes one line about how far the playing is.
    pub fn show(&self, line: &str) -> Result<()> {
        let padded = format!("{line:<80}");
        self.connection
            .image_text8(self.window, self.pen, 60, 80, padded.as_bytes())?;
        self.connection.flush()?;
        Ok(())
    }
}

fn text_pen(connection: &RustConnection, window: Window) -> Result<u32> {
    let (font, pen) = (connection.generate_id()?, connection.generate_id()?);
    connection.open_font(font, b"fixed")?;
    connection.create_gc(
        pen,
        window,
        &CreateGCAux::new()
            .font(font)
            .foreground(INK)
            .background(PAPER),
    )?;
    Ok(pen)
}
