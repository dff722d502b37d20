//! The checks of the protocol, each of which the simulation can be run without.
//!
//! What is taken away is taken away in the simulation's own wiring: what a machine would have refused is made to look
//! right before it is told. Nothing that ships has a switch.

macro_rules! mutants {
    ($($name:ident: $words:literal,)*) => {
        /// One check, taken away.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutant { $(#[doc = $words] $name,)* }

        impl Mutant {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What is not checked any more, as `docs/security.md` lists it.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

mutants! {
    ForeignOrigin: "a request posted by another site's page is refused",
    Click: "a request that comes as a link waits for a click",
    RequestOnce: "a repeated request makes no second check",
    CookieForProof: "a proof needs the cookie of its own check",
    CookieForAnswer: "the answer needs the cookie of its own check",
    AgentsOrigin: "the agent compares the Origin header",
    AgentsHost: "the agent compares the Host header",
    ChallengeSignature: "the agent verifies the challenge under its pinned keys",
    ChallengeFresh: "the agent answers a challenge for a minute at most",
    ChallengeOnce: "the agent answers a challenge once by each channel",
    PeerIsBrowser: "the agent answers known browsers of its person only",
    PeerSession: "the agent answers browsers of its own session only",
    ProofSignature: "the proof verifies under the key of the device it names",
    ProofFresh: "the proof was made within a minute",
    ProofAbout: "the proof is about this check and nonce",
    ProofOrigin: "the server compares the origin that the agent saw",
    DeviceActive: "a device that may not answer is not asked",
    NamesAnother: "a device of another person than the service names is not asked",
    FirstProofFixes: "a later proof by another device ends the check",
    QuestionSignature: "the agent verifies the question under its pinned keys",
    QuestionAddressed: "the agent answers questions addressed to it only",
    QuestionFresh: "the agent answers a question only while it is open",
    ShownHere: "the agent answers only for a check whose page was shown here",
    Unlocked: "a locked session is never the same",
    ClearedAtLock: "evidence is cleared when the screen is locked",
    NotInjected: "injected input since the request means the other factor",
    NotRemote: "a remote session means the other factor",
    EvidenceFresh: "the agent counts evidence newer than the limit only",
    LinkSignature: "a link is signed with the device's key",
    LinkNonce: "a link signs the nonce of its own greeting",
    LinkCounter: "a link's counter grows",
    LinkBarred: "a device that may not answer gets no link",
    VerdictSignature: "a verdict verifies under the key of its link",
    SpeaksForItself: "a link brings verdicts in its own name only",
    VerdictDevice: "the verdict is of the device that proved presence",
    VerdictAbout: "the verdict is about this check and nonce",
    Deadline: "a check ends by itself when its time is over",
    DecideStanding: "the decision asks for an active device",
    DecideDemo: "the decision refuses demonstration builds",
    DecideChannel: "the decision asks for an allowed channel",
    DecideKeys: "the decision asks for an allowed place of the key",
    DecideVerdictFresh: "the decision asks for a verdict signed just now",
    DecideReasons: "the decision heeds every reason beside a verdict",
    DecideSame: "the decision asks for the verdict same",
    DecideLevel: "the decision asks for the level",
    DecideEvidence: "the decision asks for the age of the evidence",
    DecideGeneration: "the decision asks for hard factors on two days",
    ConsumedOnce: "a check is consumed once",
    StandingAtEnd: "the device's standing is read again when the check is consumed",
}
