//! The file a policy is written in: TOML, each key known, each mistake with its line.

use thiserror::Error;
use toml_edit::{Document, Item, Table};

use super::{Conditions, Demands, PolicyRule, Rules};
use crate::decide::EVIDENCE_AT_MOST_S;
use reader::Reader;

mod reader;

/// More rules than this are not read by anybody.
const MOST_RULES: usize = 200;
/// A name is one word in the audit log.
const NAME_CHARS: usize = 60;
const DAY_MS: i64 = 86_400_000;
/// The longest that a hard factor may be asked to be ago.
const HARD_FACTOR_DAYS: i64 = 90;

/// What is wrong with a file. Whoever wrote it is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct Mistake {
    /// Where, from 1.
    pub line: usize,
    /// What, and what to write in its place.
    pub what: String,
}

/// Reads a policy.
///
/// # Errors
/// The first [`Mistake`].
pub fn parse(text: &str) -> Result<Rules, Mistake> {
    let document = Document::parse(text).map_err(|error| Mistake {
        line: line_at(text, error.span().map_or(0, |span| span.start)),
        what: error.message().trim().to_owned(),
    })?;
    let mut top = Reader::new(text, document.as_table());
    let mut rules = Rules {
        zone: top.parsed("zone")?.unwrap_or_default(),
        rules: Vec::new(),
    };
    for table in top.tables("rule")? {
        let rule = rule(text, table)?;
        if rules.rules.iter().any(|other| other.name == rule.name) {
            let what = format!(
                "there is a rule `{}` above; each has a name of its own",
                rule.name
            );
            return Err(mistake(text, table, what));
        }
        rules.rules.push(rule);
    }
    top.nothing_else()?;
    match rules.rules.len() {
        0..=MOST_RULES => Ok(rules),
        n => Err(Mistake {
            line: 1,
            what: format!("there are {n} rules; no more than {MOST_RULES} are taken"),
        }),
    }
}

fn rule(text: &str, table: &Table) -> Result<PolicyRule, Mistake> {
    let mut reader = Reader::new(text, table);
    let rule = PolicyRule {
        name: reader
            .text("name")?
            .filter(|name| is_name(name))
            .ok_or_else(|| {
                let what =
                    format!("a rule needs `name`: up to {NAME_CHARS} letters, digits, `-` and `_`");
                mistake(text, table, what)
            })?,
        when: conditions(&mut reader)?,
        asks: demands(&mut reader)?,
    };
    reader.nothing_else()?;
    if rule.asks == Demands::default() {
        let what = format!(
            "rule `{}` asks for nothing; write `mode = \"assist\"` if that is meant",
            rule.name
        );
        return Err(mistake(text, table, what));
    }
    Ok(rule)
}

fn conditions(reader: &mut Reader<'_>) -> Result<Conditions, Mistake> {
    Ok(Conditions {
        services: reader.list("services")?.unwrap_or_default(),
        groups: reader.list("groups")?.unwrap_or_default(),
        networks: reader.list("networks")?.unwrap_or_default(),
        days: reader.list("days")?.unwrap_or_default(),
        hours: reader.parsed("hours")?,
    })
}

fn demands(reader: &mut Reader<'_>) -> Result<Demands, Mistake> {
    Ok(Demands {
        mode: reader.word("mode", &["observe", "assist", "enforce"])?,
        level: reader.word("level", &["1e-2", "1e-3", "1e-4"])?,
        evidence_within: reader.number("evidence-within", 1..=EVIDENCE_AT_MOST_S)?,
        channels: reader.words("channels", &["extension", "loopback", "gateway", "code"])?,
        keys: reader.word("keys", &["any", "hardware"])?,
        injected_input: reader.word("injected-input", AFTER)?,
        remote_session: reader.word("remote-session", AFTER)?,
        daily_cap: reader.number("daily-cap", 1..=10_000)?,
        hard_factor_within_ms: reader.span("hard-factor-within", HARD_FACTOR_DAYS * DAY_MS)?,
    })
}

const AFTER: &[&str] = &["other-factor", "until-hard-factor"];

fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=NAME_CHARS).contains(&name.len()) && name.chars().all(is_plain)
}

fn mistake(text: &str, table: &Table, what: String) -> Mistake {
    let at = table.span().map_or(0, |span| span.start);
    Mistake {
        line: line_at(text, at),
        what,
    }
}

fn line_of(text: &str, item: &Item) -> usize {
    line_at(text, item.span().map_or(0, |span| span.start))
}

fn line_at(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().get(..byte).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
