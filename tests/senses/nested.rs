//! A real X server (Xvfb) with a second one nested in it (Xephyr). What xdotool types on the outer one
//! reaches the inner one as its own keyboard; what it types on the inner one is injected there.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A server that ends with the test.
pub struct Server {
    child: Child,
    name: String,
}

impl Server {
    /// Starts a server and waits until it serves; it picks a free display number itself.
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the X server is installed");
        let mut number = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut number)
            .expect("the server says its number");
        let number = number.trim();
        assert!(!number.is_empty(), "the X server did not start");
        Self {
            name: format!(":{number}"),
            child,
        }
    }

    /// Starts a nested server under a name that an earlier one had.
    pub fn again(outer: &Self, name: &str) -> Self {
        let child = Command::new("Xephyr")
            .args([name, "-screen", "640x480", "-nolisten", "tcp"])
            .env("DISPLAY", outer.name())
            .stderr(Stdio::null())
            .spawn()
            .expect("the X server is installed");
        Self {
            child,
            name: name.to_owned(),
        }
    }

    /// As `DISPLAY` wants it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Types or moves on this server.
    pub fn xdotool(&self, arguments: &[&str]) {
        self.tool("xdotool", arguments);
    }

    /// Runs a program of the X distribution on this server.
    pub fn tool(&self, program: &str, arguments: &[&str]) {
        let done = Command::new(program)
            .env("DISPLAY", &self.name)
            .args(arguments)
            .status();
        let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(done.success(), "{program} {arguments:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Both servers; the inner one covers the outer one.
pub struct Nested {
    pub inner: Server,
    pub outer: Server,
}

impl Nested {
    pub fn start() -> Self {
        let outer = Server::start(Command::new("Xvfb").args(["-screen", "0", "640x480x24"]));
        let mut xephyr = Command::new("Xephyr");
        let inner = Server::start(
            xephyr
                .args(["-screen", "640x480"])
                .env("DISPLAY", outer.name()),
        );
        outer.xdotool(&["mousemove", "320", "240"]);
        Self { inner, outer }
    }
}
