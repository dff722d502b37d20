//! Our one parser against libxml2: a document that we accept is well-formed there too, and canonicalises to the same octets.
//!
//! Two programs that read one message differently are how signatures are got around (CVE-2025-25291, CVE-2025-25292).
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use selfsame_saml::xml::{Document, Limits, canonical_without};
use service::{Draft, fixture, path_of, receive_post, sign, temporary, tool};

const LIMITS: Limits = Limits { max_octets: 65_536 };

fn ours(octets: &[u8]) -> Option<String> {
    let document = Document::parse(octets, LIMITS).ok()?;
    let canonical = canonical_without(&document, document.root().ok()?, None, &[]).ok()?;
    Some(String::from_utf8(canonical).unwrap())
}

/// What libxml2 makes of a document.
enum Theirs {
    Canonical(String),
    Refused,
    /// It looks into namespace names (a port that is no number). They are only compared here, so that makes no second reading.
    NamespaceIsNoUri,
}

fn libxml2(octets: &[u8]) -> Theirs {
    let file = temporary("");
    std::fs::write(file.path(), octets).unwrap();
    let output = tool("xmllint", &["--nonet", "--exc-c14n", path_of(&file)]);
    let complaints = String::from_utf8_lossy(&output.stderr);
    if complaints.contains("is not a valid URI") {
        return Theirs::NamespaceIsNoUri;
    }
    // It goes on after errors of namespaces, so success alone says too little.
    if !output.status.success() || complaints.contains("error") {
        return Theirs::Refused;
    }
    let text = String::from_utf8(output.stdout).unwrap();
    // The line break at the end is its own.
    Theirs::Canonical(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}

fn without_comments(canonical: &str) -> String {
    let mut out = String::new();
    let mut rest = canonical;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, rest)| rest);
    }
    out + rest
}

fn assert_same(octets: &[u8]) -> Result<(), TestCaseError> {
    let Some(ours) = ours(octets) else {
        return Ok(());
    };
    let shown = String::from_utf8_lossy(octets).into_owned();
    match libxml2(octets) {
        Theirs::NamespaceIsNoUri => {}
        Theirs::Refused => {
            prop_assert!(false, "accepted, but not well-formed to libxml2: {shown:?}")
        }
        // Comments beside the document element are not part of the subtree that we canonicalise.
        Theirs::Canonical(theirs) => {
            let theirs = without_comments(&theirs);
            prop_assert_eq!(ours, theirs.trim(), "{:?}", shown);
        }
    }
    Ok(())
}

/// Names with and without prefix, bound and unbound.
fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("a"),
        Just("p:a"),
        Just("q:b"),
        Just("c"),
        Just("xml:lang")
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("1"),
        Just("&lt;&amp;&quot;&apos;&gt;"),
        Just("&#9;&#xA;&#13;"),
        Just(" a  b "),
        Just("é€😀"),
        Just("&#x1F600;"),
        Just("'>"),
    ];
    let declaration = prop_oneof![
        Just("xmlns=\"urn:1\""),
        Just("xmlns=\"\""),
        Just("xmlns:p=\"urn:1\""),
        Just("xmlns:p=\"urn:2\""),
        Just("xmlns:q=\"urn:1\""),
        Just("xmlns:q='urn:3'"),
        Just("xmlns:p=\"\""),
        Just("xmlns:xml=\"urn:4\""),
        Just("xml:space=\"preserve\""),
    ];
    prop_oneof![
        (name(), value).prop_map(|(name, value)| format!("{name} = \"{value}\"")),
        declaration.prop_map(str::to_owned),
    ]
}

/// A tree that is mostly well-formed and uses namespaces in every odd way.
fn tree() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just(String::new()),
        Just("t".to_owned()),
        Just("\r\n \n".to_owned()),
        Just("&gt;&#13;]]&#62;".to_owned()),
        Just("]]>".to_owned()),
        Just("&#0;".to_owned()),
        Just("&#xFFFE;".to_owned()),
        Just("\u{1}".to_owned()),
        Just("<!-- -->".to_owned()),
        Just("<!-- - -->".to_owned()),
        Just("<!-- -- -->".to_owned()),
        Just("\u{85}".to_owned()),
    ];
    let attributes = || proptest::collection::vec(attribute(), 0..4).prop_map(|all| all.join(" "));
    let leaf = (name(), attributes(), text)
        .prop_map(|(name, attributes, text)| format!("<{name} {attributes}>{text}</{name} >"));
    let empty =
        (name(), attributes()).prop_map(|(name, attributes)| format!("<{name}\n{attributes}/>"));
    prop_oneof![leaf, empty].prop_recursive(4, 24, 4, move |inner| {
        (name(), attributes(), proptest::collection::vec(inner, 0..4)).prop_map(
            |(name, attributes, children)| {
                format!("<{name} {attributes}>{}</{name}>", children.concat())
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_trees_with_odd_namespaces(tree in tree()) {
        assert_same(format!("<r xmlns:p='urn:p' xmlns:q='urn:q'>{tree}</r>").as_bytes())?;
    }

    #[test]
    fn on_genuine_messages_with_an_octet_changed(at in 0_usize..4000, octet in prop_oneof![any::<u8>(), Just(b'&'), Just(b'<'), Just(b'"'), Just(b' '), Just(b':')]) {
        let mut octets = STANDARD.decode(fixture("pysaml2/post.txt").trim_end()).unwrap();
        let at = at % octets.len();
        octets[at] = octet;
        assert_same(&octets)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// xmlsec1 signs whatever stands in Extensions; what we do not refuse as XML has to verify.
    #[test]
    fn what_xmlsec1_signs_verifies_here(tree in tree()) {
        let draft = Draft::by_post().children(&format!("<samlp:Extensions xmlns:p='urn:p' xmlns:q='urn:q'>{tree}</samlp:Extensions>"));
        if ours(draft.xml().as_bytes()).is_some() {
            let template = service::SignatureTemplate::over("_request-1").xml();
            let signed = sign(&draft.xml_with(&template), "sp-rsa");
            let received = receive_post(&signed, &service::service());
            prop_assert_eq!(service::outcome(&received), "accepted", "{}", signed);
        }
    }
}

#[test]
fn a_document_that_is_ambiguous_is_refused() {
    for xml in [
        "<r a='1' a='2'/>",
        "<?xml version='1.1'?><r/>",
        "<?xml version='1.0' version='1.0'?><r/>",
        "<?xml version='1.0' standalone='maybe'?><r/>",
        "<?xml encoding='utf-8'?><r/>",
        "<?xml version='1.0'encoding='utf-8'?><r/>",
        "<?xml version='1.0\"?><r/>",
        " <?xml version='1.0'?><r/>",
        "<r xmlns:p='urn:1' xmlns:q='urn:1' p:a='1' q:a='2'/>",
        "<r xmlns:p='urn:1' xmlns:p='urn:2'/>",
        "<r xmlns:p=''/>",
        "<p:r/>",
        "<r p:a=''/>",
        "<r><a></r></a>",
        "<r>&#0;</r>",
        "<r>&#x1;</r>",
        "<r>\u{1}</r>",
        "<r>]]></r>",
        "<r a='<'/>",
        "<r a=1/>",
        "<r><!-- -- --></r>",
        "<1/>",
        "<r/><r/>",
        "r<r/>",
        "<r/>&#32;",
        "",
        " ",
    ] {
        assert!(Document::parse(xml.as_bytes(), LIMITS).is_err(), "{xml}");
    }
}
