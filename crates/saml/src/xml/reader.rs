//! The one reader: everything that checks, verifies or reads a message does it on this tree.

use std::borrow::Cow;
use std::collections::HashSet;

use uppsala::{NodeId, NodeKind, QName};

use super::{XmlError, octets};
use crate::names::is_nc_name;

/// Elements may be nested this deep; real messages stay under 12.
const MAX_DEPTH: usize = 32;
/// Real messages stay under 16.
const MAX_ATTRIBUTES: usize = 64;
/// What carries an identifier that a signature could point at.
const ID_NAMES: [&str; 3] = ["ID", "Id", "id"];

/// How large a document may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In octets, before parsing.
    pub max_octets: usize,
}

/// A parsed document that passed every structural check of this module.
pub struct Document<'a> {
    tree: uppsala::Document<'a>,
}

impl<'a> Document<'a> {
    /// Parses and checks.
    ///
    /// # Errors
    /// See [`XmlError`]; each of its variants but the last two comes from here.
    pub fn parse(octets: &'a [u8], limits: Limits) -> Result<Self, XmlError> {
        let text = octets::check(octets, limits.max_octets)?;
        check_depth(text)?;
        let tree = uppsala::Parser::new()
            .with_max_depth(MAX_DEPTH as u32 + 1)
            .with_forbid_dtd(true)
            .with_max_entity_expansion(0)
            .parse(text)
            .map_err(|_| XmlError::Malformed)?;
        check_nodes(&tree)?;
        Ok(Self { tree })
    }

    /// The document element.
    ///
    /// # Errors
    /// `Malformed` when there is none.
    pub fn root(&self) -> Result<Element<'_, 'a>, XmlError> {
        let id = self.tree.document_element().ok_or(XmlError::Malformed)?;
        Ok(Element {
            tree: &self.tree,
            id,
        })
    }

    /// All elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_, 'a>> {
        let tree = &self.tree;
        tree.descendants(tree.root())
            .into_iter()
            .filter(|id| tree.element(*id).is_some())
            .map(move |id| Element { tree, id })
    }

    pub(super) fn tree(&self) -> &uppsala::Document<'a> {
        &self.tree
    }
}

/// Counts nesting on the text, so that a deep document never reaches a recursive function.
fn check_depth(text: &str) -> Result<(), XmlError> {
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

fn check_nodes(tree: &uppsala::Document<'_>) -> Result<(), XmlError> {
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

/// One element of a [`Document`].
#[derive(Clone, Copy)]
pub struct Element<'d, 'a> {
    tree: &'d uppsala::Document<'a>,
    id: NodeId,
}

impl PartialEq for Element<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl<'d, 'a> Element<'d, 'a> {
    fn element(self) -> Option<&'d uppsala::Element<'a>> {
        self.tree.element(self.id)
    }

    pub(super) fn id(self) -> NodeId {
        self.id
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local_name(self) -> &'d str {
        self.element().map_or("", |e| &*e.name.local_name)
    }

    /// Whether this is the element `name` of `namespace`.
    #[must_use]
    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.element()
            .is_some_and(|e| e.name.matches(Some(namespace), name))
    }

    /// The value of an attribute that is in no namespace, as all of SAML's are.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'d str> {
        let attributes = &self.element()?.attributes;
        attributes
            .iter()
            .find(|a| {
                a.name.namespace_uri.is_none()
                    && a.name.prefix.is_none()
                    && *a.name.local_name == *name
            })
            .map(|a| &*a.value)
    }

    /// The elements directly inside.
    pub fn children(self) -> impl Iterator<Item = Element<'d, 'a>> {
        let tree = self.tree;
        tree.children_iter(self.id)
            .filter(|id| tree.element(*id).is_some())
            .map(move |id| Element { tree, id })
    }

    /// The elements of one name directly inside.
    pub fn children_named(
        self,
        namespace: &'d str,
        name: &'d str,
    ) -> impl Iterator<Item = Element<'d, 'a>> {
        self.children()
            .filter(move |child| child.is(namespace, name))
    }

    /// The one element of this name directly inside, if there is any.
    ///
    /// # Errors
    /// `Repeated` when there are more.
    pub fn child(
        self,
        namespace: &'d str,
        name: &'static str,
    ) -> Result<Option<Element<'d, 'a>>, XmlError> {
        let mut found = self.children_named(namespace, name);
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            _ => Err(XmlError::Repeated(name)),
        }
    }

    /// The element this one is directly inside of.
    #[must_use]
    pub fn parent(self) -> Option<Element<'d, 'a>> {
        let id = self.tree.parent(self.id)?;
        self.tree.element(id).map(|_| Element {
            tree: self.tree,
            id,
        })
    }

    /// The text inside, without white space around it.
    ///
    /// # Errors
    /// `NotText` when there is anything but text inside, a comment too.
    pub fn text(self) -> Result<Cow<'d, str>, XmlError> {
        let mut text = Cow::Borrowed("");
        for child in self.tree.children_iter(self.id) {
            match self.tree.node_kind(child) {
                Some(NodeKind::Text(part)) if text.is_empty() => text = Cow::Borrowed(&**part),
                Some(NodeKind::Text(part)) => text.to_mut().push_str(part),
                _ => return Err(XmlError::NotText(self.local_name().to_owned())),
            }
        }
        Ok(trimmed(text))
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    let blank = [' ', '\t', '\r', '\n'];
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blank)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(blank).to_owned()),
    }
}
