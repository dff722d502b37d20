//! Runs a protocol with the very observer of the agent.

use std::path::{Path, PathBuf};

use selfsame_behaviour::Event;

use crate::{
    background::{self, Recorded},
    chance::Chance,
    cmu::Passwords,
    findings::{Findings, Header},
    labels::Labels,
    model::Model,
    plot,
    progress::say,
    protocol::{Protocol, labels_file, pointer_file},
    recording::{Person, Recording},
    refusal::Refusal,
    trial::{
        attacks,
        cohort::Cohort,
        continuous, fusion, password, pointer, pointer_attacks,
        typing::{Measured, TypingTrial},
        unknown_attacker,
    },
};

/// What was asked for on the command line.
pub struct Evaluation {
    pub protocol: Protocol,
    pub dir: PathBuf,
    pub background: Option<PathBuf>,
    pub plots: Option<PathBuf>,
    pub enrol_keys: Option<usize>,
    pub people: Option<usize>,
    pub validation: bool,
    pub seed: u64,
}

impl Evaluation {
    pub fn run(&self) -> anyhow::Result<Vec<Findings>> {
        let file = self.protocol.file(&self.dir)?;
        let findings = match self.protocol {
            Protocol::Killourhy => self.password(&file)?,
            Protocol::Balabit | Protocol::BalabitUnknown | Protocol::PointerAttacks => {
                self.pointer(&file)?
            }
            Protocol::Fusion => self.fusion(&file)?,
            Protocol::Continuous => self.continuous(&file)?,
            Protocol::Attacks => self.attacks(&file)?,
            _ => self.typing(&file)?,
        };
        if findings.is_empty() {
            let what = "nobody has a whole window of typing or pointing after enrolment";
            return Err(Refusal::unfit(&file, what).into());
        }
        Ok(findings)
    }

    fn typing(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let (trial, header) = self.typing_trial(file)?;
        let mut measured = trial.measure(&header);
        if let Some(shortest) = measured.first_mut() {
            shortest.findings.handovers = Some(trial.seat_changes());
        }
        if let Some(dir) = &self.plots {
            let traces = measured.first().and_then(|m| trial.traces(&m.attempts));
            if let Some(traces) = traces {
                plot::traces(dir, &measured, &traces)?;
            }
        }
        self.printed(measured)
    }

    fn continuous(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let (trial, header) = self.typing_trial(file)?;
        let continuous = continuous::measure(&trial, &header);
        if let Some(dir) = &self.plots {
            plot::detection(dir, &continuous)?;
        }
        Ok(vec![continuous.findings])
    }

    fn attacks(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let (trial, header) = self.typing_trial(file)?;
        Ok(attacks::measure(&trial, &header))
    }

    fn typing_trial(&self, file: &Path) -> anyhow::Result<(TypingTrial, Header)> {
        let recording = read(file)?;
        let mut chance = Chance::new(self.seed);
        let header = self.header(&recording.sha256);
        let (people, spared) = self.cast(recording.people, &mut chance);
        let (model, background_people) = self.model(&recording.sha256, &people, &spared)?;
        let header = Header {
            background_people,
            ..header
        };
        let people: Vec<&Person> = people.iter().collect();
        let trial = TypingTrial::new(model, self.protocol, self.enrol_keys, &people, &mut chance);
        Ok((trial, header))
    }

    fn pointer(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let recording = read(file)?;
        let mut header = self.header(&recording.sha256);
        let people = &recording.people;
        if self.protocol == Protocol::PointerAttacks {
            return Ok(pointer_attacks::measure(&Model::default(), people, &header));
        }
        let enrolling: fn(&Person) -> Vec<Event> = match self.protocol {
            Protocol::BalabitUnknown => unknown_attacker::enrolling,
            _ => pointer::enrolling,
        };
        let cohort = self.cohort(Model::default(), &recording, enrolling)?;
        header.background_people = (!cohort.is_empty()).then(|| cohort.size());
        if self.protocol == Protocol::BalabitUnknown {
            let measured = unknown_attacker::measure(&cohort, people, &header);
            return self.printed(measured);
        }
        let labels = Labels::read(&labels_file(file))?;
        let measured = pointer::measure(&cohort, people, &labels, &header);
        let tried = measured.attempts.genuine() > 0 && measured.attempts.impostor() > 0;
        self.printed(tried.then_some(measured).into_iter().collect())
    }

    fn fusion(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let typing = read(file)?;
        let pointers = pointer_file(&self.dir)?;
        let pointing = Recording::read(&pointers)?;
        let labels = Labels::read(&labels_file(&pointers))?;
        let mut header = self.header(&typing.sha256);
        header.data_sha256 = format!("{} {}", typing.sha256, pointing.sha256);
        let (typists, spared) = self.cast(typing.people, &mut Chance::new(self.seed));
        let (model, background_people) = self.model(&typing.sha256, &typists, &spared)?;
        header.background_people = background_people;
        let cohort = match &self.background {
            Some(dir) if dir.is_dir() => {
                self.cohort(model.clone(), &pointing, pointer::enrolling)?
            }
            _ => Cohort::nobody(model.clone()),
        };
        let accounts = &pointing.people;
        let measured = fusion::measure(&model, &cohort, &typists, accounts, &labels, &header);
        self.printed(measured)
    }

    /// Those whose pointers others are compared with; nobody without a background.
    fn cohort(
        &self,
        base: Model,
        tried: &Recording,
        enrolling: fn(&Person) -> Vec<Event>,
    ) -> anyhow::Result<Cohort> {
        let Some(dir) = &self.background else {
            return Ok(Cohort::nobody(base));
        };
        let file = pointer_file(dir)?;
        let background = Recording::read(&file)?;
        let same = background.sha256 == tried.sha256;
        let cohort = Cohort::of(base, &background.people, same, enrolling);
        if cohort.size() == 0 {
            let what = "nobody is left to compare with once the owner and an attacker are left out";
            return Err(Refusal::unfit(&file, what).into());
        }
        Ok(cohort)
    }

    fn password(&self, file: &Path) -> anyhow::Result<Vec<Findings>> {
        let passwords = Passwords::read(file)?;
        at_least_two(file, passwords.subjects.len())?;
        let header = self.header(&passwords.sha256);
        let measured = password::measure(&Model::default(), &passwords, file, &header)?;
        self.printed(vec![measured])
    }

    /// Draws what was measured where that was asked for.
    fn printed(&self, measured: Vec<Measured>) -> anyhow::Result<Vec<Findings>> {
        if let Some(dir) = &self.plots {
            plot::windows(dir, &measured)?;
        }
        Ok(measured
            .into_iter()
            .map(|measured| measured.findings)
            .collect())
    }

    fn header(&self, sha256: &str) -> Header {
        Header {
            protocol: self.protocol.name(),
            seed: self.seed,
            data_sha256: sha256.to_owned(),
            background_people: None,
        }
    }

    /// Those who take part, in random order, and the labels of others who stay out of a background too.
    fn cast(&self, mut people: Vec<Person>, chance: &mut Chance) -> (Vec<Person>, Vec<String>) {
        chance.shuffle(&mut people);
        let most = self
            .people
            .unwrap_or(self.protocol.people())
            .min(people.len());
        let mut others = people.split_off(most);
        others.truncate(most);
        let (tried, spared) = if self.validation {
            (others, people)
        } else {
            (people, others)
        };
        let labels = spared.into_iter().map(|person| person.label).collect();
        (tried, labels)
    }

    /// The model to be tried, with the number of background people.
    fn model(
        &self,
        sha256: &str,
        tried: &[Person],
        spared: &[String],
    ) -> anyhow::Result<(Model, Option<usize>)> {
        let Some(dir) = &self.background else {
            return Ok((Model::default(), None));
        };
        let tried = Recorded::of(sha256, tried, spared.iter().map(String::as_str));
        let (model, people) = background::model(dir, &tried)?;
        Ok((model, Some(people)))
    }
}

fn read(file: &Path) -> anyhow::Result<Recording> {
    let recording = Recording::read(file)?;
    say(&format!(
        "{} people in {}",
        recording.people.len(),
        file.display()
    ));
    at_least_two(file, recording.people.len())?;
    Ok(recording)
}

fn at_least_two(file: &Path, people: usize) -> anyhow::Result<()> {
    if people >= 2 {
        return Ok(());
    }
    let what = format!("{people} people; at least two are needed, one of them an impostor");
    Err(Refusal::unfit(file, what).into())
}
