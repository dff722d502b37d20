//! The writer against xmllint and lxml: whatever is put in, what comes out is its own Exclusive-C14N form.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/service.rs"]
mod service;

use proptest::prelude::*;
use selfsame_saml::xml::{Document, Limits, Writer, canonical_without};
use service::{path_of, temporary, tool};

fn xmllint(xml: &str) -> String {
    let file = temporary(xml);
    let output = tool("xmllint", &["--exc-c14n", path_of(&file)]);
    assert!(
        output.status.success(),
        "{}\n{xml}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    // xmllint ends its output with a line break that is not part of the form.
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// Every kind of character that escaping could get wrong.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("&".to_owned()),
        Just("<".to_owned()),
        Just(">".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("]]>".to_owned()),
        Just("\r\n".to_owned()),
        Just("\t ".to_owned()),
        Just("&#xD;".to_owned()),
        Just("<!--".to_owned()),
        Just("\u{85}\u{2028}".to_owned()),
        any::<char>().prop_map(String::from),
        "[ -~]{0,8}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn written(attribute: &str, text: &str, namespace: &str) -> String {
    let mut xml = Writer::default();
    xml.open(
        "a:root",
        &[("a", "urn:a"), ("b", namespace)],
        &[("First", attribute), ("Second", text)],
    );
    xml.leaf("a:leaf", &[], text);
    xml.open("b:inner", &[], &[("Id", attribute)]);
    xml.leaf("c", &[("Value", text)], "");
    xml.text(attribute);
    xml.finish()
}

/// `b` has to be used on the element that declares it, or the canonical form would not have it there.
fn well_placed(attribute: &str, text: &str) -> String {
    let mut xml = Writer::default();
    xml.open(
        "a:root",
        &[("a", "urn:a")],
        &[("First", attribute), ("Second", text)],
    );
    xml.leaf("a:leaf", &[], text);
    xml.open("b:inner", &[("b", "urn:b")], &[("Id", attribute)]);
    xml.leaf("b:c", &[("Value", text)], "");
    xml.text(attribute);
    xml.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_canonical_to_xmllint(attribute in hostile_text(), text in hostile_text()) {
        let xml = well_placed(&attribute, &text);
        prop_assert_eq!(xmllint(&xml), xml);
    }
}

/// What lxml says to many documents, all in one process.
fn lxml(documents: &[String]) -> Vec<String> {
    const PROGRAM: &str = "import json,sys\nfrom lxml import etree\n\
        print(json.dumps([etree.tostring(etree.fromstring(d.encode()),method='c14n',exclusive=True).decode() \
        for d in json.load(open(sys.argv[1]))]))";
    let file = temporary(&serde_json::to_string(documents).unwrap());
    // Debian's own, which has Debian's lxml.
    let output = tool("/usr/bin/python3", &["-c", PROGRAM, path_of(&file)]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_canonical_to_lxml(pairs in proptest::collection::vec((hostile_text(), hostile_text()), 100)) {
        let documents: Vec<_> = pairs.iter().map(|(attribute, text)| well_placed(attribute, text)).collect();
        for (ours, theirs) in documents.iter().zip(lxml(&documents)) {
            prop_assert_eq!(ours, &theirs);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_canonical_to_the_verifier_and_reads_back(attribute in hostile_text(), text in hostile_text()) {
        let xml = well_placed(&attribute, &text);
        let document = Document::parse(xml.as_bytes(), Limits { max_octets: 1 << 20 }).unwrap();
        let root = document.root().unwrap();
        let canonical = canonical_without(&document, root, None, &[]).unwrap();
        prop_assert_eq!(String::from_utf8(canonical).unwrap(), xml.clone());
        let carried: String = attribute.chars().map(|c| if is_xml_char(c) { c } else { '\u{FFFD}' }).collect();
        prop_assert_eq!(root.attribute("First").unwrap(), carried);
    }

    #[test]
    fn no_text_gets_out_of_its_place(text in hostile_text()) {
        let xml = written(&text, &text, "urn:b");
        let document = Document::parse(xml.as_bytes(), Limits { max_octets: 1 << 20 }).unwrap();
        prop_assert_eq!(document.elements().count(), 4);
    }
}

fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Foreign documents, canonicalised by the verifier's code and by xmllint.
#[test]
fn the_verifier_canonicalises_foreign_documents_as_xmllint_does() {
    for xml in [
        "<?xml version=\"1.0\"?>\n<a:r xmlns:a='urn:a' xmlns:unused='urn:u'  b=\"2\" a = '1' a:c='3'><a:e/>\r\n<f xmlns='urn:f' xmlns:a='urn:a'><a:g/></f></a:r>\n",
        "<r xmlns='urn:r'><e xmlns=''><f/></e><g a='&#9;&#10;&#13;&lt;&gt;&amp;&quot;&apos; '>&#13;&gt;]]&gt;&#x20AC;</g></r>",
        "<x:r xmlns:x='urn:1'><x:r xmlns:x='urn:2'><x:r xmlns:x='urn:1'/></x:r><!-- gone --><y xmlns:z='urn:z' z:b='' xmlns:a='urn:y' a:z=''/></x:r>",
    ] {
        let document = Document::parse(xml.as_bytes(), Limits { max_octets: 4096 }).unwrap();
        let ours = canonical_without(&document, document.root().unwrap(), None, &[]).unwrap();
        let theirs = xmllint(&xml.replace("<!-- gone -->", ""));
        assert_eq!(String::from_utf8(ours).unwrap(), theirs);
    }
}
