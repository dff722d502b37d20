//! Whom a new version counts for while it is rolled out: a share of the people, the same ones as it grows.

use sha2::{Digest, Sha256};

use super::Rules;
use crate::store::Login;

/// Everybody.
pub const FULL: u32 = 100;

/// One version of the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// Counts from 1; 0 is the one without rules.
    pub number: i64,
    /// What it says.
    pub rules: Rules,
}

/// What counts now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Current {
    /// For everybody whom the newest one does not count for yet.
    pub settled: Version,
    /// The newest one, and the percentage of people it counts for, where that is not everybody.
    pub rolling_out: Option<(Version, u32)>,
}

impl Current {
    /// The version that counts for a person.
    pub fn version_for(&self, person: &Login) -> &Version {
        match &self.rolling_out {
            Some((version, percent)) if place_in_line(version.number, person) < *percent => version,
            _ => &self.settled,
        }
    }

    /// Each version that counts for somebody.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        let newest = self.rolling_out.as_ref().map(|(version, _)| version);
        std::iter::once(&self.settled).chain(newest)
    }
}

/// From 0 to 99. The version is part of it, so that it is not always the same people who come first.
fn place_in_line(version: i64, person: &Login) -> u32 {
    let name = person.as_str().to_ascii_lowercase();
    let digest = Sha256::digest(format!("policy {version} for {name}"));
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) % FULL
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_force(percent: u32) -> Current {
        let newest = Version {
            number: 7,
            rules: Rules::default(),
        };
        Current {
            settled: Version::default(),
            rolling_out: Some((newest, percent)),
        }
    }

    fn people() -> impl Iterator<Item = Login> {
        (0..1_000).filter_map(|n| Login::parse(&format!("person-{n}@example.com")))
    }

    fn reached(percent: u32) -> Vec<Login> {
        let counts = in_force(percent);
        people()
            .filter(|person| counts.version_for(person).number == 7)
            .collect()
    }

    #[test]
    fn a_growing_share_keeps_whom_it_had() {
        let (tenth, half) = (reached(10), reached(50));
        assert!((60..=140).contains(&tenth.len()), "{}", tenth.len());
        assert!((430..=570).contains(&half.len()), "{}", half.len());
        assert!(tenth.iter().all(|person| half.contains(person)));
        assert_eq!(reached(0).len(), 0);
        assert_eq!(reached(FULL).len(), 1_000);
    }

    #[test]
    fn a_person_is_one_person_in_any_spelling() {
        for person in people() {
            let shouted = Login::parse(&person.as_str().to_ascii_uppercase()).unwrap();
            assert_eq!(place_in_line(7, &person), place_in_line(7, &shouted));
        }
    }
}
