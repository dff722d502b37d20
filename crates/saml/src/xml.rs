//! XML as SAML needs it: a reader that refuses more than it accepts, and a writer whose output is its own canonical form.

mod canonical;
mod namespaces;
mod octets;
mod reader;
mod structure;
mod writer;

pub use canonical::canonical_without;
pub use namespaces::{ASSERTION, EXCLUSIVE_C14N, METADATA, PROTOCOL, SIGNATURE};
pub use reader::{Document, Element, Limits};
pub use writer::Writer;

/// Why a text is refused before anything it says is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// More octets than the limit of this kind of message.
    #[error("it is larger than {limit} octets")]
    TooLarge {
        /// The limit, in octets.
        limit: usize,
    },
    /// Not UTF-8, or it declares another encoding.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A document type declaration, an entity or another markup declaration.
    #[error("it holds a document type or entity declaration")]
    Doctype,
    /// An entity other than the five that XML defines.
    #[error("it uses an entity that XML does not define")]
    Entity,
    /// A processing instruction.
    #[error("it holds a processing instruction")]
    ProcessingInstruction,
    /// A CDATA section: two spellings of one text are one too many.
    #[error("it holds a CDATA section")]
    CdataSection,
    /// A comment beside text, which makes software read two different texts.
    #[error("it holds a comment inside text")]
    CommentInText,
    /// A line break or tab as such inside an attribute value.
    #[error("it holds a line break or tab inside an attribute value")]
    LineBreakInAttribute,
    /// Elements nested too deep.
    #[error("its elements are nested more than {limit} deep")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// Too many attributes on one element.
    #[error("one of its elements has more than {limit} attributes")]
    TooManyAttributes {
        /// The limit per element.
        limit: usize,
    },
    /// Two elements carry the same identifier.
    #[error("two of its elements have the same ID")]
    DuplicateId,
    /// Not well-formed XML.
    #[error("it is not well-formed XML")]
    Malformed,
    /// An element that may stand once is there twice.
    #[error("the element {0} stands there more than once")]
    Repeated(&'static str),
    /// An element that should hold text holds elements.
    #[error("the element {0} holds something other than text")]
    NotText(String),
}
