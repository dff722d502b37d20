//! Other people whose pointers a stretch is compared with: a background of a handful, so that it matters who is left out.

use rayon::prelude::*;
use selfsame_behaviour::{Event, Observer, Profile};

use crate::{model::Model, recording::Person};

/// Profiles of other people; nobody, where no background was asked for.
pub struct Cohort {
    base: Model,
    people: Vec<(String, Profile)>,
    /// Whether the people who are tried are among them.
    tried: bool,
}

impl Cohort {
    /// Compares with nobody.
    pub fn nobody(base: Model) -> Self {
        Self {
            base,
            people: Vec::new(),
            tried: false,
        }
    }

    /// Compares with these people, each learnt from their part of a recording.
    pub fn of(
        base: Model,
        people: &[Person],
        tried: bool,
        enrolling: impl Fn(&Person) -> Vec<Event> + Sync,
    ) -> Self {
        let learnt = |person: &Person| (person.label.clone(), base.learn(&enrolling(person)));
        let people = people.par_iter().map(learnt).collect();
        Self {
            base,
            people,
            tried,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// How many people a stretch is compared with.
    pub fn size(&self) -> usize {
        let left_out = if self.tried { 2 } else { 0 };
        self.people.len().saturating_sub(left_out)
    }

    /// The model that knows of none of these accounts.
    pub fn without(&self, left_out: &[&str]) -> Model {
        if self.is_empty() {
            return self.base.clone();
        }
        let stays = |label: &String| !self.tried || !left_out.contains(&label.as_str());
        let others = self.people.iter().filter(|(label, _)| stays(label));
        self.base.comparing(others.map(|(_, profile)| profile))
    }

    /// Observers for a session of which it is not known who made it: each knows all but the owner and one other
    /// account. Whoever made it, one of them knows nothing of that person.
    pub fn blind(&self, owner: &str, profile: &Profile) -> Vec<Observer> {
        if self.is_empty() || !self.tried {
            return vec![self.without(&[]).frozen(profile)];
        }
        let others = self.people.iter().filter(|(label, _)| label != owner);
        others
            .map(|(label, _)| self.without(&[owner, label]).frozen(profile))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_behaviour::GenerationId;

    fn cohort(tried: bool) -> Cohort {
        let person = |label: &str| Person {
            label: label.to_owned(),
            sessions: Vec::new(),
        };
        let people = ["a", "b", "c", "d"].map(person);
        Cohort::of(Model::default(), &people, tried, |_| Vec::new())
    }

    #[test]
    fn whoever_made_a_session_one_observer_knows_nothing_of_them() {
        let profile = Profile::new(GenerationId([0; 16]));
        assert_eq!(cohort(true).blind("a", &profile).len(), 3);
        assert_eq!(cohort(true).size(), 2);
    }

    #[test]
    fn people_of_another_recording_need_not_be_left_out() {
        let profile = Profile::new(GenerationId([0; 16]));
        assert_eq!(cohort(false).blind("a", &profile).len(), 1);
        assert_eq!(cohort(false).size(), 4);
    }
}
