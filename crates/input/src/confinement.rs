//! Shuts the program in before it opens the first device: what it may open (Landlock) and ask of the
//! kernel (seccomp).

use std::collections::BTreeMap;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use crate::{front, reader::places, trouble::Trouble};

/// The newest kernel interface that the rules were written for; older kernels hold to what they know.
const RULES: ABI = ABI::V6;

/// All that is ever asked of the kernel after this. Nothing here makes a socket, connects one, starts
/// a program or looks into another process.
const CALLS: &[libc::c_long] = &[
    libc::SYS_accept4,
    libc::SYS_brk,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_getrandom,
    libc::SYS_getsockopt,
    libc::SYS_ioctl,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_ppoll,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_recvfrom,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sendto,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_write,
];

/// The same by the names that only this architecture has.
#[cfg(target_arch = "x86_64")]
const OLD_CALLS: &[libc::c_long] = &[
    libc::SYS_lstat,
    libc::SYS_open,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_stat,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_CALLS: &[libc::c_long] = &[];

/// Shuts the calling thread in, for good. Returns what the kernel is too old for.
///
/// # Errors
/// When the kernel knows no seccomp, or refuses a rule.
pub fn confine() -> Result<Vec<&'static str>, Trouble> {
    let refused = |why: &dyn std::fmt::Display| Trouble::NotConfined(why.to_string());
    harden().map_err(|error| refused(&error))?;
    let enforced = limit_files().map_err(|error| refused(&error))?;
    limit_calls().map_err(|error| refused(&error))?;
    let old = enforced == RulesetStatus::NotEnforced;
    Ok(old
        .then_some("this kernel has no Landlock; only the service's own limits keep files from it")
        .into_iter()
        .collect())
}

/// No other program may look into this one, and no crash may write its memory down.
fn harden() -> rustix::io::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)
}

fn limit_files() -> Result<RulesetStatus, RulesetError> {
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let described = [places::UDEV, places::KERNEL, front::SEATS, front::SESSIONS];
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?
        .add_rules(path_beneath_rules(described, read))?
        .add_rules(path_beneath_rules(
            [places::DEVICES],
            read | AccessFs::IoctlDev,
        ))?
        .restrict_self()?;
    Ok(status.ruleset)
}

fn limit_calls() -> Result<(), seccompiler::Error> {
    let calls: BTreeMap<i64, Vec<_>> = CALLS
        .iter()
        .chain(OLD_CALLS)
        .map(|call| (*call, Vec::new()))
        .collect();
    let refuse = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let here = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter = SeccompFilter::new(calls, refuse, SeccompAction::Allow, here)?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::ErrorKind, net::TcpListener, os::unix::net::UnixListener, process::Command};

    use super::*;

    /// What `attempt` comes to on a thread that is shut in.
    fn confined<T: Send>(
        attempt: impl FnOnce() -> std::io::Result<T> + Send,
    ) -> Result<T, ErrorKind> {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                confine().expect("this kernel has seccomp");
                attempt().map_err(|error| error.kind())
            });
            thread.join().expect("the attempt comes back")
        })
    }

    #[test]
    fn a_program_that_was_shut_in_makes_no_socket_and_starts_no_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = Err(ErrorKind::PermissionDenied);
        let network = confined(|| TcpListener::bind("127.0.0.1:0").map(drop));
        assert_eq!(network, refused);
        let path = folder.path().join("socket");
        assert_eq!(confined(|| UnixListener::bind(&path).map(drop)), refused);
        let program = confined(|| Command::new("/bin/true").status().map(drop));
        assert_eq!(program, refused);
    }

    #[test]
    fn a_program_that_was_shut_in_reads_and_writes_no_file_but_those_about_devices() {
        let folder = tempfile::tempdir().expect("a folder");
        let other = folder.path().join("other");
        fs::write(&other, "x").expect("a file");
        // Where the kernel has no Landlock, the service's own limits must do it alone.
        let landlock =
            confined(|| Ok(limit_files().is_ok_and(|s| s != RulesetStatus::NotEnforced)));
        if landlock == Ok(true) {
            let refused = Err(ErrorKind::PermissionDenied);
            assert_eq!(confined(|| fs::read(&other).map(drop)), refused);
            assert_eq!(confined(|| fs::write(&other, "y")), refused);
        }
        assert!(confined(|| fs::read_dir(places::KERNEL).map(drop)).is_ok());
    }
}
