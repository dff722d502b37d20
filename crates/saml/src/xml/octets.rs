//! What is refused by looking at the octets alone, before any parser sees them.

use super::XmlError;

/// Refuses everything but elements, text, comments, the five entities of XML and one UTF-8 declaration at the very start.
///
/// A `<` stands for nothing but markup in well-formed XML, so this needs no knowledge of where in the document it is.
pub(super) fn check(octets: &[u8], max_octets: usize) -> Result<&str, XmlError> {
    if octets.len() > max_octets {
        return Err(XmlError::TooLarge { limit: max_octets });
    }
    let text = std::str::from_utf8(octets).map_err(|_| XmlError::NotUtf8)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = skip_declaration(text)?;
    check_markup(text)?;
    check_entities(text)?;
    Ok(text)
}

fn skip_declaration(text: &str) -> Result<&str, XmlError> {
    let Some(rest) = text.strip_prefix("<?xml") else {
        return Ok(text);
    };
    let (declaration, rest) = rest.split_once("?>").ok_or(XmlError::Malformed)?;
    if !declaration.starts_with([' ', '\t', '\r', '\n']) || declaration.contains(['<', '>']) {
        return Err(XmlError::ProcessingInstruction);
    }
    match declaration.split_once("encoding") {
        Some((_, encoding)) if !names_utf8(encoding) => Err(XmlError::NotUtf8),
        _ => Ok(rest),
    }
}

fn names_utf8(after_encoding: &str) -> bool {
    let value = after_encoding
        .trim_start()
        .trim_start_matches('=')
        .trim_start();
    let quoted = value.strip_prefix('"').and_then(|v| v.split_once('"'));
    let quoted = quoted.or_else(|| value.strip_prefix('\'').and_then(|v| v.split_once('\'')));
    quoted.is_some_and(|(name, _)| name.eq_ignore_ascii_case("utf-8"))
}

fn check_markup(text: &str) -> Result<(), XmlError> {
    for (at, _) in text.match_indices('<') {
        let after = &text[at + 1..];
        if after.starts_with('?') {
            return Err(XmlError::ProcessingInstruction);
        }
        if after.starts_with("![CDATA[") {
            return Err(XmlError::CdataSection);
        }
        if after.starts_with('!') && !after.starts_with("!--") {
            return Err(XmlError::Doctype);
        }
    }
    Ok(())
}

fn check_entities(text: &str) -> Result<(), XmlError> {
    for (at, _) in text.match_indices('&') {
        let after = &text[at + 1..];
        let known = ["lt;", "gt;", "amp;", "quot;", "apos;", "#"];
        if !known.iter().any(|entity| after.starts_with(entity)) {
            return Err(XmlError::Entity);
        }
    }
    Ok(())
}
