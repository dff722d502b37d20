//! The agent's program, running for a test in folders of its own.

use std::{
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A running agent that ends with the test.
pub struct Agent {
    child: Child,
    home: tempfile::TempDir,
}

impl Agent {
    /// Starts the agent on a display with more arguments.
    #[cfg(feature = "rdev")]
    pub fn started_with(display: &str, arguments: &[&str]) -> Self {
        Self::on(display, |command| {
            command.args(arguments);
        })
    }

    /// What `selfsame status` says to people.
    #[cfg(feature = "rdev")]
    pub fn status_text(&self) -> String {
        let asked = program(&self.home).arg("status").output();
        String::from_utf8_lossy(&asked.expect("the program starts").stdout).into_owned()
    }

    /// Starts the agent on a display. It has no D-Bus unless `configure` gives it one.
    pub fn on(display: &str, configure: impl FnOnce(&mut Command)) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let log = File::create(home.path().join("agent.log")).expect("a log");
        let mut command = program(&home);
        command
            .env("DISPLAY", display)
            .args(["run", "--no-tray", "--log", "trace"]);
        command.stdout(Stdio::null()).stderr(log);
        configure(&mut command);
        let agent = Self {
            child: command.spawn().expect("the program starts"),
            home,
        };
        agent.wait_for("it sees the display", |status| {
            status["capture"]["state"]["state"] == "running"
        });
        agent
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Everything the agent can write to.
    pub fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    pub fn status(&self) -> Option<Value> {
        let asked = program(&self.home)
            .args(["status", "--json"])
            .output()
            .expect("the program starts");
        serde_json::from_slice(&asked.stdout).ok()
    }

    pub fn wait_for(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let status = self.status();
            if let Some(status) = status.as_ref().filter(|status| holds(status)) {
                return status.clone();
            }
            assert!(
                Instant::now() < until,
                "never: {what}; last status {status:?}\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until the log has a line that contains this.
    pub fn wait_for_log(&self, line: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.log().contains(line) {
            assert!(Instant::now() < until, "never: {line}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("agent.log")).unwrap_or_default()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame"));
    let folder = |name: &str| {
        let path = home.path().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path
    };
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", folder("config"))
        .env("XDG_DATA_HOME", folder("data"))
        .env("XDG_STATE_HOME", folder("state"))
        .env("XDG_RUNTIME_DIR", folder("run"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}
