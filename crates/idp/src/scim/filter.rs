//! Filters (RFC 7644 §3.4.2.2), as far as directories need them to find what they wrote before: one comparison by `eq`.

use super::problem::Problem;
use crate::store::DirectoryMatch;

/// `attribute eq "value"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// In lower case, without the schema before it.
    pub attribute: String,
    /// What it must be.
    pub value: String,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// [`Problem::Filter`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut words = text.trim().splitn(3, ' ');
        let parts = (words.next(), words.next(), words.next());
        let (Some(attribute), Some(operator), Some(value)) = parts else {
            return Err(Problem::Filter);
        };
        if !operator.eq_ignore_ascii_case("eq") {
            return Err(Problem::Filter);
        }
        Ok(Self {
            attribute: attribute_name(attribute),
            value: serde_json::from_str(value).map_err(|_| Problem::Filter)?,
        })
    }

    /// What is looked for in the store; `named` is the attribute that names resources of this kind, in lower case.
    ///
    /// # Errors
    /// [`Problem::Filter`].
    pub fn matching(self, named: &str) -> Result<DirectoryMatch, Problem> {
        match self.attribute.as_str() {
            "id" => Ok(DirectoryMatch::Id(self.value)),
            "externalid" => Ok(DirectoryMatch::ExternalId(self.value)),
            attribute if attribute == named => Ok(DirectoryMatch::Name(self.value)),
            _ => Err(Problem::Filter),
        }
    }
}

/// An attribute's name as it is compared: without case, and without its schema.
pub fn attribute_name(text: &str) -> String {
    let name = match text.starts_with("urn:") {
        true => text.rsplit(':').next().unwrap_or_default(),
        false => text,
    };
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comparison_is_read_and_anything_else_is_refused() {
        let found = Filter::parse(r#"userName Eq "ada \"a\" x""#).unwrap();
        assert_eq!(found.attribute, "username");
        assert_eq!(found.value, r#"ada "a" x"#);
        let core = r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "x""#;
        assert_eq!(Filter::parse(core).unwrap().attribute, "username");
        for bad in [
            "",
            "userName",
            "userName pr",
            r#"userName co "x""#,
            "userName eq x",
            "userName eq 1",
            r#"userName eq "x" and active eq true"#,
        ] {
            assert_eq!(Filter::parse(bad), Err(Problem::Filter), "{bad}");
        }
    }
}
