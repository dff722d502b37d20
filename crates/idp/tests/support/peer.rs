//! Programs of the tests that are made of libraries nobody here wrote: JSON in and JSON out.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

use super::Server;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A script of `tests/peers`, run by Node or Python as its name says.
pub struct Peer(Command);

impl Peer {
    /// The script, which trusts what this server shows.
    pub fn new(script: &str, server: &Server) -> Self {
        let python = root().join("target/venv/bin/python");
        let mut command = match script.ends_with(".py") {
            true => Command::new(python),
            false => Command::new("node"),
        };
        let certificate = server.path().join("tls.crt");
        command
            .arg(root().join("tests/peers").join(script))
            .env("NODE_EXTRA_CA_CERTS", &certificate)
            .env("REQUESTS_CA_BUNDLE", &certificate)
            .env("SSL_CERT_FILE", &certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        Self(command)
    }

    /// Runs it with this word to its end; the one line it says.
    pub async fn run(mut self, word: &str, asked: &Value) -> Value {
        self.0.arg(word);
        self.lines(asked).await.remove(0)
    }

    /// Runs it to its end; the lines it says.
    pub async fn lines(mut self, asked: &Value) -> Vec<Value> {
        let mut child = start(&mut self.0, asked).await;
        drop(child.stdin.take());
        let output = child.wait_with_output().await.expect("it ran");
        assert!(output.status.success(), "see above");
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// Starts it; returns the line that it says when it is ready.
    pub async fn serve(mut self, settings: &Value) -> (Child, Value) {
        let mut child = start(&mut self.0, settings).await;
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        let read = BufReader::new(stdout).read_line(&mut line).await;
        assert!(read.expect("readable") > 0, "it ended before it was ready");
        (child, serde_json::from_str(&line).expect("JSON"))
    }
}

async fn start(command: &mut Command, asked: &Value) -> Child {
    let child = command.spawn();
    let mut child =
        child.unwrap_or_else(|error| panic!("{error}; `scripts/provision test` installs it"));
    let stdin = child.stdin.as_mut().expect("a pipe");
    let line = format!("{asked}\n");
    stdin.write_all(line.as_bytes()).await.expect("written");
    child
}
