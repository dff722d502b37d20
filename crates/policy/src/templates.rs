//! What IT's tools read, made from the table of keys. `policy-templates` writes it; a test compares
//! it with what is in the tree.

mod admx;
mod apple;
mod linux;
mod page;

use crate::KEYS;

/// A file of the tree, with a path from its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Where it lies.
    pub path: &'static str,
    /// What it holds.
    pub text: String,
}

/// Every template.
pub fn all() -> Vec<Template> {
    let file = |path, text| Template { path, text };
    vec![
        file(
            "packaging/policy/windows/selfsame.admx",
            admx::definitions(KEYS),
        ),
        file(
            "packaging/policy/windows/en-US/selfsame.adml",
            admx::words(KEYS),
        ),
        file(
            "packaging/policy/macos/selfsame.mobileconfig",
            apple::profile(KEYS),
        ),
        file(
            "packaging/policy/macos/selfsame.manifest.plist",
            apple::manifest(KEYS),
        ),
        file(
            "packaging/policy/linux/policy.schema.json",
            linux::schema(KEYS),
        ),
        file("packaging/policy/linux/policy.json", linux::sample(KEYS)),
        file("docs/policy.md", page::page(KEYS)),
    ]
}

/// Text inside an XML element or attribute.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
