//! Runs a protocol with the very observer of the agent.

use std::path::PathBuf;

use crate::{
    chance::Chance,
    pointer_trial,
    protocol::Protocol,
    recording::Recording,
    report::{Header, Report},
    typing_trial::TypingTrial,
};

/// What was asked for on the command line.
pub struct Evaluation {
    pub protocol: Protocol,
    pub dir: PathBuf,
    pub background: Option<PathBuf>,
    pub enrol_keys: Option<usize>,
    pub people: Option<usize>,
    pub seed: u64,
}

impl Evaluation {
    pub fn run(&self) -> anyhow::Result<Vec<Report>> {
        let recording = Recording::read(&self.protocol.file(&self.dir)?)?;
        eprintln!("{} people read", recording.people.len());
        let header = Header {
            protocol: self.protocol.name(),
            seed: self.seed,
            data_sha256: recording.sha256.clone(),
            background: self
                .background
                .as_ref()
                .map(|dir| dir.display().to_string()),
        };
        if self.protocol == Protocol::Balabit {
            return Ok(vec![pointer_trial::run(&recording, &self.dir, &header)?]);
        }
        let mut chance = Chance::new(self.seed);
        let mut people: Vec<_> = recording.people.iter().collect();
        chance.shuffle(&mut people);
        people.truncate(self.people.unwrap_or(self.protocol.people()));
        let trial = TypingTrial::new(self.protocol, self.enrol_keys, &people, &mut chance);
        let mut reports: Vec<Report> = [50, 100, 200]
            .into_iter()
            .filter_map(|keys| trial.report(keys, &header))
            .collect();
        if let Some(shortest) = reports.first_mut() {
            shortest.handovers = Some(trial.handovers());
        }
        Ok(reports)
    }
}
