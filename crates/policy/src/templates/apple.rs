//! macOS: a configuration profile with every key at its example, and a manifest for profile editors.

use super::xml;
use crate::{Key, Kind};

/// The preference domain that the agent reads.
const DOMAIN: &str = "io.selfsame.agent";
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
"#;

pub fn profile(keys: &[Key]) -> String {
    let settings: String = keys
        .iter()
        .map(|key| format!("      <key>{}</key>\n      {}\n", key.name, example(key)))
        .collect();
    format!(
        "{HEAD}<dict>
  <key>PayloadType</key>
  <string>Configuration</string>
  <key>PayloadVersion</key>
  <integer>1</integer>
  <key>PayloadIdentifier</key>
  <string>{DOMAIN}.profile</string>
  <key>PayloadUUID</key>
  <string>6E1F0C53-9D0B-4B63-9E0B-0C5A1F6B7A10</string>
  <key>PayloadDisplayName</key>
  <string>Selfsame</string>
  <key>PayloadScope</key>
  <string>System</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key>
      <string>{DOMAIN}</string>
      <key>PayloadVersion</key>
      <integer>1</integer>
      <key>PayloadIdentifier</key>
      <string>{DOMAIN}.settings</string>
      <key>PayloadUUID</key>
      <string>B4B2F7A4-39E5-4F8E-8B6D-2F3C7C1D5E11</string>
{settings}    </dict>
  </array>
</dict>
</plist>
"
    )
}

pub fn manifest(keys: &[Key]) -> String {
    let subkeys: String = keys.iter().map(subkey).collect();
    format!(
        "{HEAD}<dict>
  <key>pfm_domain</key>
  <string>{DOMAIN}</string>
  <key>pfm_title</key>
  <string>Selfsame</string>
  <key>pfm_description</key>
  <string>Settings of the Selfsame agent</string>
  <key>pfm_format_version</key>
  <integer>1</integer>
  <key>pfm_version</key>
  <integer>1</integer>
  <key>pfm_platforms</key>
  <array>
    <string>macOS</string>
  </array>
  <key>pfm_subkeys</key>
  <array>
{subkeys}  </array>
</dict>
</plist>
"
    )
}

fn subkey(key: &Key) -> String {
    let kind = if key.kind == Kind::Flag {
        "boolean"
    } else {
        "string"
    };
    let choices = match key.kind {
        Kind::Choice(words) => format!(
            "      <key>pfm_range_list</key>\n      <array>\n{}      </array>\n",
            words
                .iter()
                .map(|word| format!("        <string>{word}</string>\n"))
                .collect::<String>()
        ),
        _ => String::new(),
    };
    format!(
        "    <dict>
      <key>pfm_name</key>
      <string>{}</string>
      <key>pfm_title</key>
      <string>{}</string>
      <key>pfm_description</key>
      <string>{}</string>
      <key>pfm_type</key>
      <string>{kind}</string>
{choices}    </dict>
",
        key.name,
        xml(key.title),
        xml(key.explanation)
    )
}

fn example(key: &Key) -> String {
    match key.example {
        "true" => "<true/>".to_owned(),
        "false" => "<false/>".to_owned(),
        text => format!("<string>{}</string>", xml(text.trim_matches('"'))),
    }
}
