//! The real program, on a data directory and a port of its own.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use selfsame_idp::store::Store;
use selfsame_protocol::Origin;
use serde_json::Value;
use tempfile::TempDir;

use super::{Browser, authority::Authority};

const PROGRAM: &str = env!("CARGO_BIN_EXE_selfsame-idp");

/// A running server; killed when dropped.
pub struct Server {
    dir: TempDir,
    port: u16,
    options: Vec<String>,
    /// What stands in for the system's authorities.
    trusted: Option<PathBuf>,
    child: Option<Child>,
}

impl Server {
    /// A fresh server.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// A fresh server with further options of `serve`, such as `--demo`.
    pub fn start_with(options: &[&str]) -> Self {
        Self::started(|| Self::stopped(options))
    }

    /// A fresh server that trusts this authority where others trust the system's.
    pub fn start_trusting(authority: &Authority, options: &[&str]) -> Self {
        Self::started(|| {
            let mut server = Self::stopped(options);
            server.trusted = Some(authority.certificate());
            server
        })
    }

    fn started(fresh: impl Fn() -> Self) -> Self {
        // Another program may take the port between its choice and its use.
        for _ in 0..5 {
            let mut server = fresh();
            if server.try_resume() {
                return server;
            }
        }
        panic!("no server would start");
    }

    /// A fresh server that does not run yet.
    pub fn stopped(options: &[&str]) -> Self {
        let dir = TempDir::new().expect("a directory");
        copy(template().path(), dir.path());
        let port = free_port();
        let settings = dir.path().join("settings.json");
        let text = std::fs::read_to_string(&settings).expect("settings");
        std::fs::write(
            &settings,
            text.replace("localhost:1", &format!("localhost:{port}")),
        )
        .expect("settings");
        let options = options.iter().map(ToString::to_string).collect();
        Self {
            dir,
            port,
            options,
            trusted: None,
            child: None,
        }
    }

    /// Starts the program again, on the same directory and port.
    pub fn resume(&mut self) {
        assert!(self.try_resume(), "it did not start again");
    }

    fn try_resume(&mut self) -> bool {
        let mut child = self
            .command()
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let stdout = child.stdout.take().expect("piped");
        self.child = Some(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        line.starts_with("listening on")
    }

    /// Runs the program expecting that it refuses to start.
    pub fn refuse_to_start(&self) -> String {
        let output = self
            .command()
            .stdout(Stdio::null())
            .output()
            .expect("the program");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    }

    fn command(&self) -> Command {
        let mut command = self.program();
        command
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--log",
                "warn",
            ])
            .args(["--data", self.text("")])
            .args([
                "--tls-cert",
                self.text("tls.crt"),
                "--tls-key",
                self.text("tls.key"),
            ])
            .args(&self.options)
            .stderr(Stdio::piped());
        command
    }

    fn program(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        let trusted = self.trusted.iter().map(|file| ("SSL_CERT_FILE", file));
        command.envs(trusted);
        command
    }

    fn text(&self, name: &str) -> &'static str {
        let path = self.dir.path().join(name);
        Box::leak(path.to_str().expect("text").to_owned().into_boxed_str())
    }

    /// Ends the program as systemd does, and waits.
    pub fn terminate(&mut self) {
        let child = self.child.as_mut().expect("running");
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .expect("kill")
                .success()
        );
        assert!(child.wait().expect("an end").success());
        self.child = None;
    }

    /// Ends the program as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            child.wait().expect("an end");
        }
    }

    /// Ends the program and returns what it logged.
    pub fn log_at_end(&mut self) -> String {
        let mut child = self.child.take().expect("running");
        let _ = child.kill();
        let output = child.wait_with_output().expect("an end");
        String::from_utf8(output.stderr).expect("text")
    }

    /// Runs another command on this server's directory.
    pub fn cli(&self, args: &[&str]) -> Output {
        let args = [args, &["--data", self.text("")]].concat();
        self.program().args(args).output().expect("the program")
    }

    /// Runs another command and reads the JSON it prints, one value for each line.
    pub fn json(&self, args: &[&str]) -> Vec<Value> {
        let output = self.cli(&[args, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("json"))
            .collect()
    }

    /// The last line of the audit log.
    pub fn last_line(&self) -> Value {
        self.json(&["audit", "tail", "-n", "1"]).remove(0)
    }

    /// A token for a person.
    pub fn token(&self, login: &str) -> String {
        let value = &self.json(&["token", "create", "--user", login])[0];
        value["token"].as_str().expect("a token").to_owned()
    }

    /// The audit log's words, oldest first.
    pub fn audit_actions(&self) -> Vec<String> {
        let lines = self.json(&["audit", "tail", "-n", "1000"]);
        lines
            .iter()
            .map(|line| line["action"].as_str().expect("a word").to_owned())
            .collect()
    }

    /// The database, beside the running program.
    pub async fn store(&self) -> Store {
        Store::open(&self.database()).await.expect("the database")
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.dir.path().join("selfsame.db")
    }

    /// The data directory.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The check origin.
    pub fn origin(&self) -> Origin {
        Origin::parse(&format!("https://localhost:{}", self.port)).expect("an origin")
    }

    /// The port of the check origin.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A browser that trusts this server's certificate.
    pub fn browser(&self) -> Browser {
        Browser::new(self.dir.path().join("tls.crt"), self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs the program once.
pub fn run(args: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(args)
        .output()
        .expect("the program")
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port()
}

/// Finding primes takes seconds in a debug build, so one initialised directory serves all tests.
fn template() -> &'static TempDir {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = TempDir::new().expect("a directory");
        let path = dir.path().to_str().expect("text");
        let output = run(&["init", "--data", path, "--origin", "https://localhost:1"]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let certified =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(dir.path().join("tls.crt"), certified.cert.pem()).expect("written");
        std::fs::write(
            dir.path().join("tls.key"),
            certified.signing_key.serialize_pem(),
        )
        .expect("written");
        dir
    })
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("made");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
