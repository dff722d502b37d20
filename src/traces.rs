//! The files that Selfsame has on a computer: what each is, and which of them say something of the person.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{config::Paths, durable};

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Where it is.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// What it is, in words.
    pub what: &'static str,
    /// Whether it says anything of the person; a file that this version does not know may.
    pub personal: bool,
}

/// Every file below Selfsame's folders, in the order of their names.
///
/// # Errors
/// When a folder cannot be read.
pub fn all(paths: &Paths) -> io::Result<Vec<Trace>> {
    let mut found = Vec::new();
    let mut folders = [&paths.config, &paths.data, &paths.state, &paths.runtime]
        .map(Clone::clone)
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    // One folder may lie in another.
    found.dedup();
    Ok(found.into_iter().map(trace).collect())
}

/// Removes what says something of the person and belongs to no running part of the agent: profiles that were set
/// aside, reports, and half-written files.
///
/// # Errors
/// When one cannot be removed; the others are gone.
pub fn sweep(paths: &Paths) -> io::Result<()> {
    let loose = |trace: &Trace| {
        let name = name_of(&trace.path);
        name.starts_with(ASIDE) || name.starts_with(REPORT) || name.ends_with(HALF)
    };
    let removed = all(paths)?
        .into_iter()
        .filter(loose)
        .map(|trace| durable::remove(&trace.path));
    removed.fold(Ok(()), io::Result::and)
}

const ASIDE: &str = "profile.aside-";
const REPORT: &str = "report-";
const HALF: &str = ".new";

fn trace(path: PathBuf) -> Trace {
    let (personal, what) = kind(&path);
    Trace {
        bytes: std::fs::metadata(&path).map_or(0, |found| found.len()),
        what,
        personal,
        path,
    }
}

fn kind(path: &Path) -> (bool, &'static str) {
    let name = name_of(path);
    match &*name {
        "profile" => (true, "the profile, sealed"),
        "enrolment.json" => (true, "the enrolment; no secret in it"),
        "link-counter" => (true, "how often this computer has called the server"),
        "device-key" => (true, "the device's key; never shown"),
        "profile-key" => (false, "the key that seals the profile; never shown"),
        "pause.json" => (false, "a pause that you began"),
        "vault-backing" => (false, "where the keys are kept"),
        "lock" => (false, "the number of the process that runs or ran"),
        "control" => (false, "the channel for `selfsame` commands"),
        name if name.starts_with(ASIDE) => (true, "a profile that could not be read, sealed"),
        name if name.starts_with(REPORT) => (true, "a problem report that you asked for"),
        name if name.ends_with(HALF) => (true, "a file that was not written to its end"),
        _ => (true, "not known to this version"),
    }
}

fn name_of(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(files: &[&str]) -> (tempfile::TempDir, Paths) {
        let root = tempfile::tempdir().expect("a folder");
        let paths = Paths::under(root.path()).expect("folders");
        std::fs::create_dir(paths.data.join("secrets")).expect("a folder");
        for file in files {
            std::fs::write(paths.data.join(file), "x").expect("written");
        }
        (root, paths)
    }

    #[test]
    fn a_sweep_takes_what_no_part_of_the_agent_keeps() {
        let loose = ["profile.aside-1-0", "report-9.json", "enrolment.new"];
        let kept = ["profile", "pause.json", "secrets/device-key"];
        let (_root, paths) = home(&[loose, kept].concat());
        sweep(&paths).expect("swept");
        let left: Vec<_> = all(&paths)
            .expect("read")
            .into_iter()
            .map(|trace| trace.path)
            .collect();
        let mut kept = kept.map(|name| paths.data.join(name));
        kept.sort();
        assert_eq!(left, kept);
    }

    #[test]
    fn a_file_that_nobody_knows_may_be_personal() {
        let (_root, paths) = home(&["diary", "pause.json"]);
        let personal: Vec<_> = all(&paths)
            .expect("read")
            .into_iter()
            .filter(|trace| trace.personal)
            .collect();
        assert_eq!(personal.len(), 1);
        assert_eq!(personal[0].what, "not known to this version");
    }
}
