//! `/`: what Selfsame did lately, and what does not work.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Html};
use selfsame_protocol::UnixMillis;

use super::{
    chart::Chart,
    fleet::Fleet,
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    services::ServiceRow,
    session::Session,
    tally::{Tally, by_day},
    words::{Outcome, RuleWords},
};
use crate::{App, date, store::DayCount};

const DAY_MS: i64 = 24 * 60 * 60_000;
const DAYS: usize = 14;
/// How many rules are named.
const RULES: usize = 8;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
    days: usize,
    total: Tally,
    fleet: Fleet,
    chart: Chart,
    table: Vec<Day>,
    first_day: String,
    last_day: String,
    rules: Vec<(RuleWords, u32)>,
    services: Vec<ServiceRow>,
}

struct Day {
    name: String,
    tally: Tally,
}

/// Shows it.
pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Overview)?;
    let today = app.clock.wall().0.div_euclid(DAY_MS);
    let first = today + 1 - i64::try_from(DAYS).unwrap_or(1);
    let counts = app.store.checks_by_day(UnixMillis(first * DAY_MS)).await?;
    let mut total = Tally::default();
    counts.iter().for_each(|counted| total.add(counted));
    let days = by_day(&counts, today, DAYS);
    let tallies: Vec<_> = days.iter().map(|(_, tally)| *tally).collect();
    let services = app.store.services().await?;
    Ok(render(&Overview {
        frame,
        days: DAYS,
        total,
        fleet: Fleet::read(&app).await?,
        chart: Chart::of(&tallies),
        first_day: day_name(first),
        last_day: day_name(today),
        table: days
            .iter()
            .rev()
            .map(|(day, tally)| Day {
                name: day_name(*day),
                tally: *tally,
            })
            .collect(),
        rules: rules(&counts),
        services: services.iter().map(ServiceRow::of).collect(),
    }))
}

/// The rules that most often sent people to the other factor.
fn rules(counts: &[DayCount]) -> Vec<(RuleWords, u32)> {
    let mut sums = BTreeMap::<&str, u32>::new();
    for counted in counts {
        if Outcome::of(counted.outcome, &counted.rule) == Outcome::OtherFactor {
            *sums.entry(&counted.rule).or_default() += counted.count;
        }
    }
    let mut sums: Vec<_> = sums
        .into_iter()
        .map(|(code, count)| {
            (
                RuleWords {
                    code: code.to_owned(),
                },
                count,
            )
        })
        .collect();
    sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sums.truncate(RULES);
    sums
}

fn day_name(day: i64) -> String {
    date::day(UnixMillis(day * DAY_MS))
}
