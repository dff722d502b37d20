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

/// XML 1.0 §2.8, production `XMLDecl`, with UTF-8 as the only encoding. XML 1.1 reads line ends and names differently, so it is refused.
fn skip_declaration(text: &str) -> Result<&str, XmlError> {
    let Some(rest) = text.strip_prefix("<?xml") else {
        return Ok(text);
    };
    if !rest.starts_with(BLANK) {
        return Err(XmlError::ProcessingInstruction);
    }
    let (declaration, rest) = rest.split_once("?>").ok_or(XmlError::Malformed)?;
    let (version, declaration) = pseudo_attribute(declaration, "version")?;
    let (encoding, declaration) = pseudo_attribute(declaration, "encoding")?;
    let (standalone, declaration) = pseudo_attribute(declaration, "standalone")?;
    let standalone_is_known =
        standalone.is_none_or(|standalone| ["yes", "no"].contains(&standalone));
    if version != Some("1.0")
        || !standalone_is_known
        || !declaration.trim_start_matches(BLANK).is_empty()
    {
        return Err(XmlError::Malformed);
    }
    match encoding {
        Some(encoding) if !encoding.eq_ignore_ascii_case("utf-8") => Err(XmlError::NotUtf8),
        _ => Ok(rest),
    }
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// The value of `name` if it comes next, and what follows it.
fn pseudo_attribute<'a>(text: &'a str, name: &str) -> Result<(Option<&'a str>, &'a str), XmlError> {
    let Some(rest) = text.trim_start_matches(BLANK).strip_prefix(name) else {
        return Ok((None, text));
    };
    if !text.starts_with(BLANK) {
        return Err(XmlError::Malformed);
    }
    let rest = rest
        .trim_start_matches(BLANK)
        .strip_prefix('=')
        .ok_or(XmlError::Malformed)?;
    let rest = rest.trim_start_matches(BLANK);
    let quote = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .ok_or(XmlError::Malformed)?;
    let (value, rest) = rest[1..].split_once(quote).ok_or(XmlError::Malformed)?;
    Ok((Some(value), rest))
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
