//! GUIDs, as Microsoft names tenants, applications and people.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Where the hyphens of the text form stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
const LENGTH: usize = 36;

/// A GUID in its text form, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Guid(String);

impl Guid {
    /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in either case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |(at, byte): (usize, u8)| match HYPHENS.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        };
        (text.len() == LENGTH && text.bytes().enumerate().all(fits))
            .then(|| Self(text.to_ascii_lowercase()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("no GUID"))
    }
}

/// For the command line.
impl std::str::FromStr for Guid {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or("expected a GUID such as 14c2f153-90a7-4689-9db7-9543bf084dad")
    }
}

#[cfg(test)]
mod tests {
    use super::Guid;

    #[test]
    fn a_guid_is_read_in_either_case_and_nothing_else_is() {
        let guid = Guid::parse("14C2F153-90a7-4689-9db7-9543bf084dad").unwrap();
        assert_eq!(guid.as_str(), "14c2f153-90a7-4689-9db7-9543bf084dad");
        for bad in [
            "",
            "common",
            "14c2f153-90a7-4689-9db7-9543bf084da",
            "14c2f15390a7-4689-9db7-9543bf084dad-",
            "14c2f153-90a7-4689-9db7-9543bf084dag",
        ] {
            assert!(Guid::parse(bad).is_none(), "{bad}");
        }
    }
}
