//! The model under test: the agent's own observer, alone or with a population fitted on other people.

use std::sync::Arc;

use selfsame_behaviour::{
    Assessment, Context, Event, GenerationId, Level, Micros, Observer, Population, Profile, Verdict,
};

/// What the agent's caller says of an enrolled person at their own desk.
const ENROLLED: Context = Context {
    generation_trusted: true,
    remote: false,
    sessions_ambiguous: false,
    paused: false,
};

/// Between the last event and the question.
pub const MOMENT_US: u64 = 1_000_000;

/// The observer with the population that it shall judge by.
#[derive(Clone, Default)]
pub struct Model {
    /// The shipped one where there is none.
    population: Option<Arc<Population>>,
}

impl Model {
    pub fn with(population: Arc<Population>) -> Self {
        Self {
            population: Some(population),
        }
    }

    /// The same, comparing pointers with those of other people.
    pub fn comparing<'a>(&self, others: impl IntoIterator<Item = &'a Profile>) -> Self {
        let population = self.population.as_deref().cloned();
        let population = population.unwrap_or_else(Population::shipped);
        Self::with(Arc::new(population.comparing(others)))
    }

    /// An observer that learns, as in the agent.
    pub fn observer(&self, profile: &Profile) -> Observer {
        match &self.population {
            Some(population) => Observer::with_population(profile.clone(), Arc::clone(population)),
            None => Observer::new(profile.clone()),
        }
    }

    /// An observer that never learns, so that one profile can be tried against many people.
    pub fn frozen(&self, profile: &Profile) -> Observer {
        let mut observer = self.observer(profile);
        observer.freeze();
        observer
    }

    /// The profile after these events.
    pub fn learn(&self, events: &[Event]) -> Profile {
        let mut observer = self.observer(&Profile::new(GenerationId([0; 16])));
        events.iter().for_each(|event| observer.feed(event));
        observer.take_profile()
    }
}

/// What the agent would answer at this time, if asked for 1e-2.
pub fn answer(observer: &Observer, now: u64) -> Assessment {
    observer.assess(Micros(now), Level::Fmr1e2, ENROLLED)
}

pub fn is_same(observer: &Observer, now: u64) -> bool {
    answer(observer, now).verdict == Verdict::Same
}
