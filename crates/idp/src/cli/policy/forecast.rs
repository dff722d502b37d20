//! `policy forecast`: what the policy in force, or the one in a file, would have made of the decisions of the last days.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use clap::Args;
use selfsame_protocol::Level;
use serde_json::{Value, json};

use super::{super::Place, check};
use crate::{
    decide::DemoBuilds,
    policy::{
        Current, Version, book,
        forecast::{self, Changes, Outcome, Share, Tally, World},
    },
    service_settings::word,
    store::{Decided, PersonId},
};

const DAY_MS: i64 = 86_400_000;
/// What happened before the first day matters to caps and holds.
const WARM_UP_DAYS: i64 = 7;
/// More names than this are for a program to read.
const NAMES: usize = 20;

/// Decide the last days again.
#[derive(Debug, Args)]
pub struct Forecast {
    #[command(flatten)]
    place: Place,
    /// Rules that are not applied yet, to be compared with those in force
    file: Option<PathBuf>,
    /// How many days back; what decisions were made from is kept for 91
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=84))]
    days: u32,
}

/// Everything that was kept of the days in question.
struct Days {
    decisions: Vec<Decided>,
    /// Where the days in question begin; what is before is there for caps and holds.
    from: usize,
    not_kept: u32,
    world: World,
}

impl Forecast {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let days = self.read().await?;
        let in_force = {
            let store = self.place.open().await?.0;
            book::of_stored(&store.policies_in_force().await?)?
        };
        let mut text = days.preface(self.days);
        let asked = match &self.file {
            None => in_force.clone(),
            Some(file) => Current {
                settled: Version {
                    number: 0,
                    rules: check::read(file)?.1,
                },
                rolling_out: None,
            },
        };
        let changes = self.file.as_ref().map(|_| days.changes(&in_force, &asked));
        if let Some((_, said)) = &changes {
            text.push_str(said);
        }
        let mut levels = Vec::new();
        for level in [Level::Fmr1e2, Level::Fmr1e3, Level::Fmr1e4] {
            let (value, said) = days.at_level(&asked, level);
            levels.push(value);
            text.push_str(&said);
        }
        let value = json!({
            "days": self.days,
            "challenges": days.decisions.len() - days.from,
            "not_kept": days.not_kept,
            "changes": changes.map(|(value, _)| value),
            "levels": levels,
        });
        self.place.say(&value, text)
    }

    async fn read(&self) -> anyhow::Result<Days> {
        let (store, clock) = self.place.open().await?;
        let since = clock.wall().plus(-i64::from(self.days) * DAY_MS);
        let decisions = store
            .decisions_since(since.plus(-WARM_UP_DAYS * DAY_MS))
            .await?;
        Ok(Days {
            from: decisions.partition_point(|decided| decided.at < since),
            decisions,
            not_kept: store.decisions_not_kept(since).await?,
            world: World::read(&store, DemoBuilds::Refused).await?,
        })
    }
}

impl Days {
    fn preface(&self, days: u32) -> String {
        let challenges = self.decisions.len() - self.from;
        let mut text = format!(
            "{challenges} challenges of the last {days} days at which the person's computer was there.\n"
        );
        if challenges == 0 {
            text.push_str("There is nothing to forecast from yet; a week of observation is a good beginning.\n");
        }
        if self.not_kept > 0 {
            text.push_str(&format!(
                "{} older ones cannot be decided again: it was not kept what they were decided from.\n",
                self.not_kept
            ));
        }
        text
    }

    /// The outcomes of the days in question.
    fn outcomes(&self, current: &Current, least: Level) -> Vec<Outcome<'_>> {
        let all = forecast::replay(&self.decisions, &self.world, (current, least));
        all[self.from..].to_vec()
    }

    fn in_question(&self) -> &[Decided] {
        &self.decisions[self.from..]
    }

    fn changes(&self, old: &Current, new: &Current) -> (Value, String) {
        let (old, new) = (
            self.outcomes(old, Level::Fmr1e2),
            self.outcomes(new, Level::Fmr1e2),
        );
        let changes = Changes::between(self.in_question(), &old, &new);
        let lost: u32 = changes.no_longer_answered.values().sum();
        let mut people: Vec<_> = changes.people.iter().collect();
        people.sort_by_key(|(person, count)| (std::cmp::Reverse(**count), **person));
        let people: Vec<_> = people
            .into_iter()
            .map(|(person, count)| (self.name(*person), *count))
            .collect();
        let text = format!(
            "Compared with what counts now: {} as before, {} newly answered, {lost} not answered any more{}, {} by another rule.\n{}",
            changes.same,
            changes.newly_answered,
            reasons(&changes.no_longer_answered),
            changes.other_reason,
            names(
                "Not answered any more",
                people
                    .iter()
                    .map(|(name, count)| format!("{name} ({count})"))
            ),
        );
        let value = json!({
            "same": changes.same,
            "newly_answered": changes.newly_answered,
            "no_longer_answered": changes.no_longer_answered,
            "other_reason": changes.other_reason,
            "people": people,
        });
        (value, text)
    }

    fn at_level(&self, current: &Current, level: Level) -> (Value, String) {
        let outcomes = self.outcomes(current, level);
        let tally = Tally::of(self.in_question(), &outcomes);
        let below: Vec<(String, Share)> = tally
            .below_half()
            .into_iter()
            .map(|(person, share)| (self.name(person), share))
            .collect();
        let text = format!(
            "At {}: {} % would have been recognised, {} % answered{}.\n{}",
            word(level),
            tally.recognised.percent(),
            tally.answered.percent(),
            reasons(&tally.reasons),
            names(
                "  Below 50 %",
                below.iter().map(|(name, share)| format!(
                    "{name} ({} of {})",
                    share.of_these, share.of_all
                ))
            ),
        );
        let value = json!({
            "level": level,
            "recognised": tally.recognised,
            "answered": tally.answered,
            "reasons": tally.reasons,
            "below_half": below.iter().map(|(name, share)| json!({ "login": name, "recognised": share })).collect::<Vec<_>>(),
        });
        (value, text)
    }

    fn name(&self, person: PersonId) -> String {
        let login = self.world.people.get(&person);
        login.map_or_else(|| "somebody".to_owned(), ToString::to_string)
    }
}

/// Why, the most frequent first.
fn reasons(reasons: &BTreeMap<&str, u32>) -> String {
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let said: Vec<_> = reasons
        .iter()
        .map(|(rule, count)| format!("{rule} {count}"))
        .collect();
    match said.is_empty() {
        true => String::new(),
        false => format!(" ({})", said.join(", ")),
    }
}

/// A line of names, unless there is none.
fn names(what: &str, names: impl ExactSizeIterator<Item = String>) -> String {
    let all = names.len();
    if all == 0 {
        return String::new();
    }
    let mut line = format!("{what}, {all}: ");
    line.push_str(&names.take(NAMES).collect::<Vec<_>>().join(", "));
    if all > NAMES {
        let _ = write!(line, " and {} more (--json has all)", all - NAMES);
    }
    line + "\n"
}
