//! What is written down for good: who did what to whom, each line chained to the one before.

use selfsame_protocol::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What the first line is chained to.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What was done. The words are a public interface: alerts are built on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The server was set up.
    Initialised,
    /// The server began to serve.
    ServerStarted,
    /// A service was registered or replaced.
    ServiceAdded,
    /// A service was removed.
    ServiceRemoved,
    /// What is set for a service was changed.
    ServiceChanged,
    /// What a service asks of an answer was changed.
    PolicyChanged,
    /// A version of the rules was applied.
    PolicyApplied,
    /// The share of the people that the newest rules count for was changed.
    PolicyRolledOut,
    /// The rules of an earlier version were applied again.
    PolicyRolledBack,
    /// A person was put into a group.
    GroupJoined,
    /// A person was taken out of a group.
    GroupLeft,
    /// A test of a service was made ready.
    ServiceTestPrepared,
    /// A test's answer left for a service.
    ServiceTestAnswered,
    /// An administrator said what the service did with it.
    ServiceTestJudged,
    /// An enrolment token was made.
    TokenCreated,
    /// A certificate was made.
    CertificateMade,
    /// Services are given a certificate beside the one that signs.
    CertificatePublished,
    /// Answers are signed with another key.
    CertificateSwitched,
    /// Services are not given a certificate any more.
    CertificateRetired,
    /// A device was enrolled.
    DeviceEnrolled,
    /// An enrolment was refused.
    EnrolmentRefused,
    /// An administrator ended a device.
    DeviceRevoked,
    /// A copy of a device's key seems to be in use.
    DeviceSuspended,
    /// An administrator lets a suspended device answer again.
    DeviceRestored,
    /// A person erased their profile and left.
    DeviceErased,
    /// A device's link was refused.
    LinkRefused,
    /// A check was answered with success.
    CheckApproved,
    /// A check ended in the other factor.
    CheckOtherFactor,
    /// A sign-in request was refused.
    RequestRefused,
    /// A relying party redeemed an authorization code.
    CodeRedeemed,
    /// An authorization code was not redeemed.
    CodeRefused,
    /// A person was linked to an account in a directory.
    AccountLinked,
    /// A link of a person to an account was taken away.
    AccountUnlinked,
    /// A directory told of a person, or of one who is back.
    PersonJoined,
    /// A directory changed what it said of a person.
    PersonChanged,
    /// A directory told that a person left.
    PersonLeft,
    /// A directory told of a group, or who is in one.
    GroupChanged,
    /// A directory removed a group.
    GroupRemoved,
    /// A token was made for a directory.
    ScimTokenMade,
    /// A directory's token was ended.
    ScimTokenRemoved,
    /// A call was refused that should have been a directory's.
    ScimRefused,
    /// The keys of an issuer of hints were loaded or fetched.
    IssuerKeysLoaded,
    /// A hard factor was seen and bound to a device.
    HardFactorSeen,
    /// An event hook's call was refused.
    HookRefused,
    /// A RADIUS client was registered or replaced.
    RadiusClientAdded,
    /// A RADIUS client was removed.
    RadiusClientRemoved,
    /// The site's own second factor, which a request was handed on to, has answered.
    OtherFactorAnswered,
    /// An enrolment token was ended before its time.
    TokenRevoked,
    /// Somebody signed in to the console.
    ConsoleSignIn,
    /// Somebody signed out of the console.
    ConsoleSignOut,
    /// A sign-in link to the console was made for somebody.
    ConsoleLinkMade,
    /// Somebody was let into the console.
    ConsolePersonAdded,
    /// Somebody was given another role in the console.
    ConsolePersonChanged,
    /// Somebody is let into the console no more.
    ConsolePersonRemoved,
}

impl Action {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initialised => "initialised",
            Self::ServerStarted => "server-started",
            Self::ServiceAdded => "service-added",
            Self::ServiceRemoved => "service-removed",
            Self::ServiceChanged => "service-changed",
            Self::PolicyChanged => "policy-changed",
            Self::PolicyApplied => "policy-applied",
            Self::PolicyRolledOut => "policy-rolled-out",
            Self::PolicyRolledBack => "policy-rolled-back",
            Self::GroupJoined => "group-joined",
            Self::GroupLeft => "group-left",
            Self::ServiceTestPrepared => "service-test-prepared",
            Self::ServiceTestAnswered => "service-test-answered",
            Self::ServiceTestJudged => "service-test-judged",
            Self::TokenCreated => "token-created",
            Self::CertificateMade => "certificate-made",
            Self::CertificatePublished => "certificate-published",
            Self::CertificateSwitched => "certificate-switched",
            Self::CertificateRetired => "certificate-retired",
            Self::DeviceEnrolled => "device-enrolled",
            Self::EnrolmentRefused => "enrolment-refused",
            Self::DeviceRevoked => "device-revoked",
            Self::DeviceSuspended => "device-suspended",
            Self::DeviceRestored => "device-restored",
            Self::DeviceErased => "device-erased",
            Self::LinkRefused => "link-refused",
            Self::CheckApproved => "check-approved",
            Self::CheckOtherFactor => "check-other-factor",
            Self::RequestRefused => "request-refused",
            Self::CodeRedeemed => "code-redeemed",
            Self::CodeRefused => "code-refused",
            Self::AccountLinked => "account-linked",
            Self::AccountUnlinked => "account-unlinked",
            Self::PersonJoined => "person-joined",
            Self::PersonChanged => "person-changed",
            Self::PersonLeft => "person-left",
            Self::GroupChanged => "group-changed",
            Self::GroupRemoved => "group-removed",
            Self::ScimTokenMade => "scim-token-made",
            Self::ScimTokenRemoved => "scim-token-removed",
            Self::ScimRefused => "scim-refused",
            Self::IssuerKeysLoaded => "issuer-keys-loaded",
            Self::HardFactorSeen => "hard-factor-seen",
            Self::HookRefused => "hook-refused",
            Self::RadiusClientAdded => "radius-client-added",
            Self::RadiusClientRemoved => "radius-client-removed",
            Self::OtherFactorAnswered => "other-factor-answered",
            Self::TokenRevoked => "token-revoked",
            Self::ConsoleSignIn => "console-sign-in",
            Self::ConsoleSignOut => "console-sign-out",
            Self::ConsoleLinkMade => "console-link-made",
            Self::ConsolePersonAdded => "console-person-added",
            Self::ConsolePersonChanged => "console-person-changed",
            Self::ConsolePersonRemoved => "console-person-removed",
        }
    }
}

/// A line about to be written.
#[derive(Debug, Clone)]
pub struct Record {
    actor: String,
    action: Action,
    target: String,
    details: Value,
}

impl Record {
    /// `actor` did `action` to `target`: a login, a device, `cli`, `server`, or `console:` and a name.
    pub fn new(actor: &str, action: Action, target: impl ToString) -> Self {
        Self {
            actor: actor.to_owned(),
            action,
            target: target.to_string(),
            details: json!({}),
        }
    }

    /// Adds details: a JSON object with nothing secret in it.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// A line as it stands in the log, and in an export of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// When.
    #[serde(rename = "time_ms")]
    pub time: UnixMillis,
    /// Who.
    pub actor: String,
    /// Did what.
    pub action: String,
    /// To whom or what.
    pub target: String,
    /// The details' JSON, byte for byte as it was hashed.
    pub details: String,
    /// The hash of the line before.
    pub prev: String,
    /// The hash of this line.
    pub hash: String,
}

impl Entry {
    /// The line that `record` becomes after the line with hash `prev`.
    pub fn chain(seq: i64, prev: String, time: UnixMillis, record: Record) -> Self {
        let mut entry = Self {
            seq,
            time,
            actor: record.actor,
            action: record.action.as_str().to_owned(),
            target: record.target,
            details: record.details.to_string(),
            prev,
            hash: String::new(),
        };
        entry.hash = entry.digest();
        entry
    }

    /// SHA-256 over the JSON array of all other fields, in hex.
    fn digest(&self) -> String {
        let line = json!([
            self.seq,
            self.time,
            self.actor,
            self.action,
            self.target,
            self.details,
            self.prev
        ]);
        Sha256::digest(line.to_string())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The first line of a run of lines that does not follow from the one before, if there is one.
/// `before` is the hash that the first one must name; `None` trusts the first line's own word.
pub fn first_broken<'a>(before: Option<&str>, entries: &'a [Entry]) -> Option<&'a Entry> {
    let mut prev = before.or_else(|| entries.first().map(|entry| entry.prev.as_str()));
    let mut seq = entries.first().map(|entry| entry.seq);
    entries.iter().find(|entry| {
        let follows = prev == Some(entry.prev.as_str())
            && seq == Some(entry.seq)
            && entry.digest() == entry.hash;
        prev = Some(&entry.hash);
        seq = Some(entry.seq + 1);
        !follows
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_lines() -> Vec<Entry> {
        let mut prev = GENESIS.to_owned();
        (1..=3)
            .map(|seq| {
                let record = Record::new("cli", Action::TokenCreated, format!("person-{seq}"));
                let entry = Entry::chain(seq, prev.clone(), UnixMillis(seq * 1000), record);
                prev.clone_from(&entry.hash);
                entry
            })
            .collect()
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert_eq!(first_broken(Some(GENESIS), &three_lines()), None);
    }

    #[test]
    fn a_changed_line_breaks_the_chain() {
        let mut lines = three_lines();
        lines[1].target = "somebody-else".to_owned();
        assert_eq!(
            first_broken(Some(GENESIS), &lines).map(|line| line.seq),
            Some(2)
        );
    }

    #[test]
    fn a_removed_line_breaks_the_chain() {
        let mut lines = three_lines();
        lines.remove(1);
        assert_eq!(
            first_broken(Some(GENESIS), &lines).map(|line| line.seq),
            Some(3)
        );
    }

    #[test]
    fn a_removed_beginning_breaks_the_chain() {
        assert_eq!(
            first_broken(Some(GENESIS), &three_lines()[1..]).map(|line| line.seq),
            Some(2)
        );
    }
}
