//! `selfsame doctor`: one line for each thing that must be in order, and what to do where it is not.

use serde::Serialize;
use serde_json::{Value, json};

use super::{load, runtime};
use crate::{
    DEMO, VERSION,
    config::Paths,
    control::{self, Ask},
    dial,
    enrolment::Record,
    exit::{Exit, Failure},
    outcome::Outcome,
    tls,
};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    about: &'static str,
    /// What is in order, or the failure.
    #[serde(flatten)]
    state: State,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Ok(String),
    Failed(Failure),
}

/// Looks at everything that must be in order.
///
/// # Errors
/// When the running agent does not answer.
pub fn doctor(paths: &Paths) -> Result<Outcome, Failure> {
    let record = load(paths);
    let agent = control::ask(paths, Ask::Status)?;
    let mut findings = vec![enrolment(&record)];
    if let Ok(Some(record)) = &record {
        findings.push(server(record));
    }
    findings.extend(running(agent.as_ref()));
    Ok(outcome(&findings))
}

fn enrolment(record: &Result<Option<Record>, Failure>) -> Finding {
    let state = match record {
        Ok(Some(record)) => State::Ok(format!(
            "enrolled at {} for {}",
            record.server, record.person
        )),
        Ok(None) => State::Failed(Failure::not_enrolled()),
        Err(failure) => State::Failed(failure.clone()),
    };
    Finding {
        about: "enrolment",
        state,
    }
}

fn server(record: &Record) -> Finding {
    let reached = tls::client_config(record.ca_file.as_deref())
        .and_then(|config| runtime()?.block_on(dial::dial(&record.server, config)));
    let state = match reached {
        Ok(_) => State::Ok(format!(
            "{} answers, and its certificate is accepted",
            record.server
        )),
        Err(failure) => State::Failed(failure),
    };
    Finding {
        about: "server",
        state,
    }
}

/// What the running agent says of itself.
fn running(status: Option<&Outcome>) -> Vec<Finding> {
    let Some(status) = status else {
        let state = State::Failed(Failure::not_running());
        return vec![Finding {
            about: "agent",
            state,
        }];
    };
    let problems: Vec<Failure> = status
        .json
        .get("problems")
        .and_then(|problems| serde_json::from_value(problems.clone()).ok())
        .unwrap_or_default();
    let running = State::Ok(format!("running{}", describe(&status.json)));
    std::iter::once(Finding {
        about: "agent",
        state: running,
    })
    .chain(problems.into_iter().map(|problem| Finding {
        about: "agent",
        state: State::Failed(problem),
    }))
    .collect()
}

fn describe(status: &Value) -> String {
    let text = |pointer: &str| {
        status
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or("unknown")
    };
    format!(
        ", input from {}, keys kept in {}, link {}",
        text("/capture/backend"),
        text("/vault"),
        text("/link/state"),
    )
}

fn outcome(findings: &[Finding]) -> Outcome {
    let exit = findings.iter().find_map(|finding| match &finding.state {
        State::Ok(_) => None,
        State::Failed(failure) if failure.exit == Exit::Failed => Some(Exit::Degraded),
        State::Failed(failure) => Some(failure.exit),
    });
    let exit = exit.unwrap_or(Exit::Ok);
    Outcome {
        exit,
        lines: findings.iter().flat_map(lines).collect(),
        json: json!({"version": VERSION, "demo": DEMO, "findings": findings}),
    }
}

fn lines(finding: &Finding) -> Vec<String> {
    match &finding.state {
        State::Ok(what) => vec![format!("ok    {:<10} {what}", finding.about)],
        State::Failed(failure) => vec![
            format!("FAIL  {:<10} {}", finding.about, failure.what),
            format!("      {:<10} {}", "", failure.to_do),
        ],
    }
}
