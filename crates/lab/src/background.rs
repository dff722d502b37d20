//! A population fitted on people who are never tried.

use std::{collections::HashSet, path::Path, sync::Arc};

use rayon::prelude::*;
use selfsame_behaviour::{Event, Micros, Population};

use crate::{
    model::Model,
    progress::say,
    protocol::background_file,
    recording::{Input, Person, Recording, Session},
    refusal::Refusal,
    replay::Stream,
};

/// At most so many people; more change little.
const MOST_PEOPLE: usize = 900;
/// Fewer cannot show how people differ.
const FEWEST_PEOPLE: usize = 40;
/// A clock whose times fall on a coarser grid than this is one that the model should know of.
const FINE_MS: f64 = 4.0;

/// The model with a population fitted on the recordings in a folder, and how many people it was fitted on.
///
/// Where these are the recordings that are tried, the people in `tried` are left out. Times are rounded to the grid of
/// the tried recording's clock.
pub fn model(dir: &Path, tried: &Recorded) -> anyhow::Result<(Model, usize)> {
    let file = background_file(dir)?;
    let recording = Recording::read(&file)?;
    let same = recording.sha256 == tried.sha256;
    let mut people: Vec<&Person> = recording
        .people
        .iter()
        .filter(|person| !(same && tried.labels.contains(&person.label)))
        .collect();
    people.truncate(MOST_PEOPLE);
    if people.len() < FEWEST_PEOPLE {
        let what = format!(
            "{} people who are not tried; a population needs {FEWEST_PEOPLE}",
            people.len()
        );
        return Err(Refusal::unfit(&file, what).into());
    }
    say(&format!("fitting a population on {} people", people.len()));
    Ok((
        Model::with(Arc::new(fit(&people, tried.grid_ms))),
        people.len(),
    ))
}

/// The population of these people, as a clock with this grid would have seen them.
pub fn fit(people: &[&Person], grid_ms: f64) -> Population {
    let sessions: Vec<Vec<Vec<Event>>> = people
        .par_iter()
        .map(|person| {
            let events = |session| Stream::of([session]).events;
            person
                .sessions
                .iter()
                .map(events)
                .map(|events| rounded(events, grid_ms))
                .collect()
        })
        .collect();
    Population::fit(&sessions)
}

/// What must be known of the recording that is tried.
pub struct Recorded {
    pub sha256: String,
    pub labels: HashSet<String>,
    /// Milliseconds between two times that the clock can tell apart.
    pub grid_ms: f64,
}

impl Recorded {
    /// `spared` are people who are kept from the background besides.
    pub fn of<'a>(sha256: &str, people: &[Person], spared: impl Iterator<Item = &'a str>) -> Self {
        let labels = people.iter().map(|person| person.label.clone());
        Self {
            sha256: sha256.to_owned(),
            labels: labels.chain(spared.map(str::to_owned)).collect(),
            grid_ms: grid(people),
        }
    }
}

/// The median over people of the smallest usual step of their clocks; 1 where it is too fine to matter.
fn grid(people: &[Person]) -> f64 {
    let mut grids: Vec<f64> = people.iter().filter_map(grid_of).collect();
    grids.sort_by(f64::total_cmp);
    grids
        .get(grids.len() / 2)
        .copied()
        .filter(|grid| *grid >= FINE_MS)
        .unwrap_or(1.0)
}

/// The mean of the steps that lie within half of the smallest one: 15 and 16 of a tick of 15.6. The smallest is the
/// one that a twentieth of all steps fall short of.
#[allow(clippy::cast_precision_loss)] // some thousand steps
fn grid_of(person: &Person) -> Option<f64> {
    let mut steps: Vec<u32> = person.sessions.iter().flat_map(steps).collect();
    steps.sort_unstable();
    let smallest = *steps.get(steps.len() / 20)?;
    let near: Vec<u32> = steps
        .into_iter()
        .filter(|s| *s * 2 > smallest && *s * 2 < smallest * 3)
        .collect();
    Some(near.iter().map(|s| f64::from(*s)).sum::<f64>() / near.len().max(1) as f64)
}

fn steps(session: &Session) -> impl Iterator<Item = u32> + '_ {
    let keys = session
        .rows
        .iter()
        .filter(|(_, input)| matches!(input, Input::KeyDown { .. } | Input::KeyUp { .. }));
    let times: Vec<u32> = keys.map(|(at, _)| *at).collect();
    let steps: Vec<u32> = times
        .windows(2)
        .map(|t| t[1].saturating_sub(t[0]))
        .filter(|s| *s > 0)
        .collect();
    steps.into_iter()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)] // times of a session
fn rounded(mut events: Vec<Event>, grid_ms: f64) -> Vec<Event> {
    if grid_ms > 1.0 {
        for event in &mut events {
            let ticks = (event.at.0 as f64 / (grid_ms * 1000.0)).floor();
            event.at = Micros((ticks * grid_ms * 1000.0) as u64);
        }
    }
    events
}
