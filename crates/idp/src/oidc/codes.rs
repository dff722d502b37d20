//! Authorization codes that wait to be redeemed: once, within a minute, by whoever they were made for. They live in
//! memory; after a restart a person signs in once more.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use selfsame_protocol::{CheckId, Level, Millis, UnixMillis};

use super::challenge::CodeChallenge;
use crate::{secret::Secret, store::Login};

/// How long a code is good, in milliseconds.
const LIFE_MS: u64 = 60_000;
/// More codes than this do not wait; further ones are refused. At the default limits a minute brings fewer.
const CAPACITY: usize = 20_000;

/// What a code stands for.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Whom it names.
    pub login: Login,
    /// The person's name that never changes.
    pub subject: String,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// When presence was proved.
    pub proved: UnixMillis,
    /// How the person was recognised.
    pub method: &'static str,
    /// How strictly.
    pub level: Level,
    /// The check behind it.
    pub check: CheckId,
}

/// What a code is bound to.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The client it was made for.
    pub client_id: String,
    /// The address it was sent to.
    pub redirect_uri: String,
    /// Whose preimage redeems it.
    pub challenge: Option<CodeChallenge>,
}

/// What somebody brings to redeem a code.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The client, which has shown who it is.
    pub client_id: &'a str,
    /// The address that it says the code was sent to.
    pub redirect_uri: &'a str,
    /// The preimage of the challenge.
    pub verifier: Option<&'a str>,
}

/// Why a code is not redeemed. It is spent by the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeError {
    /// No such code, or it has expired.
    Unknown,
    /// It was redeemed, or tried, before.
    Replayed,
    /// Made for another client.
    OtherClient,
    /// Sent to another address.
    OtherAddress,
    /// Without the verifier that was hidden, or with one where none was.
    Verifier,
}

impl CodeError {
    /// A stable code for audit records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "code-unknown",
            Self::Replayed => "code-replayed",
            Self::OtherClient => "code-of-another-client",
            Self::OtherAddress => "code-for-another-address",
            Self::Verifier => "code-verifier",
        }
    }
}

#[derive(Debug)]
struct Waiting {
    /// `None` once it was tried.
    grant: Option<Grant>,
    binding: Binding,
    until: Millis,
}

/// The codes of the last minute, by the hashes of their texts.
#[derive(Debug, Default)]
pub struct Codes(Mutex<HashMap<[u8; 32], Waiting>>);

impl Codes {
    /// Makes a code; `None` when too many wait.
    pub fn issue(&self, grant: Grant, binding: Binding, now: Millis) -> Option<Secret> {
        let code = Secret::random();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= CAPACITY {
            waiting.retain(|_, one| one.until > now);
        }
        if waiting.len() >= CAPACITY {
            return None;
        }
        let one = Waiting {
            grant: Some(grant),
            binding,
            until: now.plus(LIFE_MS),
        };
        waiting.insert(code.hash().to_bytes(), one);
        Some(code)
    }

    /// Spends a code.
    ///
    /// # Errors
    /// [`CodeError`].
    pub fn redeem(&self, code: &Secret, claim: Claim<'_>, now: Millis) -> Result<Grant, CodeError> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| one.until > now);
        let one = waiting
            .get_mut(&code.hash().to_bytes())
            .ok_or(CodeError::Unknown)?;
        let grant = one.grant.take().ok_or(CodeError::Replayed)?;
        one.binding.check(claim)?;
        Ok(grant)
    }
}

impl Binding {
    fn check(&self, claim: Claim<'_>) -> Result<(), CodeError> {
        if self.client_id != claim.client_id {
            return Err(CodeError::OtherClient);
        }
        if self.redirect_uri != claim.redirect_uri {
            return Err(CodeError::OtherAddress);
        }
        // A verifier without a challenge is the sign of a request whose challenge somebody took away (RFC 9700 §4.8.2).
        let fits = match (&self.challenge, claim.verifier) {
            (Some(challenge), Some(verifier)) => challenge.is_of(verifier),
            (None, None) => true,
            _ => false,
        };
        fits.then_some(()).ok_or(CodeError::Verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CLAIM: Claim<'static> = Claim {
        client_id: "wiki",
        redirect_uri: "https://rp.example/cb",
        verifier: Some(VERIFIER),
    };

    fn issued(codes: &Codes) -> Secret {
        let grant = Grant {
            login: Login::parse("ada").unwrap(),
            subject: "s".to_owned(),
            nonce: None,
            proved: UnixMillis(0),
            method: "swk",
            level: Level::Fmr1e2,
            check: CheckId::from_bytes([1; 16]),
        };
        let binding = Binding {
            client_id: "wiki".to_owned(),
            redirect_uri: "https://rp.example/cb".to_owned(),
            challenge: CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        };
        codes.issue(grant, binding, Millis(0)).unwrap()
    }

    #[test]
    fn a_code_is_redeemed_once() {
        let codes = Codes::default();
        let code = issued(&codes);
        assert!(codes.redeem(&code, CLAIM, Millis(1)).is_ok());
        let again = codes.redeem(&code, CLAIM, Millis(2));
        assert_eq!(again.err(), Some(CodeError::Replayed));
    }

    #[test]
    fn a_code_is_good_for_a_minute() {
        let codes = Codes::default();
        let code = issued(&codes);
        let late = codes.redeem(&code, CLAIM, Millis(LIFE_MS));
        assert_eq!(late.err(), Some(CodeError::Unknown));
    }

    #[test]
    fn a_code_is_worth_nothing_to_anybody_else_and_is_spent_by_the_attempt() {
        let wrong = [
            (
                Claim {
                    client_id: "other",
                    ..CLAIM
                },
                CodeError::OtherClient,
            ),
            (
                Claim {
                    redirect_uri: "https://rp.example/",
                    ..CLAIM
                },
                CodeError::OtherAddress,
            ),
            (
                Claim {
                    verifier: None,
                    ..CLAIM
                },
                CodeError::Verifier,
            ),
            (
                Claim {
                    verifier: Some(&"a".repeat(43)),
                    ..CLAIM
                },
                CodeError::Verifier,
            ),
        ];
        for (claim, why) in wrong.map(|(claim, why)| (claim, why)) {
            let codes = Codes::default();
            let code = issued(&codes);
            assert_eq!(codes.redeem(&code, claim, Millis(1)).err(), Some(why));
            let again = codes.redeem(&code, CLAIM, Millis(2));
            assert_eq!(again.err(), Some(CodeError::Replayed));
        }
    }
}
