//! Everything that Selfsame keeps on this computer, gathered for its owner.

use std::fmt::Write;

use selfsame_behaviour::{Account, Learnt, Profile};
use serde_json::{Value, json};

use crate::{
    VERSION, clock,
    engine::{Day, Pace, Stored},
    enrolment::Record,
    traces::Trace,
};

/// What is not there, said because people ask.
const NOT_STORED: &str = "\
No key that you pressed, no text, no password, no window or program, no picture, no place \
and no time of day is stored anywhere. There is no log of events: a key becomes one of 13 groups the moment it \
arrives, and its timing is added to sums.";

/// What leaves the computer, all of it.
const AT_THE_SERVER: &str = "\
Your organisation's server knows your name there, this computer's public key, and for each check: which service \
asked, when, and the answer (same, different or unsure, with the reasons that `selfsame why` shows). It never \
gets any of the numbers here. Ask its administrator for what it holds about you.";

/// What one person's Selfsame keeps on one computer.
pub struct Export {
    enrolment: Option<Record>,
    stored: Option<Stored>,
    files: Vec<Trace>,
}

impl Export {
    /// Puts together what was read and what lies where.
    pub fn new(enrolment: Option<Record>, stored: Option<Stored>, files: Vec<Trace>) -> Self {
        Self {
            enrolment,
            stored,
            files,
        }
    }

    /// For programs: the profile as it is stored, and in a person's units.
    pub fn json(&self) -> Value {
        let stored = self.stored.as_ref();
        json!({
            "about": "Everything that Selfsame keeps about you on this computer.",
            "version": VERSION,
            "enrolment": self.enrolment,
            "profile": stored.map(|stored| &stored.profile),
            "profile_in_plain_units": stored.map(|stored| stored.profile.account()),
            "confirmed_windows": stored.map(|stored| &stored.windows),
            "keys_learnt_by_day": stored.map(|stored| &stored.pace),
            "files": self.files,
            "not_stored": NOT_STORED,
            "at_the_server": AT_THE_SERVER,
        })
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let mut text = String::from("What Selfsame keeps about you on this computer\n\n");
        self.say_enrolment(&mut text);
        match &self.stored {
            Some(stored) => {
                say_profile(&mut text, &stored.profile);
                say_pace(&mut text, &stored.pace);
            }
            None => text.push_str("Nothing was learnt about you.\n"),
        }
        text.push_str("\nFiles\n");
        for file in &self.files {
            let _ = writeln!(
                text,
                "  {} ({} bytes): {}",
                file.path.display(),
                file.bytes,
                file.what
            );
        }
        let _ = writeln!(text, "\nWhat is not stored\n  {NOT_STORED}");
        let _ = writeln!(text, "\nWhat the server knows\n  {AT_THE_SERVER}");
        text
    }

    fn say_enrolment(&self, text: &mut String) {
        let _ = match &self.enrolment {
            Some(record) => writeln!(
                text,
                "This computer answers for {} at {}. Its key never leaves it and is not shown here.\n",
                record.person, record.server
            ),
            None => writeln!(text, "This computer is not enrolled.\n"),
        };
    }
}

fn say_profile(text: &mut String, profile: &Profile) {
    let progress = profile.progress();
    let _ = writeln!(
        text,
        "Learnt from {} keys and {} movements of the pointer. Each line: a typical value, between which values two \
         thirds lay, and from how many sightings.",
        progress.keys_learnt, progress.strokes_learnt
    );
    let Account {
        holds,
        flights,
        pairs,
        pointer,
        fit,
        marks,
    } = profile.account();
    for (title, lines) in [
        ("Keys", holds),
        ("From key to key, by hand", flights),
        ("From key to key, by finger, where a pair is common", pairs),
        ("The pointer", pointer),
        ("How well your typing fits what was learnt before", fit),
    ] {
        let _ = writeln!(text, "\n{title}");
        lines.iter().for_each(|line| say(text, line));
    }
    let _ = writeln!(
        text,
        "\nRhythms\n  {marks} marks of short rhythms are kept, to notice when a recording of your typing is played. A mark is too \
         short to tell what the rhythm was, and they are in no order."
    );
}

fn say_pace(text: &mut String, pace: &Pace) {
    let _ = writeln!(
        text,
        "\nKeys learnt by day, kept for two weeks to say how long learning will take"
    );
    for (ago, keys) in pace.days_ago(Day::of(clock::wall())) {
        let _ = writeln!(text, "  {ago} days ago: {keys}");
    }
}

fn say(text: &mut String, line: &Learnt) {
    let Learnt {
        what,
        sightings,
        typical,
        from,
        to,
        unit,
    } = line;
    let _ = writeln!(
        text,
        "  {what}: {typical:.1} {unit} ({from:.1} to {to:.1}; {sightings:.0})"
    );
}

#[cfg(test)]
mod tests {
    use selfsame_behaviour::GenerationId;

    use super::*;

    #[test]
    fn a_profile_is_exported_as_it_is_stored() {
        let profile = Profile::new(GenerationId([7; 16]));
        let stored = Stored {
            profile: profile.clone(),
            windows: Vec::new(),
            pace: Pace::default(),
        };
        let json = Export::new(None, Some(stored), Vec::new()).json();
        let back: Profile = serde_json::from_value(json["profile"].clone()).expect("a profile");
        assert_eq!(back, profile);
    }

    #[test]
    fn an_empty_computer_says_so_in_words() {
        let text = Export::new(None, None, Vec::new()).text();
        assert!(text.contains("not enrolled") && text.contains("Nothing was learnt"));
    }
}
