//! Which extensions may speak: the project's own, and those that the computer's policy adds.
//!
//! The browser holds its own list, in the host's manifest. That one may lie in the person's own folder, where any program
//! of theirs can write; this one cannot.

use std::path::Path;

/// The extension for Chrome, Chromium and Edge; it follows from the public key in the extension's manifest.
const CHROMIUM: &str = "ialhdagmbmjhhekbfjfmbokafocflndk";
/// The extension for Firefox.
const FIREFOX: &str = "agent@selfsame.org";

/// Whether the extension that a browser names by these arguments may speak; `added` are names from the policy,
/// separated by commas.
pub fn may_speak(arguments: &[String], added: Option<&str>) -> bool {
    let Some(extension) = extension_in(arguments) else {
        return false;
    };
    [CHROMIUM, FIREFOX]
        .into_iter()
        .chain(added.unwrap_or_default().split(',').map(str::trim))
        .any(|known| known == extension)
}

/// Chromium gives `chrome-extension://ID/`, and on Windows a window after it; Firefox the path of the host's manifest,
/// then the id.
fn extension_in(arguments: &[String]) -> Option<&str> {
    let named = match arguments {
        [manifest, id, ..] if Path::new(manifest).is_absolute() => id,
        [origin, ..] => origin
            .strip_prefix("chrome-extension://")?
            .strip_suffix('/')?,
        [] => return None,
    };
    (!named.is_empty()).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_heard(arguments: &[&str], added: Option<&str>) -> bool {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        may_speak(&arguments, added)
    }

    #[test]
    fn the_projects_own_extensions_may_speak() {
        let own = format!("chrome-extension://{CHROMIUM}/");
        assert!(is_heard(&[&own], None));
        assert!(is_heard(&[&own, "--parent-window=5"], None));
        assert!(is_heard(&["/usr/lib/mozilla/x.json", FIREFOX], None));
    }

    #[test]
    fn another_extension_a_page_or_a_person_at_a_terminal_may_not() {
        for arguments in [
            &[][..],
            &[""],
            &["chrome-extension:///"],
            &["chrome-extension://abcdefghijklmnopabcdefghijklmnop/"],
            &["https://idp.example.com/"],
            &[CHROMIUM],
            &["/usr/lib/mozilla/x.json"],
            &["/usr/lib/mozilla/x.json", ""],
            &["/usr/lib/mozilla/x.json", "evil@example.com"],
        ] {
            assert!(!is_heard(arguments, None), "{arguments:?}");
            assert!(!is_heard(arguments, Some(" ,")), "{arguments:?}");
        }
        let longer = format!("chrome-extension://{CHROMIUM}x/");
        assert!(!is_heard(&[&longer], None));
    }

    #[test]
    fn a_policy_adds_extensions_and_takes_none_away() {
        let other = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
        let added = Some("me@example.com, abcdefghijklmnopabcdefghijklmnop");
        assert!(is_heard(&[other], added));
        assert!(is_heard(
            &[&format!("chrome-extension://{CHROMIUM}/")],
            added
        ));
    }
}
