//! A writer that can only write Exclusive-C14N form: what it produces is already the octets to be digested.
//!
//! The caller keeps two rules that a writer without a tree cannot see: a namespace is declared on the outermost element
//! that uses its prefix and nowhere inside, and all attributes are in no namespace, named in ascending order.

use std::fmt::Write as _;

/// Writes one element after the other. Element and attribute names are literals of this crate, never input.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<&'static str>,
}

impl Writer {
    /// A writer with room for `capacity` octets.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            out: String::with_capacity(capacity),
            open: Vec::with_capacity(8),
        }
    }

    /// Opens an element. `namespaces` are (prefix, name) pairs in ascending order of prefix.
    pub fn open(
        &mut self,
        name: &'static str,
        namespaces: &[(&'static str, &str)],
        attributes: &[(&'static str, &str)],
    ) {
        debug_assert!(
            namespaces.is_sorted_by(|a, b| a.0 < b.0),
            "namespaces out of order on {name}"
        );
        debug_assert!(
            attributes.is_sorted_by(|a, b| a.0 < b.0),
            "attributes out of order on {name}"
        );
        self.out.push('<');
        self.out.push_str(name);
        for (prefix, namespace) in namespaces {
            self.out.push_str(" xmlns:");
            self.attribute(prefix, namespace);
        }
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.attribute(attribute, value);
        }
        self.out.push('>');
        self.open.push(name);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_attribute(value, &mut self.out);
        self.out.push('"');
    }

    /// Writes text inside the element that is open.
    pub fn text(&mut self, text: &str) {
        escape_text(text, &mut self.out);
    }

    /// Closes the element opened last.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// An element with text only.
    pub fn leaf(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.open(name, &[], attributes);
        self.text(text);
        self.close();
    }

    /// Takes over octets that are canonical already.
    pub(crate) fn canonical(&mut self, fragment: &str) {
        self.out.push_str(fragment);
    }

    /// How much is written so far, in octets.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// Closes what is open and hands over the document.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

/// Canonical XML 1.0 §2.3, text nodes. Characters that XML cannot hold become U+FFFD.
fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(allowed(c)),
        }
    }
}

/// Canonical XML 1.0 §2.3, attribute nodes.
fn escape_attribute(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#x{:X};", u32::from(c));
            }
            c => out.push(allowed(c)),
        }
    }
}

/// XML 1.0 §2.2, production `Char`.
fn allowed(c: char) -> char {
    match c {
        '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
            '\u{FFFD}'
        }
        c => c,
    }
}
