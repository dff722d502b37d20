//! The group by which the reader of input devices knows the installed agent.
//!
//! The installed program is given the group when it is started, in place of the person's own. The agent
//! leaves it at once, so that its files are the person's, and is in it again for the moment in which it
//! connects to the reader. A program that was not installed never has it.

use rustix::{
    io::{Errno, Result},
    process::{DumpableBehavior, Gid, getgid, set_dumpable_behavior},
    thread::set_thread_res_gid,
};

/// Leaves the group for the person's own; the kernel remembers that this process may come back.
pub fn leave_group() {
    // A process may always take the group that it really is in.
    let _ = set_thread_res_gid(None, getgid(), None);
}

/// Leaves the group for good: a command that is no agent is then like any program of the person's, which
/// the agent can look at when it speaks for a browser.
pub fn give_up_group() {
    let own = getgid();
    // Neither is refused: a process may always have less.
    let _ = set_thread_res_gid(own, own, own);
    let _ = set_dumpable_behavior(DumpableBehavior::Dumpable);
}

/// Does `work` in the group `number`, for this thread alone.
///
/// # Errors
/// When this program was not given the group.
pub fn in_group<T>(number: u32, work: impl FnOnce() -> T) -> Result<T> {
    if number == u32::MAX {
        return Err(Errno::PERM);
    }
    set_thread_res_gid(None, Gid::from_raw(number), None)?;
    let done = work();
    set_thread_res_gid(None, getgid(), None)?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use rustix::process::{getegid, geteuid};

    use super::*;

    #[test]
    fn a_program_that_was_not_given_a_group_is_never_in_it() {
        if geteuid().is_root() {
            // Root may be in any group; the test with a kernel of its own has an ordinary person.
            assert_eq!(in_group(4_000, getegid).map(Gid::as_raw), Ok(4_000));
            assert_eq!(getegid(), getgid());
        } else {
            assert_eq!(in_group(4_000, getegid).err(), Some(Errno::PERM));
        }
        assert_eq!(in_group(u32::MAX, getegid).err(), Some(Errno::PERM));
    }
}
