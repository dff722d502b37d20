//! A report for whoever helps: the status without names. It stays on this computer until its person
//! sends it.

use std::path::{Path, PathBuf};

use selfsame_protocol::UnixMillis;
use serde_json::{Value, json};

use crate::{agent::Agent, durable, exit::Failure, outcome::Outcome};

/// Writes a report into the state directory and says where.
///
/// # Errors
/// When the file cannot be written.
pub fn write(agent: &Agent, now: UnixMillis) -> Result<PathBuf, Failure> {
    let path = agent
        .paths
        .state
        .join(format!("report-{}.json", now.0 / 1000));
    let report = json!({
        "about": "A Selfsame problem report. It holds no name, no key and nothing you typed.",
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "status": without_names(agent.report().outcome().json),
    });
    durable::replace(&path, format!("{report:#}\n").as_bytes()).map_err(|error| {
        Failure::local(
            format!("{} could not be written: {error}.", path.display()),
            "Free some disk space and try again.",
        )
    })?;
    Ok(path)
}

/// Where a report is, for its person.
pub fn written(path: &Path) -> Outcome {
    Outcome::done(
        format!(
            "A report was written to {}. Read it; it goes nowhere unless you send it.",
            path.display()
        ),
        json!({"report": path}),
    )
}

/// Takes out who the person is and whom they work for; free text may name either.
fn without_names(mut status: Value) -> Value {
    if let Some(enrolled) = status.get_mut("enrolled") {
        *enrolled = json!(!enrolled.is_null());
    }
    if let Some(trouble) = status.pointer_mut("/link/trouble") {
        *trouble = trouble.get("exit").cloned().unwrap_or(Value::Null);
    }
    if let Some(problems) = status.get_mut("problems").and_then(Value::as_array_mut) {
        for problem in problems {
            *problem = problem.get("exit").cloned().unwrap_or(Value::Null);
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_nobody() {
        let status = json!({
            "enrolled": {"person": "alice@example.com", "server": "https://idp.example.com"},
            "link": {"trouble": {"exit": "tls", "what": "The certificate of https://idp.example.com"}},
            "problems": [{"exit": "tls", "what": "https://idp.example.com"}],
        });
        let text = without_names(status).to_string();
        assert!(!text.contains("example.com"), "{text}");
        assert!(text.contains("tls"));
    }
}
