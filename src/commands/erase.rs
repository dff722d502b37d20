//! `selfsame erase`: delete everything and leave the server, with or without a running agent.

use super::{enrol::open_vault, runtime};
use crate::{
    agent::{erased, forget, load_identity},
    cli::Erase,
    config::Paths,
    control::{self, Ask},
    engine::Engine,
    exit::{Blame, Exit, Failure},
    link,
    outcome::Outcome,
    single::Single,
    vault::Vault,
};

/// Deletes key, enrolment and profile.
///
/// # Errors
/// Without `--yes`, and when something cannot be deleted.
pub fn erase(paths: &Paths, flags: &Erase) -> Result<Outcome, Failure> {
    if !flags.yes {
        return Err(Failure::new(
            Exit::Usage,
            Blame::Command,
            "This deletes what Selfsame has learnt about you here and ends the enrolment; it cannot be undone.",
            "To do it, run `selfsame erase --yes`.",
        ));
    }
    leave_and_forget(paths, &open_vault(paths)?)
}

/// Through the running agent where there is one.
pub(super) fn leave_and_forget(paths: &Paths, vault: &Vault) -> Result<Outcome, Failure> {
    match control::ask(paths, Ask::Erase)? {
        Some(outcome) => Ok(outcome),
        None => at_rest(paths, vault),
    }
}

fn at_rest(paths: &Paths, vault: &Vault) -> Result<Outcome, Failure> {
    let _lock = Single::acquire(paths)?;
    // A damaged enrolment must not keep anybody from deleting it.
    let told = match load_identity(paths, vault) {
        Ok(None) => true,
        Ok(Some(identity)) => runtime()?.block_on(link::leave_once(paths, &identity)),
        Err(_) => false,
    };
    let left = forget(paths, vault, || Engine::erase_at_rest(vault, paths))?;
    Ok(erased(told, &left))
}
