//! The page for administrators.

use crate::{Key, policy::expected};

pub fn page(keys: &[Key]) -> String {
    let rows: String = keys.iter().map(row).collect();
    format!(
        r"# Managed policy

What IT can set for the agent. This page and the templates in `packaging/policy/` are made from one table in
`crates/policy/src/key.rs` by `cargo run -p selfsame-policy`; a test fails when they differ.

| system | where the agent reads it | template | state |
|---|---|---|---|
| Linux | `/etc/selfsame/policy.json`, owned by root and writable by root alone | `linux/policy.json`, `linux/policy.schema.json` | run here |
| Windows | `HKLM\Software\Policies\Selfsame` | `windows/selfsame.admx`, `windows/en-US/selfsame.adml` | template only: the agent does not read it yet |
| macOS | managed preferences of `io.selfsame.agent` | `macos/selfsame.mobileconfig`, `macos/selfsame.manifest.plist` | template only: the agent does not read it yet |

A policy beats the command line of the person. It cannot make the agent record more than it does, hide that the agent
runs, replace what the agent says about itself, or end a pause or an erase that the person asked for: there is no key
for any of these. `selfsame status` names each value that a policy set.

A file that somebody else may write to, that is no JSON object, or that holds a value of a wrong kind is not used at
all; `status` and `doctor` then say what is wrong, by line and column, and end with 20. Keys that this version does not
know are named there too, and do no harm.

| key | value | what it does | without it |
|---|---|---|---|
{rows}"
    )
}

fn row(key: &Key) -> String {
    format!(
        "| `{}` | {}, such as `{}` | {} | {} |\n",
        key.name,
        expected(key.kind),
        key.example,
        key.explanation,
        key.otherwise
    )
}
