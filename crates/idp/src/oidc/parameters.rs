//! The parameters of a request, each of which may stand once (RFC 6749 §3.1). Those that nobody asks for are passed over.

use super::problem::Problem;

/// More than this nobody sends: Entra ID sends ten.
const AT_MOST: usize = 64;

/// What came in a query or a form.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Takes them over.
    ///
    /// # Errors
    /// When there are more than anybody sends.
    pub fn new(all: Vec<(String, String)>) -> Result<Self, Problem> {
        match all.len() {
            0..=AT_MOST => Ok(Self(all)),
            _ => Err(Problem::TooLarge),
        }
    }

    /// A parameter that may stand once and be `limit` octets long. One without a value counts as left out.
    ///
    /// # Errors
    /// When it stands twice, or is longer.
    pub fn optional(&self, name: &'static str, limit: usize) -> Result<Option<&str>, Problem> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Problem::Duplicate(name)),
            (Some((_, value)), None) if value.len() > limit => Err(Problem::TooLong(name)),
            (Some((_, value)), None) => Ok(Some(value.as_str()).filter(|value| !value.is_empty())),
            (None, None) => Ok(None),
        }
    }

    /// A parameter that must stand once.
    ///
    /// # Errors
    /// When it does not.
    pub fn required(&self, name: &'static str, limit: usize) -> Result<&str, Problem> {
        self.optional(name, limit)?.ok_or(Problem::Missing(name))
    }

    /// Whether it stands there at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(all: &[(&str, &str)]) -> Parameters {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        Parameters::new(all.iter().map(owned).collect()).unwrap()
    }

    #[test]
    fn a_parameter_that_stands_twice_is_refused_even_with_one_value() {
        let twice = parameters(&[("state", "a"), ("state", "a")]);
        assert!(matches!(
            twice.optional("state", 9),
            Err(Problem::Duplicate("state"))
        ));
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_left_out() {
        let empty = parameters(&[("nonce", "")]);
        assert!(empty.optional("nonce", 9).unwrap().is_none());
        assert!(matches!(
            empty.required("nonce", 9),
            Err(Problem::Missing("nonce"))
        ));
    }

    #[test]
    fn more_parameters_than_anybody_sends_are_refused() {
        let many = vec![(String::from("a"), String::new()); AT_MOST + 1];
        assert!(matches!(Parameters::new(many), Err(Problem::TooLarge)));
    }
}
