//! What our answers say of how a person was recognised (`amr`, `acr`), and whether that is what was asked for.

use selfsame_protocol::{Level, message::KeyStorage};

use super::claims::{Asked, AskedClaims};
use crate::service_settings::word;

/// The rule by which a request is refused whose classes of authentication we cannot meet.
pub const ACR_NOT_OFFERED: &str = "acr-not-offered";
/// The rule by which a request is refused whose methods are none of ours.
pub const AMR_NOT_OFFERED: &str = "amr-not-offered";
/// What stands before a level in our own classes.
const ACR_PREFIX: &str = "urn:selfsame:acr:";
/// Every level, for the discovery document.
const LEVELS: [Level; 3] = [Level::Fmr1e2, Level::Fmr1e3, Level::Fmr1e4];

/// The one method that we may truly claim: proof of possession of the device's key (RFC 8176). There is no value for
/// behaviour, and `face`, `fpt` or `vbm` would be untrue.
pub const fn method(storage: KeyStorage) -> &'static str {
    match storage {
        KeyStorage::Hardware => "hwk",
        KeyStorage::Software => "swk",
    }
}

/// The class of a level.
pub fn acr_of(level: Level) -> String {
    format!("{ACR_PREFIX}{}", word(level))
}

/// Every class, for the discovery document.
pub fn all_acrs() -> Vec<String> {
    LEVELS.map(acr_of).to_vec()
}

/// The least level that a relying party says is essential.
///
/// # Errors
/// [`ACR_NOT_OFFERED`] when what it says is essential is none of our classes.
pub fn essential_level(asked: &Asked) -> Result<Option<Level>, &'static str> {
    if !asked.essential || asked.values.is_empty() {
        return Ok(None);
    }
    let known = LEVELS
        .into_iter()
        .find(|level| asked.values.contains(&acr_of(*level)));
    known.map(Some).ok_or(ACR_NOT_OFFERED)
}

/// What Entra ID takes for an answer, as far as we can give it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedMethods {
    /// The class that the answer will state.
    pub acr: String,
    methods: Vec<String>,
}

impl AskedMethods {
    /// Chooses the first class that possession alone meets.
    ///
    /// # Errors
    /// [`ACR_NOT_OFFERED`] or [`AMR_NOT_OFFERED`] when nothing that we could truly say is asked for.
    pub fn choose(asked: AskedClaims) -> Result<Self, &'static str> {
        let mut acrs = asked.acr.values.into_iter();
        let acr = acrs
            .find(|acr| is_met_by_possession(acr))
            .ok_or(ACR_NOT_OFFERED)?;
        let chosen = Self {
            acr,
            methods: asked.amr.values,
        };
        let is_met = chosen.takes("hwk") || chosen.takes("swk");
        is_met.then_some(chosen).ok_or(AMR_NOT_OFFERED)
    }

    /// Whether this method is one of those asked for.
    pub fn takes(&self, method: &str) -> bool {
        self.methods.iter().any(|asked| asked == method)
    }
}

/// Entra ID's classes name the kinds of factor that they take.
fn is_met_by_possession(acr: &str) -> bool {
    acr.split("or").any(|kind| kind == "possession")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(acr: &[&str], amr: &[&str]) -> AskedClaims {
        let list = |all: &[&str]| Asked {
            essential: true,
            values: all.iter().map(ToString::to_string).collect(),
        };
        AskedClaims {
            acr: list(acr),
            amr: list(amr),
        }
    }

    #[test]
    fn possession_meets_every_class_that_names_it_and_no_other() {
        for acr in [
            "possession",
            "possessionorinherence",
            "knowledgeorpossession",
            "knowledgeorpossessionorinherence",
        ] {
            let chosen = AskedMethods::choose(asked(&[acr], &["hwk", "swk"])).unwrap();
            assert_eq!(chosen.acr, acr);
        }
        for acr in ["inherence", "knowledge", "knowledgeorinherence", "", "mfa"] {
            let refused = AskedMethods::choose(asked(&[acr], &["hwk", "swk"]));
            assert_eq!(refused, Err(ACR_NOT_OFFERED), "{acr}");
        }
    }

    #[test]
    fn methods_that_would_be_untrue_are_never_chosen() {
        let refused = AskedMethods::choose(asked(&["possession"], &["face", "fido", "otp"]));
        assert_eq!(refused, Err(AMR_NOT_OFFERED));
    }

    #[test]
    fn an_essential_class_of_ours_is_a_least_level() {
        let level = essential_level(&asked(&["urn:selfsame:acr:1e-3"], &[]).acr);
        assert_eq!(level, Ok(Some(Level::Fmr1e3)));
        assert_eq!(
            essential_level(&asked(&["phr"], &[]).acr),
            Err(ACR_NOT_OFFERED)
        );
        assert_eq!(essential_level(&Asked::default()), Ok(None));
    }
}
