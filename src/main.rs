//! The agent's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    selfsame::cli::main()
}
