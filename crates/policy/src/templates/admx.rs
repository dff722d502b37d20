//! Group Policy: definitions (ADMX) and their words (ADML). Values land below
//! `HKLM\Software\Policies\Selfsame`.

use super::xml;
use crate::{Key, Kind};

const REGISTRY: &str = r"Software\Policies\Selfsame";

pub fn definitions(keys: &[Key]) -> String {
    let policies: String = keys.iter().map(definition).collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="selfsame" namespace="Selfsame.Policies.Selfsame"/>
    <using prefix="windows" namespace="Microsoft.Policies.Windows"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <categories>
    <category name="Selfsame" displayName="$(string.Selfsame)"/>
  </categories>
  <policies>
{policies}  </policies>
</policyDefinitions>
"#
    )
}

fn definition(key: &Key) -> String {
    let name = key.name;
    let head = format!(
        r#"    <policy name="{name}" class="Machine" displayName="$(string.{name})" explainText="$(string.{name}_Explain)" key="{REGISTRY}""#
    );
    let frame = r#"<parentCategory ref="Selfsame"/>
      <supportedOn ref="windows:SUPPORTED_Windows_10_0"/>"#;
    if key.kind == Kind::Flag {
        return format!(
            r#"{head} valueName="{name}">
      {frame}
      <enabledValue><decimal value="1"/></enabledValue>
      <disabledValue><decimal value="0"/></disabledValue>
    </policy>
"#
        );
    }
    format!(
        r#"{head} presentation="$(presentation.{name})">
      {frame}
      <elements>
        {}
      </elements>
    </policy>
"#,
        element(key)
    )
}

fn element(key: &Key) -> String {
    let name = key.name;
    match key.kind {
        Kind::Choice(words) => {
            let items: Vec<String> = words
                .iter()
                .map(|word| {
                    format!(
                        r#"<item displayName="$(string.{name}_{word})"><value><string>{word}</string></value></item>"#
                    )
                })
                .collect();
            format!(
                "<enum id=\"{name}\" valueName=\"{name}\" required=\"true\">\n          {}\n        </enum>",
                items.join("\n          ")
            )
        }
        Kind::Text(longest) => format!(
            r#"<text id="{name}" valueName="{name}" required="true" maxLength="{longest}"/>"#
        ),
        _ => format!(r#"<text id="{name}" valueName="{name}" required="true"/>"#),
    }
}

pub fn words(keys: &[Key]) -> String {
    let strings: String = keys.iter().map(strings).collect();
    let presentations: String = keys
        .iter()
        .filter(|key| key.kind != Kind::Flag)
        .map(presentation)
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <displayName>Selfsame</displayName>
  <description>Settings of the Selfsame agent</description>
  <resources>
    <stringTable>
      <string id="Selfsame">Selfsame</string>
{strings}    </stringTable>
    <presentationTable>
{presentations}    </presentationTable>
  </resources>
</policyDefinitionResources>
"#
    )
}

fn strings(key: &Key) -> String {
    let name = key.name;
    let words: String = match key.kind {
        Kind::Choice(words) => words
            .iter()
            .map(|word| format!("      <string id=\"{name}_{word}\">{word}</string>\n"))
            .collect(),
        _ => String::new(),
    };
    format!(
        "      <string id=\"{name}\">{}</string>\n      <string id=\"{name}_Explain\">{} Without it: {}.</string>\n{words}",
        xml(key.title),
        xml(key.explanation),
        xml(key.otherwise)
    )
}

fn presentation(key: &Key) -> String {
    let name = key.name;
    let title = xml(key.title);
    let control = match key.kind {
        Kind::Choice(_) => format!(r#"<dropdownList refId="{name}">{title}</dropdownList>"#),
        _ => format!(r#"<textBox refId="{name}"><label>{title}</label></textBox>"#),
    };
    format!("      <presentation id=\"{name}\">{control}</presentation>\n")
}
