//! What changes from one version to the next, rule by rule, for the audit log and for whoever applies it.

use serde_json::{Value, json};

use super::{PolicyRule, Rules};

/// The rules that come, go and change; a rule is known by its name.
pub fn between(old: &Rules, new: &Rules) -> Value {
    let found =
        |rules: &Rules, name: &str| rules.rules.iter().find(|rule| rule.name == name).cloned();
    let only_in = |one: &Rules, other: &Rules| -> Vec<PolicyRule> {
        let is_missing = |rule: &&PolicyRule| found(other, &rule.name).is_none();
        one.rules.iter().filter(is_missing).cloned().collect()
    };
    let changed: Vec<_> = new
        .rules
        .iter()
        .filter_map(|rule| {
            let before = found(old, &rule.name).filter(|before| before != rule)?;
            Some(json!({ "old": before, "new": rule }))
        })
        .collect();
    let names = |rules: &Rules| -> Vec<String> {
        rules.rules.iter().map(|rule| rule.name.clone()).collect()
    };
    json!({
        "added": only_in(new, old),
        "removed": only_in(old, new),
        "changed": changed,
        "old_order": names(old),
        "new_order": names(new),
        "zone_changed": old.zone != new.zone,
    })
}
