//! Words that several pages use. The sentences themselves are templates, so that they can be translated in one place.

use askama::Template;
use selfsame_protocol::Reason;
use serde::Deserialize;

use crate::{decide::Rule, judging::OBSERVED, store::CheckOutcome};

/// How a check ended, as administrators count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "console/words/outcome.txt")]
pub enum Outcome {
    /// The person did not have to do anything.
    Answered,
    /// Nor would they have had to, were the service not only observed.
    WouldHaveAnswered,
    /// The other factor was due.
    OtherFactor,
}

impl Outcome {
    /// From how it ended and by which rule.
    pub fn of(outcome: CheckOutcome, rule: &str) -> Self {
        match outcome {
            CheckOutcome::Approved => Self::Answered,
            CheckOutcome::OtherFactor if rule == OBSERVED => Self::WouldHaveAnswered,
            CheckOutcome::OtherFactor => Self::OtherFactor,
        }
    }
}

/// A rule in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Template)]
#[template(path = "console/words/rule.txt")]
pub struct RuleWords {
    /// Its code, as in the audit log.
    pub code: String,
}

impl RuleWords {
    fn known(&self) -> Option<Rule> {
        Rule::ALL
            .iter()
            .copied()
            .find(|rule| rule.code() == self.code)
    }
}

/// Why a device was not sure, in the words that its person reads; a code that this version does not know stays a code.
pub fn told(code: &str) -> String {
    let reason = Reason::deserialize(
        serde::de::value::StrDeserializer::<serde::de::value::Error>::new(code),
    );
    reason.map_or_else(|_| code.to_owned(), |reason| reason.sentence().to_owned())
}

#[cfg(test)]
mod tests {
    use selfsame_protocol::check::Why;

    use super::*;

    fn sentence(code: &str) -> String {
        RuleWords {
            code: code.to_owned(),
        }
        .to_string()
    }

    #[test]
    fn every_rule_that_ends_a_check_has_a_sentence() {
        let without_verdict = [
            Why::Chosen,
            Why::NoPresence,
            Why::NoVerdict,
            Why::DeviceOffline,
            Why::PersonTooSlow,
            Why::SecondDevice,
            Why::Mismatch,
            Why::ServerRestarted,
        ];
        let codes = Rule::ALL.iter().map(|rule| rule.code());
        for code in codes.chain(without_verdict.map(Why::code)) {
            let words = sentence(code);
            assert!(
                words.ends_with('.') && !words.contains(code),
                "{code}: {words}"
            );
        }
    }

    #[test]
    fn a_rule_of_another_version_is_named_by_its_code() {
        assert_eq!(sentence("moon-phase"), "By the rule moon-phase.");
    }

    #[test]
    fn a_reason_is_told_as_its_person_reads_it() {
        for reason in Reason::ALL {
            let code = serde_json::to_value(reason).unwrap();
            assert_eq!(told(code.as_str().unwrap()), reason.sentence());
        }
        assert_eq!(told("moon-phase"), "moon-phase");
    }
}
