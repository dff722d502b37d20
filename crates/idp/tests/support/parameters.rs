//! The parameters of a request to a page for relying parties.

use super::service::encode;

/// Names and values, in order; a name may stand twice where a test wants it to.
#[derive(Clone)]
pub struct Parameters(Vec<(String, String)>);

impl<const N: usize> From<[(&str, &str); N]> for Parameters {
    fn from(fields: [(&str, &str); N]) -> Self {
        let owned = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(owned.into())
    }
}

impl Parameters {
    /// With another value of a parameter, or without it.
    pub fn with<'a>(mut self, name: &str, value: impl Into<Option<&'a str>>) -> Self {
        self.0.retain(|(other, _)| other != name);
        match value.into() {
            Some(value) => self.and(name, value),
            None => self,
        }
    }

    /// With one more, whether or not there is one of this name.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str()).expect("a parameter")
    }

    /// As a form.
    pub fn form(&self) -> String {
        let pairs = self.0.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}
