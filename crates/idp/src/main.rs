//! The identity provider's program: reads the command line, runs one command, says how it went.

use std::process::ExitCode;

use clap::Parser;
use selfsame_idp::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("selfsame-idp: {error:#}");
            ExitCode::FAILURE
        }
    }
}
