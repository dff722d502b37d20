//! The `claims` parameter (OpenID Connect Core §5.5): which `acr` and `amr` a relying party takes in the ID token.

use serde::Deserialize;

use super::{json, problem::Problem};

/// More values than this nobody asks for: Entra ID knows thirteen methods.
const VALUES: usize = 64;

/// What is asked of the ID token. Other claims are passed over: they are all voluntary to us.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AskedClaims {
    /// Of the class of authentication.
    pub acr: Asked,
    /// Of its methods.
    pub amr: Asked,
}

/// What is asked of one claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whether an answer without one of the values is of no use.
    pub essential: bool,
    /// Which values are taken; none are named where any is.
    pub values: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id_token: Option<IdToken>,
}

#[derive(Default, Deserialize)]
struct IdToken {
    #[serde(default)]
    acr: Option<Member>,
    #[serde(default)]
    amr: Option<Member>,
}

#[derive(Deserialize)]
struct Member {
    #[serde(default)]
    essential: bool,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

impl AskedClaims {
    /// Reads the parameter. A member that we read and that stands twice is refused.
    ///
    /// # Errors
    /// [`Problem::Claims`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let document: Document = json::object(text.as_bytes()).ok_or(Problem::Claims)?;
        let id_token = document.id_token.unwrap_or_default();
        Ok(Self {
            acr: Asked::of(id_token.acr)?,
            amr: Asked::of(id_token.amr)?,
        })
    }
}

impl Asked {
    fn of(member: Option<Member>) -> Result<Self, Problem> {
        let Some(Member {
            essential,
            value,
            mut values,
        }) = member
        else {
            return Ok(Self::default());
        };
        values.extend(value);
        if values.len() > VALUES {
            return Err(Problem::Claims);
        }
        Ok(Self { essential, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_entra_asks_for_is_read() {
        let text = r#"{"id_token":{"acr":{"essential":true,"values":["possessionorinherence"]},
            "amr":{"essential":true,"values":["face","fido","hwk","swk"]}}}"#;
        let asked = AskedClaims::parse(text).unwrap();
        assert!(asked.acr.essential && asked.acr.values == ["possessionorinherence"]);
        assert_eq!(asked.amr.values.len(), 4);
    }

    #[test]
    fn a_claim_may_be_asked_for_without_a_value() {
        let asked = AskedClaims::parse(r#"{"id_token":{"acr":null},"userinfo":{"email":null}}"#);
        assert_eq!(asked.unwrap(), AskedClaims::default());
    }

    #[test]
    fn a_member_that_stands_twice_is_refused() {
        let twice = r#"{"id_token":{"acr":{"values":["a"]},"acr":{"values":["b"]}}}"#;
        assert_eq!(AskedClaims::parse(twice), Err(Problem::Claims));
        for bad in [
            "",
            "[]",
            "{\"id_token\":7}",
            "{\"id_token\":{\"acr\":{\"values\":\"a\"}}}",
        ] {
            assert_eq!(AskedClaims::parse(bad), Err(Problem::Claims), "{bad}");
        }
    }
}
