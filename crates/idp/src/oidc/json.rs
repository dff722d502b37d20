//! JSON that strangers send, as an object. Read into a struct, members that stand twice are refused.

use serde::de::DeserializeOwned;

/// Reads an object; `None` for anything else. A struct by itself would take an array of its members too.
pub fn object<T: DeserializeOwned>(octets: &[u8]) -> Option<T> {
    let is_object = octets.trim_ascii_start().first() == Some(&b'{');
    is_object.then(|| serde_json::from_slice(octets).ok())?
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::object;

    #[derive(Debug, PartialEq, Deserialize)]
    struct One {
        a: u8,
    }

    #[test]
    fn an_array_is_no_object_and_a_member_stands_once() {
        assert_eq!(object(b" {\"a\":1,\"b\":2}"), Some(One { a: 1 }));
        for bad in ["[1]", "1", "", "{\"a\":1,\"a\":1}", "{\"a\":1} {}"] {
            assert_eq!(object::<One>(bad.as_bytes()), None, "{bad}");
        }
    }
}
