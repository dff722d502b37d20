//! What is refused for its shape: nesting on the text, before parsing; the rest on the tree, in places stricter than the parser.

use std::collections::HashSet;

use uppsala::{NodeId, NodeKind, QName};

use super::XmlError;
use crate::names::is_nc_name;

/// Elements may be nested this deep; real messages stay under 12.
pub(super) const MAX_DEPTH: usize = 32;
/// Real messages stay under 16.
const MAX_ATTRIBUTES: usize = 64;
/// What carries an identifier that a signature could point at.
const ID_NAMES: [&str; 3] = ["ID", "Id", "id"];

/// Counts nesting on the text, so that a deep document never reaches a recursive function.
pub(super) fn check_depth(text: &str) -> Result<(), XmlError> {
    let octets = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0_usize);
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        if text[start..].starts_with("<!--") {
            let end = text[start + 4..].find("-->").ok_or(XmlError::Malformed)?;
            at = start + 4 + end + 3;
            continue;
        }
        let end = tag_end(octets, start)?;
        if octets.get(start + 1) == Some(&b'/') {
            depth = depth.checked_sub(1).ok_or(XmlError::Malformed)?;
        } else if octets[end - 1] != b'/' {
            depth += 1;
        }
        if depth > MAX_DEPTH {
            return Err(XmlError::TooDeep { limit: MAX_DEPTH });
        }
        at = end + 1;
    }
    Ok(())
}

/// Where the `>` of a tag is, skipping those in attribute values.
///
/// Line breaks and tabs in attribute values are refused: XML 1.0 §3.3.3 reads them as spaces, the parser below keeps them.
fn tag_end(octets: &[u8], start: usize) -> Result<usize, XmlError> {
    let mut quote = None;
    for (at, octet) in octets.iter().copied().enumerate().skip(start + 1) {
        match (quote, octet) {
            (None, b'"' | b'\'') => quote = Some(octet),
            (Some(open), _) if open == octet => quote = None,
            (Some(_), b'\t' | b'\r' | b'\n') => return Err(XmlError::LineBreakInAttribute),
            (None, b'>') => return Ok(at),
            _ => {}
        }
    }
    Err(XmlError::Malformed)
}

/// Refuses what stands in a tree that was parsed but may not stand in a message.
pub(super) fn check_nodes(tree: &uppsala::Document<'_>) -> Result<(), XmlError> {
    let mut identifiers = HashSet::new();
    for id in tree.descendants(tree.root()) {
        let Some(element) = tree.element(id) else {
            continue;
        };
        if element.attributes.len() + element.namespace_declarations.len() > MAX_ATTRIBUTES {
            return Err(XmlError::TooManyAttributes {
                limit: MAX_ATTRIBUTES,
            });
        }
        let attribute_names = element.attributes.iter().map(|attribute| &attribute.name);
        if !std::iter::once(&element.name)
            .chain(attribute_names)
            .all(is_qualified_name)
        {
            return Err(XmlError::Malformed);
        }
        let mut declarations = element.namespace_declarations.iter();
        if !declarations.all(|(prefix, name)| may_be_bound(prefix, name)) {
            return Err(XmlError::Malformed);
        }
        for attribute in &element.attributes {
            let carries_id = ID_NAMES.contains(&&*attribute.name.local_name);
            if carries_id && !identifiers.insert(attribute.value.clone()) {
                return Err(XmlError::DuplicateId);
            }
        }
        refuse_comment_in_text(tree, id)?;
    }
    Ok(())
}

/// "Namespaces in XML 1.0" §4, which the parser takes less strictly.
fn is_qualified_name(name: &QName<'_>) -> bool {
    is_nc_name(&name.local_name) && name.prefix.as_deref().is_none_or(is_nc_name)
}

/// Stricter than the parser: no prefix is unbound again ("Namespaces in XML 1.0" §5) or reserved (§3), and a namespace name
/// is an absolute URI, since canonicalisation is undefined for others (Canonical XML 1.0 §1.3).
fn may_be_bound(prefix: &str, name: &str) -> bool {
    let scheme = name.split_once(':').map_or("", |(scheme, _)| scheme);
    let absolute = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let written_as_uri = name
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"\"'<>\\^`{|}[]".contains(&b));
    let undeclares_default = prefix.is_empty() && name.is_empty();
    let reserved = ["xml", "xmlns"].contains(&prefix);
    undeclares_default || (absolute && written_as_uri && !reserved)
}

fn refuse_comment_in_text(tree: &uppsala::Document<'_>, id: NodeId) -> Result<(), XmlError> {
    let (mut comment, mut text) = (false, false);
    for child in tree.children_iter(id) {
        match tree.node_kind(child) {
            Some(NodeKind::Comment(_)) => comment = true,
            Some(NodeKind::Text(t)) => text |= !is_blank(t),
            Some(NodeKind::ProcessingInstruction(_)) => {
                return Err(XmlError::ProcessingInstruction);
            }
            Some(NodeKind::CData(_)) => return Err(XmlError::CdataSection),
            _ => {}
        }
    }
    if comment && text {
        Err(XmlError::CommentInText)
    } else {
        Ok(())
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}
