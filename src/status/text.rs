//! The agent's state as lines for a person.

use super::Report;
use crate::{
    DEMO, VERSION,
    engine::{EngineStatus, Forecast, ProfileStatus, SessionStatus},
    link::LinkState,
    vault::Backing,
};

/// `status` without `--json`.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines = vec![title()];
    lines.push(row("State", &report.state().to_string()));
    match &report.identity {
        Some(identity) => {
            lines.push(row("Person", &identity.record.person));
            lines.push(row(
                "Server",
                &format!("{} ({})", identity.record.server, link(report)),
            ));
        }
        None => lines.push(row("Server", "not enrolled")),
    }
    lines.push(row("Learning", &learning(&report.engine)));
    lines.push(row("Input", &input(&report.engine)));
    lines.push(row("Session", &session(&report.engine.session)));
    lines.push(row("Browsers", &browsers(report)));
    lines.push(row("Keys kept in", backing(report.engine.vault)));
    lines.extend(report.managed.summary().map(|set| row("Policy", &set)));
    lines.extend(report.engine.notes.iter().map(|note| row("Note", note)));
    for problem in report.problems() {
        lines.push(format!("! {}", problem.what));
        lines.push(format!("  {}", problem.to_do));
    }
    lines.extend(help(report).map(|who| row("Who helps", who)));
    lines
}

/// Who helps, where something is wrong and the policy names somebody.
fn help(report: &Report) -> Option<&str> {
    let named = report.managed.policy.text("Support")?;
    (!report.problems().is_empty()).then_some(named)
}

fn title() -> String {
    let demo = if DEMO {
        " (demonstration build: its answers count for nothing)"
    } else {
        ""
    };
    format!("Selfsame {VERSION}{demo}")
}

fn row(label: &str, value: &str) -> String {
    format!("{label:<13} {value}")
}

fn link(report: &Report) -> &'static str {
    match report.link.state {
        LinkState::Online => "linked",
        LinkState::Connecting => "not linked, trying",
        LinkState::Ended => "ended",
        LinkState::None => "not linked",
    }
}

fn learning(engine: &EngineStatus) -> String {
    let profile = &engine.profile;
    let trusted = if profile.trusted {
        "confirmed"
    } else {
        "not confirmed yet"
    };
    let keys = profile.progress.keys_learnt;
    let percent = profile.progress.percent;
    let left = profile.progress.keys_missing().map(|_| {
        let step = if percent < 100 {
            "until it can answer"
        } else {
            "until it is learnt in full"
        };
        format!("; {step}: {}", days_left(profile))
    });
    format!(
        "{percent} % ({keys} keys), {trusted}{}",
        left.unwrap_or_default()
    )
}

/// How long the next step of learning will take if the person goes on typing as they did.
pub fn days_left(profile: &ProfileStatus) -> String {
    match profile.forecast {
        None => "how much longer is not yet known".to_owned(),
        Some(forecast) if forecast.most_days == 1 => "about a day more".to_owned(),
        Some(Forecast {
            fewest_days,
            most_days,
        }) if fewest_days == most_days => format!("about {most_days} days more"),
        Some(Forecast {
            fewest_days,
            most_days,
        }) => format!("{fewest_days} to {most_days} days more"),
    }
}

fn input(engine: &EngineStatus) -> String {
    let capture = &engine.capture;
    format!(
        "{}, {} real and {} other devices, {} events lost",
        capture.backend, capture.physical_devices, capture.other_devices, capture.dropped
    )
}

fn session(session: &SessionStatus) -> String {
    let place = if session.remote { "remote" } else { "local" };
    let state = match session {
        SessionStatus { locked: true, .. } => "locked",
        SessionStatus {
            in_background: true,
            ..
        } => "in the background",
        SessionStatus {
            ambiguous: true, ..
        } => "one of several",
        _ => "in front",
    };
    let source = if session.source == "none" {
        " (nobody here keeps sessions: locks and sleep are seen by the desktop alone)"
    } else {
        ""
    };
    format!("{place}, {state}{source}")
}

fn browsers(report: &Report) -> String {
    match report.presence_port {
        Some(port) => format!("answered on 127.0.0.1:{port}"),
        None => "not answered".to_owned(),
    }
}

fn backing(backing: Backing) -> &'static str {
    match backing {
        Backing::SecretService => "the system's keyring",
        Backing::CredentialManager => "Windows' Credential Manager",
        Backing::Keychain => "the keychain",
        Backing::File => "private files (there is no keyring)",
    }
}
