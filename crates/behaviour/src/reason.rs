//! Why a verdict is what it is: codes for machines, plain sentences for the person.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $sentence:literal,)*) => {
        /// Why a verdict is what it is. Written as a kebab-case code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The reason in plain English, for the person whom it concerns.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

reasons! {
    /// Too few keys since the evidence was last cleared.
    TooLittleInput = "You have not typed enough since you last unlocked the computer.",
    /// The profile has not seen enough keys.
    StillLearning = "Selfsame is still learning how you type.",
    /// The identity provider has not seen hard factors for this generation yet.
    NewGeneration = "Your profile is new and has not been confirmed by your other sign-in method yet.",
    /// Typing on a keyboard or layout that the profile does not know.
    NewDevice = "You are typing on a keyboard or layout that Selfsame does not know yet.",
    /// Input made by a program came in within the last minute.
    InjectedInput = "A program was typing or moving the pointer.",
    /// A rhythm came again exactly as it was typed before, as only a machine does it.
    ReplayedRhythm = "The very rhythm of something typed before came again, as if a machine replayed it.",
    /// The source of input cannot tell hardware from programs.
    UnknownProvenance = "On this system Selfsame cannot tell real input from input made by a program.",
    /// The session is a remote one.
    RemoteSession = "You are working in a remote session.",
    /// Several sessions are live and it is not clear which one asks.
    SeveralSessions = "Several people or sessions are signed in on this computer.",
    /// The person has paused the agent.
    Paused = "You have paused Selfsame.",
    /// The evidence speaks for another person.
    UnlikeUsualRhythm = "The typing was not like your usual rhythm.",
    /// The last keys are too long ago.
    StaleEvidence = "It has been too long since you last typed.",
    /// The most recent stretch does not fit, whatever came before.
    RecentStretchUnlike = "The most recent typing was not like your usual rhythm.",
    /// The evidence speaks neither way clearly enough for the level that was asked for.
    NotClearEnough = "Your typing was not clear enough for this service.",
    /// The computer is locked, or nothing was typed since.
    Locked = "The computer is locked or has only just been unlocked.",
    /// The answer comes from a demonstration build.
    DemoBuild = "This is a demonstration build.",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_of_its_own() {
        for (i, reason) in Reason::ALL.iter().enumerate() {
            assert!(reason.sentence().ends_with('.'));
            assert!(
                Reason::ALL[..i]
                    .iter()
                    .all(|other| other.sentence() != reason.sentence())
            );
        }
    }

    #[test]
    fn a_reason_is_written_as_a_code() {
        let code = serde_json::to_string(&Reason::UnlikeUsualRhythm).expect("codes serialise");
        assert_eq!(code, "\"unlike-usual-rhythm\"");
    }
}
