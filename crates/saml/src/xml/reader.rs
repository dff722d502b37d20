//! The one reader: everything that checks, verifies or reads a message does it on this tree.

use std::borrow::Cow;

use uppsala::{NodeId, NodeKind};

use super::{XmlError, octets, structure};

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
        structure::check_depth(text)?;
        let tree = uppsala::Parser::new()
            .with_max_depth(structure::MAX_DEPTH as u32 + 1)
            .with_forbid_dtd(true)
            .with_max_entity_expansion(0)
            .parse(text)
            .map_err(|_| XmlError::Malformed)?;
        structure::check_nodes(&tree)?;
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
