//! Linux: not dumpable, no core files, and where an input device file leads to.

mod group;

use std::{fs::File, io, os::unix::fs::MetadataExt, path::Path};

pub use group::{give_up_group, in_group, leave_group};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Not dumpable also means that other programs of the same person cannot trace this one or read its
/// memory through `/proc`.
pub fn harden() -> Vec<String> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let dumpable = set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|error| format!("Other programs may read this one's memory: {error}."));
    let core = setrlimit(Resource::Core, none)
        .map_err(|error| format!("A crash may write memory to a core file: {error}."));
    [dumpable, core]
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

pub fn policy_file() -> Option<&'static Path> {
    Some(Path::new("/etc/selfsame/policy.json"))
}

pub fn is_managers_file(file: &File) -> io::Result<bool> {
    let meta = file.metadata()?;
    Ok(meta.is_file() && meta.uid() == 0 && meta.mode() & 0o022 == 0)
}

pub fn computer_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// Follows `/dev/input/eventN` to its kernel device.
pub fn is_hardware_node(node: &Path) -> bool {
    node.file_name()
        .map(|name| Path::new("/sys/class/input").join(name))
        .and_then(|class| class.canonicalize().ok())
        .is_some_and(|device| selfsame_input::is_hardware(&device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_leads_nowhere_is_not_hardware() {
        assert!(!is_hardware_node(Path::new("/dev/input/event9999")));
        assert!(!is_hardware_node(Path::new("/dev/input/..")));
    }
}
