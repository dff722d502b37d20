//! Why an answer is not good enough, in a code and in a sentence.

use std::fmt;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $why:literal;)*) => {
        /// Why an answer is not good enough.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule, in no order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// A stable code for audit records.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule in a sentence, for administrators.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $why,)* }
            }
        }
    };
}

rules! {
    /// No such device any more.
    DeviceUnknown = "device-unknown", "The device is not enrolled any more.";
    /// An administrator must look at it first.
    DeviceSuspended = "device-suspended", "A copy of the device's key seems to be in use; an administrator must look.";
    /// An administrator ended it.
    DeviceRevoked = "device-revoked", "An administrator revoked the device.";
    /// Its person erased it.
    DeviceErased = "device-erased", "The person erased the profile on the device and left.";
    /// A demonstration build, and no demonstration.
    DemoBuild = "demo-build", "A demonstration build answered, and this server is not a demonstration.";
    /// The way presence was shown is not allowed.
    ChannelNotAllowed = "channel-not-allowed", "Presence was shown in a way that is not accepted here.";
    /// Nobody saw a password.
    FirstFactorNotSeen = "first-factor-not-seen", "The first factor was not seen to pass.";
    /// No device to ask.
    NoOpenDesk = "no-open-device", "No unlocked computer of the person is connected.";
    /// More than one device to ask.
    SeveralOpenDesks = "several-open-devices", "Several unlocked computers of the person are connected.";
    /// The person's computer has nothing to do with it.
    NoConnection = "no-gateway-connection", "No VPN program of the person's computer had just connected to the gateway.";
    /// The caller is somewhere else.
    CallerElsewhere = "caller-elsewhere", "The caller's address is not the one that the person's computer comes from.";
    /// It cannot be told who of two is the person.
    RivalRequest = "rival-request", "There was another request in the person's name within half a minute.";
    /// The verdict's time is off.
    VerdictNotFresh = "verdict-not-fresh", "The verdict was not signed just now.";
    /// A program was typing.
    InjectedInput = "injected-input", "A program was typing or moving the pointer.";
    /// Somebody works from elsewhere.
    RemoteSession = "remote-session", "The session on the device is a remote one.";
    /// It was another person.
    VerdictDifferent = "verdict-different", "The typing was not like the person's.";
    /// It cannot be told.
    VerdictUnsure = "verdict-unsure", "The device could not tell whether it was the person.";
    /// Short of the level.
    LevelNotMet = "level-not-met", "The evidence did not meet the level that is asked for here.";
    /// The key's place is not allowed.
    KeyStorageNotAllowed = "key-storage-not-allowed", "Only device keys held in hardware are accepted here.";
    /// A key that can be copied.
    SoftwareKeyLevel = "software-key-level", "More is asked for here than a key held in software can vouch for.";
    /// Typed too long ago.
    EvidenceTooOld = "evidence-too-old", "The person had not typed recently enough.";
    /// Too few hard factors.
    GenerationNotTrusted = "generation-not-trusted", "The profile is new: the person's other factor was not seen on two days yet.";
    /// Something spoke against the person, and nothing for them since.
    HeldUntilHardFactor = "held-until-hard-factor", "Something on this device spoke against the person, and their other factor was not seen beside it since.";
    /// A step-up is due.
    HardFactorDue = "hard-factor-due", "The person's other factor was not seen beside this device for as long as is asked for here.";
    /// Answered for often enough.
    DailyCap = "daily-cap", "The person was answered for as often in one day as is allowed here.";
}

impl Rule {
    /// Whether a code from the device's screen can take the place of what is missing. It stands in for the connection,
    /// never for the behaviour.
    pub const fn asks_for_a_code(self) -> bool {
        matches!(
            self,
            Self::SeveralOpenDesks | Self::NoConnection | Self::RivalRequest
        )
    }

    /// The sentence for a code, if it is one of these rules.
    pub fn explained(code: &str) -> Option<&'static str> {
        let rule = Self::ALL.iter().find(|rule| rule.code() == code)?;
        Some(rule.explanation())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
