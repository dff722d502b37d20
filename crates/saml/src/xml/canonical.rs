//! Exclusive canonicalisation of parts of a document that somebody else wrote.

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;

use super::{Document, Element, XmlError};

/// The Exclusive-C14N octets of `apex` and what is in it, leaving out `omitted` (the enveloped-signature transform).
/// Comments are left out. `inclusive_prefixes` is the PrefixList of `ec:InclusiveNamespaces`.
///
/// # Errors
/// `Malformed` when the tree has no canonical form, for instance because a prefix is not bound.
pub fn canonical_without(
    document: &Document<'_>,
    apex: Element<'_, '_>,
    omitted: Option<Element<'_, '_>>,
    inclusive_prefixes: &[&str],
) -> Result<Vec<u8>, XmlError> {
    let tree = document.tree();
    let mut nodes = NodeSet::tree_without_comments(apex.id(), tree);
    if let Some(omitted) = omitted {
        nodes = nodes.subtract(&NodeSet::tree_with_comments(omitted.id(), tree));
    }
    canonicalize_doc(tree, C14nMode::Exclusive, Some(&nodes), inclusive_prefixes)
        .map_err(|_| XmlError::Malformed)
}
