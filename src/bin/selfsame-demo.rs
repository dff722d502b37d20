//! The demonstration build of the agent: takes a nested display for hardware, and says so in
//! everything it says. Never in a package.

use std::process::ExitCode;

fn main() -> ExitCode {
    selfsame::cli::main()
}
