//! The command line: what it accepts, and how what came out is shown.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand, ValueEnum};
use selfsame_policy::Policy;
use serde_json::json;

use crate::{
    DEMO, commands, config::Paths, engine::BackendChoice, exit::Failure, outcome::Outcome, platform,
};

/// Answers a second-factor check for you by how you type and move the pointer.
#[derive(Debug, Parser)]
#[command(name = "selfsame", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// Print JSON on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  all is well
   1  something on this computer stood in the way
   2  the command line was not understood
  10  this computer is not enrolled
  11  the agent may not see input
  12  the server could not be reached
  13  the server's certificate was not accepted
  14  this computer was revoked
  15  the server refused by its policy
  20  it works, but not fully; the output says what is missing";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the agent for this sign-in session.
    Run(Run),
    /// Enrol this computer with a one-time token from your administrator.
    Enrol(Enrol),
    /// Show how the agent is.
    Status,
    /// Look for what is wrong, and say what to do.
    Doctor,
    /// Stop recording for a while.
    Pause(Pause),
    /// Record again after a pause.
    Resume,
    /// Show why you were asked for your other sign-in method.
    Why,
    /// Show the code that a VPN gateway asks for.
    Code,
    /// Write a report for whoever helps you; it names nobody, and you can read it before you send it.
    Report,
    /// Show everything that Selfsame stores about you; asks for your own password first.
    Export(Export),
    /// Delete everything Selfsame knows about you here, and leave the server.
    Erase(Erase),
    /// Let a browser's extension speak to the agent; only browsers start this.
    #[command(hide = true)]
    NativeHost(NativeHost),
}

/// Flags of `run`.
#[derive(Debug, Clone, clap::Args)]
pub struct Run {
    /// The capture back end.
    #[arg(long, value_enum, default_value = "auto")]
    pub backend: Backend,
    /// Run without a tray icon.
    #[arg(long)]
    pub no_tray: bool,
    /// What to log on standard error, such as `info` or `selfsame=debug`.
    #[arg(long, env = "SELFSAME_LOG", default_value = "info")]
    pub log: String,
}

impl Run {
    /// These flags where a policy holds: it beats them.
    #[must_use]
    pub fn under(&self, policy: &Policy) -> Self {
        let backend = policy
            .text("Backend")
            .and_then(|name| Backend::from_str(name, true).ok());
        Self {
            backend: backend.unwrap_or(self.backend),
            no_tray: policy.flag("Tray").map_or(self.no_tray, |tray| !tray),
            log: policy.text("Log").unwrap_or(&self.log).to_owned(),
        }
    }
}

/// The capture back ends by name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Backend {
    /// The best one this system has.
    Auto,
    /// XInput2 on an X11 display.
    X11,
    /// The separate reader of input devices, for Wayland and consoles.
    Reader,
    /// The generic one, which is never sure.
    Rdev,
}

impl From<Backend> for BackendChoice {
    fn from(backend: Backend) -> Self {
        match backend {
            Backend::Auto => Self::Auto,
            Backend::X11 => Self::X11,
            Backend::Reader => Self::Reader,
            Backend::Rdev => Self::Rdev,
        }
    }
}

/// Flags of `enrol`.
#[derive(Debug, clap::Args)]
pub struct Enrol {
    /// The server's address, such as `https://idp.example.com`; not needed where a policy names it.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Where the token comes from.
    #[command(flatten)]
    pub token: Token,
    /// An extra certificate authority for the server, in PEM form.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Replace the present enrolment; at another server this deletes the old key and profile.
    #[arg(long)]
    pub replace: bool,
}

/// Where the token comes from.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Token {
    /// A file that holds the token.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Read the token from standard input.
    #[arg(long)]
    pub token_stdin: bool,
    /// The token itself; other programs on this computer can see it.
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
}

/// Flags of `pause`.
#[derive(Debug, clap::Args)]
pub struct Pause {
    /// How long.
    #[arg(value_enum, default_value = "15m")]
    pub until: PauseLength,
}

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PauseLength {
    /// A quarter of an hour.
    #[value(name = "15m")]
    QuarterHour,
    /// One hour.
    #[value(name = "1h")]
    Hour,
    /// Until the screen is locked.
    UntilLock,
}

/// Flags of `export`.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// Where to write; `.json` and `.txt` are added.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// Flags of `erase`.
#[derive(Debug, clap::Args)]
pub struct Erase {
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
}

/// What a browser gives to the host that it starts.
#[derive(Debug, clap::Args)]
pub struct NativeHost {
    /// The extension, in the browser's own words.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// Runs the program.
pub fn main() -> ExitCode {
    platform::leave_group();
    let cli = Cli::parse();
    if !matches!(cli.command, Command::Run(_)) {
        platform::give_up_group();
    }
    let result = Paths::from_environment().and_then(|paths| cli.command.carry_out(&paths));
    match result {
        Ok(outcome) => show(&outcome, cli.json),
        Err(failure) => show_failure(&failure, cli.json),
    }
}

impl Command {
    fn carry_out(&self, paths: &Paths) -> Result<Outcome, Failure> {
        match self {
            Self::Run(flags) => commands::run(paths, flags),
            Self::Enrol(flags) => commands::enrol(paths, flags),
            Self::Status => commands::status(paths),
            Self::Doctor => commands::doctor(paths),
            Self::Pause(flags) => commands::pause(paths, flags.until),
            Self::Resume => commands::resume(paths),
            Self::Why => commands::why(paths),
            Self::Code => commands::code(paths),
            Self::Report => commands::report(paths),
            Self::Export(flags) => commands::export(paths, flags),
            Self::Erase(flags) => commands::erase(paths, flags),
            Self::NativeHost(flags) => commands::native_host(paths, &flags.arguments),
        }
    }
}

fn show(outcome: &Outcome, json: bool) -> ExitCode {
    let text = if json {
        format!("{:#}", outcome.json)
    } else {
        outcome.lines.join("\n")
    };
    print(&mut std::io::stdout(), &text);
    outcome.exit.into()
}

fn show_failure(failure: &Failure, json: bool) -> ExitCode {
    if json {
        let text = format!("{:#}", json!({"error": failure, "demo": DEMO}));
        print(&mut std::io::stdout(), &text);
    } else {
        let bold = if std::io::stderr().is_terminal() {
            ("\x1b[1m", "\x1b[0m")
        } else {
            ("", "")
        };
        let text = format!(
            "{}{}{}\nThe cause lies with {}.\n{}",
            bold.0, failure.what, bold.1, failure.blame, failure.to_do
        );
        print(&mut std::io::stderr(), &text);
    }
    failure.exit.into()
}

/// Prints, and minds nothing when nobody listens any more (`selfsame status | head -1`).
fn print(to: &mut dyn Write, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(to, "{text}");
    }
}

impl PauseLength {
    /// In minutes; `None` means until the screen is locked.
    pub const fn minutes(self) -> Option<u32> {
        match self {
            Self::QuarterHour => Some(15),
            Self::Hour => Some(60),
            Self::UntilLock => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_policy_beats_the_command_line() {
        let flags = Run {
            backend: Backend::Rdev,
            no_tray: true,
            log: "debug".to_owned(),
        };
        let policy = br#"{"Backend": "x11", "Tray": true, "Log": "warn"}"#;
        let under = flags.under(&Policy::parse(policy).expect("a policy"));
        assert_eq!(
            (
                BackendChoice::from(under.backend),
                under.no_tray,
                under.log.as_str()
            ),
            (BackendChoice::X11, false, "warn")
        );
        let free = flags.under(&Policy::default());
        assert_eq!((free.no_tray, free.log.as_str()), (true, "debug"));
    }

    #[test]
    fn the_help_names_every_exit_code() {
        for exit in [
            Exit::Ok,
            Exit::Failed,
            Exit::Usage,
            Exit::NotEnrolled,
            Exit::NoPermission,
            Exit::Unreachable,
            Exit::Tls,
            Exit::Revoked,
            Exit::Refused,
            Exit::Degraded,
        ] {
            assert!(
                EXIT_CODES.contains(&format!("{:>4}  ", exit as u8)),
                "{exit:?}"
            );
        }
    }

    #[test]
    fn a_token_comes_from_exactly_one_place() {
        let enrol = |more: &[&str]| {
            let base = ["selfsame", "enrol", "--server", "https://a.example"];
            Cli::try_parse_from(base.iter().chain(more)).is_ok()
        };
        assert!(enrol(&["--token-stdin"]));
        assert!(!enrol(&[]));
        assert!(!enrol(&["--token-stdin", "--token", "x"]));
    }
}
