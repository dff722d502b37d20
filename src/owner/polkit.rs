//! Linux: polkit, which asks on the terminal where the command was typed, else by the desktop's own dialogue.

use std::{
    collections::HashMap,
    io::IsTerminal,
    process::{Child, Command, Stdio},
    time::Duration,
};

use zbus::{Connection, zvariant::Value};

use crate::{
    commands::runtime,
    exit::{Blame, Exit, Failure},
};

/// Defined in `packaging/linux/org.selfsame.policy`: the person's own password, asked anew each time.
const ACTION: &str = "org.selfsame.export";
const AUTHORITY: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const INTERFACE: &str = "org.freedesktop.PolicyKit1.Authority";
/// `AllowUserInteraction` of polkit's `CheckAuthorizationFlags`.
const MAY_ASK: u32 = 1;
/// A dialogue that nobody answers.
const ASK_WITHIN: Duration = Duration::from_secs(120);

/// Whether it is granted, whether more questions could grant it, and details.
type Answer = (bool, bool, HashMap<String, String>);

pub(super) fn confirm() -> Result<(), Failure> {
    let started = started().map_err(|error| no_polkit(&error))?;
    let asker = TerminalAsker::start(started);
    let asked = runtime()?.block_on(async {
        tokio::time::timeout(ASK_WITHIN, ask(started))
            .await
            .map_err(|_| refused())
    });
    drop(asker);
    match asked? {
        Ok((true, ..)) => Ok(()),
        Ok((false, ..)) => Err(refused()),
        Err(error) => Err(no_polkit(&error)),
    }
}

async fn ask(started: u64) -> zbus::Result<Answer> {
    let bus = Connection::system().await?;
    let process = HashMap::from([
        ("pid", Value::from(std::process::id())),
        ("start-time", Value::from(started)),
        (
            "uid",
            Value::from(rustix::process::getuid().as_raw().cast_signed()),
        ),
    ]);
    let details: HashMap<&str, &str> = HashMap::new();
    let question = (("unix-process", process), ACTION, details, MAY_ASK, "");
    let answer = bus
        .call_method(
            Some(AUTHORITY),
            PATH,
            Some(INTERFACE),
            "CheckAuthorization",
            &question,
        )
        .await?;
    answer.body().deserialize()
}

/// When this process began, in ticks since boot: with the process id it names one process for good.
fn started() -> std::io::Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name, in brackets, may hold spaces; the time is the 20th field after it.
    let field = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.split_whitespace().nth(19));
    field
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| std::io::Error::other("/proc/self/stat has another form"))
}

/// Polkit's own program that asks on the terminal. Not as a fallback behind a desktop's: polkit never comes to a
/// fallback where logind knows of no session, as after `ssh` or in a container.
struct TerminalAsker(Option<Child>);

impl TerminalAsker {
    fn start(started: u64) -> Self {
        if !std::io::stdin().is_terminal() {
            return Self(None);
        }
        let process = format!("{},{started}", std::process::id());
        let child = Command::new("pkttyagent")
            .args(["--process", &process, "--notify-fd", "1"])
            .stdout(Stdio::piped())
            .spawn();
        // Without it a desktop may still ask.
        let mut child = child.ok();
        if let Some(mut ready) = child.as_mut().and_then(|child| child.stdout.take()) {
            // It closes its end once it is registered, without a word.
            let _ = std::io::copy(&mut ready, &mut std::io::sink());
        }
        Self(child)
    }
}

impl Drop for TerminalAsker {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn refused() -> Failure {
    Failure::new(
        Exit::NoPermission,
        Blame::Command,
        "The system was not shown that it is you, so nothing was exported.",
        "Run the command again, on a terminal or in your desktop session, and give your own password.",
    )
}

fn no_polkit(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Exit::NoPermission,
        Blame::ThisComputer,
        format!("The system could not be asked who sits at this computer: {error}."),
        "Install polkit and the Selfsame package, which says to polkit what may be asked.",
    )
}
