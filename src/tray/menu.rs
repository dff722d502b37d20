//! The tray's menu as a plain value.

use std::path::PathBuf;

use super::icon::Sign;
use crate::{
    gateway::ShownCode,
    history::Answered,
    link::LinkState,
    status::{Report, State, days_left},
};

/// How many checks the menu shows.
const SHOWN_CHECKS: usize = 5;

/// What the privacy menu says. Policy may never change it.
const STORED: [&str; 8] = [
    "On this computer only, encrypted:",
    "  how long you hold keys, and the time between them, by finger",
    "  how you move the pointer and click",
    "  how many keys were learnt on each of the last 14 days",
    "Never, not even for a moment on disk:",
    "  which keys you pressed, or any text",
    "Sent to the server when a service asks:",
    "  \"same\", \"different\" or \"unsure\", and why",
];

/// What the menu is made from.
pub struct View {
    /// Whether this is a demonstration build.
    pub demo: bool,
    /// How the agent is.
    pub report: Report,
    /// The last checks, newest first.
    pub recent: Vec<Answered>,
    /// The codes to be typed at gateways now, newest first.
    pub codes: Vec<ShownCode>,
    /// Where the last report was written.
    pub reported: Option<PathBuf>,
}

/// The whole tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuModel {
    /// The title and tooltip.
    pub title: String,
    /// The icon.
    pub sign: Sign,
    /// The menu from top to bottom.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Text that does nothing.
    Label(String),
    /// Text that does something.
    Item(String, Action),
    /// A menu in the menu.
    Submenu(String, Vec<Entry>),
    /// A line.
    Separator,
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Stop recording for so many minutes.
    PauseMinutes(u32),
    /// Stop recording until the screen is locked.
    PauseUntilLock,
    /// Record again.
    Resume,
    /// Write a report.
    Report,
    /// End the agent.
    Quit,
}

/// Builds the menu.
pub fn build(view: &View) -> MenuModel {
    let name = if view.demo {
        "Selfsame (demo)"
    } else {
        "Selfsame"
    };
    let state = view.report.state();
    let mut entries = vec![Entry::Label(format!("{name}: {state}"))];
    entries.extend(days_of_learning(&view.report, state));
    entries.extend(person(view));
    entries.extend(view.codes.iter().map(code));
    entries.push(Entry::Separator);
    entries.push(Entry::Submenu(
        "Why was I asked?".to_owned(),
        why(&view.recent),
    ));
    entries.extend(pause(view));
    entries.push(Entry::Submenu(
        "What is stored".to_owned(),
        stored(&view.report),
    ));
    entries.push(Entry::Separator);
    entries.push(Entry::Item("Report a problem".to_owned(), Action::Report));
    entries.extend(view.reported.iter().map(|path| {
        Entry::Label(format!(
            "  written to {}; look at it before you send it",
            path.display()
        ))
    }));
    entries.push(Entry::Item("Quit".to_owned(), Action::Quit));
    MenuModel {
        title: format!("{name}: {state}"),
        sign: sign(&view.report),
        entries,
    }
}

fn days_of_learning(report: &Report, state: State) -> Option<Entry> {
    let learning = matches!(state, State::Learning { .. });
    learning.then(|| label(format!("  {}", days_left(&report.engine.profile))))
}

/// The built-in statement first; whoever manages the computer may add to it.
fn stored(report: &Report) -> Vec<Entry> {
    let built_in = STORED.iter().map(label);
    let added = report.managed.policy.text("Statement").map(label);
    built_in.chain(added).collect()
}

fn label(text: impl ToString) -> Entry {
    Entry::Label(text.to_string())
}

fn person(view: &View) -> Option<Entry> {
    let identity = view.report.identity.as_ref()?;
    Some(label(format!(
        "For {} at {}",
        identity.record.person, identity.record.server
    )))
}

/// What nobody should read out to somebody on the telephone.
fn code(code: &ShownCode) -> Entry {
    label(format!(
        "{} for {}, only if you are signing in there just now",
        code.spaced(),
        code.service
    ))
}

fn why(recent: &[Answered]) -> Vec<Entry> {
    if recent.is_empty() {
        return vec![label("No service has asked since Selfsame was started.")];
    }
    recent
        .iter()
        .take(SHOWN_CHECKS)
        .flat_map(one_check)
        .collect()
}

fn one_check(answered: &Answered) -> Vec<Entry> {
    let mut lines = vec![label(format!(
        "{}: Selfsame {}",
        answered.service,
        answered.outcome()
    ))];
    lines.extend(
        answered
            .because
            .iter()
            .map(|because| label(format!("  {because}"))),
    );
    lines
}

fn pause(view: &View) -> Vec<Entry> {
    if view.report.engine.paused.is_some() {
        return vec![Entry::Item("Resume".to_owned(), Action::Resume)];
    }
    let choices = vec![
        Entry::Item("For 15 minutes".to_owned(), Action::PauseMinutes(15)),
        Entry::Item("For 1 hour".to_owned(), Action::PauseMinutes(60)),
        Entry::Item(
            "Until the screen is locked".to_owned(),
            Action::PauseUntilLock,
        ),
    ];
    vec![Entry::Submenu("Pause".to_owned(), choices)]
}

fn sign(report: &Report) -> Sign {
    let learnt = report.engine.profile.progress.percent >= 100 && report.engine.profile.trusted;
    match report.link.state {
        _ if report.identity.is_none() => Sign::Off,
        _ if report.engine.paused.is_some() => Sign::Paused,
        LinkState::Ended => Sign::Attention,
        _ if !report.problems().is_empty() => Sign::Attention,
        _ if !learnt => Sign::Learning,
        _ => Sign::Ready,
    }
}

#[cfg(test)]
mod tests;
