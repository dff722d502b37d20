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
    let running = Finding {
        about: "agent",
        state: running,
    };
    [running, senses(&status.json)]
        .into_iter()
        .chain(problems.into_iter().map(|problem| Finding {
            about: "agent",
            state: State::Failed(problem),
        }))
        .collect()
}

/// Where input comes from, whether any has come, and what is not seen. That none can come is a problem
/// which the agent tells itself.
fn senses(status: &Value) -> Finding {
    let capture = &status["capture"];
    let number = |name: &str| capture[name].as_u64().unwrap_or(0);
    let text = |name: &str| capture[name].as_str().unwrap_or("");
    let came = match number("events") {
        0 => "no event has come yet".to_owned(),
        events => format!("{events} events have come, {} were lost", number("dropped")),
    };
    let limits = match text("limits") {
        "" => String::new(),
        limits => format!("; {limits}"),
    };
    let from = match text("backend") {
        "" => "unknown",
        backend => backend,
    };
    Finding {
        about: "input",
        state: State::Ok(format!("from {from}: {came}{limits}")),
    }
}

fn describe(status: &Value) -> String {
    let text = |pointer: &str| {
        status
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or("unknown")
    };
    format!(
        ", keys kept in {}, link {}",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(capture: &Value) -> String {
        lines(&senses(&json!({"capture": capture}))).concat()
    }

    #[test]
    fn the_back_end_its_limits_and_whether_events_arrive_are_named() {
        let silent =
            json!({"backend": "reader", "events": 0, "dropped": 0, "limits": "no touchpads"});
        assert_eq!(
            said(&silent),
            "ok    input      from reader: no event has come yet; no touchpads"
        );
        let busy = json!({"backend": "x11", "events": 40, "dropped": 2, "limits": ""});
        assert!(said(&busy).ends_with("from x11: 40 events have come, 2 were lost"));
    }
}
