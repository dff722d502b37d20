//! The command line. Exit codes: 0 done, 1 failed, 2 wrong usage.

use std::{fmt::Display, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::{
    clock::Clock,
    settings::{DataDir, Settings},
    store::Store,
};

mod audit;
mod cert;
mod console;
mod device;
mod hook;
mod init;
mod metadata;
mod oidc;
mod policy;
mod radius;
mod scim;
mod serve;
mod sp;
mod token;
mod user;

/// The Selfsame identity provider.
#[derive(Debug, Parser)]
#[command(name = "selfsame-idp", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the keys, the database and the settings of a new server
    Init(init::Init),
    /// Serve until SIGTERM or Ctrl-C
    Serve(serve::Serve),
    /// The services that send people here
    #[command(subcommand)]
    Sp(sp::Sp),
    /// The services that ask by OpenID Connect
    #[command(subcommand)]
    Oidc(oidc::Oidc),
    /// The VPN gateways and other servers that ask by RADIUS
    #[command(subcommand)]
    Radius(radius::Radius),
    /// The directories that say who joins and who leaves
    #[command(subcommand)]
    Scim(scim::Scim),
    /// What an answer must be worth, for each service
    #[command(subcommand)]
    Policy(policy::Policy),
    /// The people devices answer for
    #[command(subcommand)]
    User(user::User),
    /// The enrolled devices
    #[command(subcommand)]
    Device(device::Device),
    /// Tokens that enrol devices
    #[command(subcommand)]
    Token(token::Token),
    /// The certificates that services verify answers with, and their change
    #[command(subcommand)]
    Cert(cert::Cert),
    /// What to give a service's administrator
    #[command(subcommand)]
    Metadata(metadata::Metadata),
    /// The address and secret for the provider's event hook
    #[command(subcommand)]
    Hook(hook::Hook),
    /// The way into the console
    #[command(subcommand)]
    Console(console::Console),
    /// What happened, in a chain that shows any change
    #[command(subcommand)]
    Audit(audit::Audit),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What happened, who is to blame, and what to do, for the person at the terminal.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Init(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Sp(command) => command.run().await,
            Command::Oidc(command) => command.run().await,
            Command::Radius(command) => command.run().await,
            Command::Scim(command) => command.run().await,
            Command::Policy(command) => command.run().await,
            Command::User(command) => command.run().await,
            Command::Device(command) => command.run().await,
            Command::Token(command) => command.run().await,
            Command::Cert(command) => command.run().await,
            Command::Metadata(command) => command.run().await,
            Command::Hook(command) => command.run(),
            Command::Console(command) => command.run().await,
            Command::Audit(command) => command.run().await,
        }
    }
}

/// What every command on an existing server takes.
#[derive(Debug, Args)]
struct Place {
    /// The server's data directory
    #[arg(long, value_name = "DIR", env = "SELFSAME_IDP_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Place {
    fn dir(&self) -> DataDir {
        DataDir::new(&self.data)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        Settings::load(self.dir(), false)
    }

    /// Opens the database of a server that was initialised.
    async fn open(&self) -> anyhow::Result<(Store, Clock)> {
        let settings = self.settings()?;
        let store = Store::open(&settings.data.database()).await?;
        Ok((store, Clock::start()))
    }

    /// Prints one thing: JSON for programs, text for people.
    fn say(&self, value: &impl Serialize, text: impl Display) -> anyhow::Result<()> {
        say(self.json, value, text)
    }
}

fn say(json: bool, value: &impl Serialize, text: impl Display) -> anyhow::Result<()> {
    use std::io::Write;
    let line = if json {
        serde_json::to_string(value)?
    } else {
        text.to_string()
    };
    match writeln!(std::io::stdout(), "{}", line.trim_end_matches('\n')) {
        // Whoever read our output has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Who changed something from the command line, for the audit log.
const ACTOR: &str = "cli";
