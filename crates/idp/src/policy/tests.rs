//! Which rule decides, and what it comes to: a table of rules and moments.

use selfsame_protocol::Level;

use super::*;
use crate::{
    date::parse_rfc3339,
    decide::{Against, DemoBuilds, Way, Ways},
    service_settings::{Asks, Mode},
};

const RULES: &str = r#"
zone = "+01:00"

[[rule]]
name = "contractors"
groups = ["contractors"]
mode = "observe"

[[rule]]
name = "payroll-elsewhere"
services = ["urn:payroll"]
networks = ["203.0.113.0/24", "2001:db8::/32"]
level = "1e-3"
mode = "enforce"

[[rule]]
name = "payroll"
services = ["urn:payroll", "radius:vpn"]
evidence-within = 20
channels = ["extension", "gateway"]

[[rule]]
name = "nights"
days = ["wed"]
hours = "22:00-06:00"
hard-factor-within = "12h"
daily-cap = 5
"#;

/// A Wednesday noon.
const NOON: &str = "2026-11-25T12:00:00Z";

fn version() -> Version {
    Version {
        number: 3,
        rules: file::parse(RULES).unwrap(),
    }
}

fn own() -> Policy {
    Policy::least(DemoBuilds::Refused)
}

fn ask(service: &str, groups: &[&str], address: Option<&str>, now: &str) -> Asked {
    let groups: Vec<_> = groups.iter().map(ToString::to_string).collect();
    let circumstances = Circumstances {
        service,
        groups: &groups,
        address: address.map(|address| address.parse().unwrap()),
        now: parse_rfc3339(now).unwrap(),
    };
    version().ask(own(), &circumstances)
}

/// The rule that decides, and where, who and when it is.
type Row<'a> = (
    Option<&'a str>,
    &'a str,
    &'a [&'a str],
    Option<&'a str>,
    &'a str,
);

#[test]
fn the_first_rule_that_fits_decides() {
    let (payroll, other) = ("urn:payroll", "urn:other");
    let abroad = Some("203.0.113.7");
    let table: &[Row<'_>] = &[
        (
            Some("contractors"),
            payroll,
            &["staff", "Contractors"],
            abroad,
            NOON,
        ),
        (Some("payroll-elsewhere"), payroll, &["staff"], abroad, NOON),
        (
            Some("payroll-elsewhere"),
            payroll,
            &[],
            Some("2001:db8::7"),
            NOON,
        ),
        (Some("payroll"), payroll, &[], Some("198.51.100.1"), NOON),
        // Nobody says where the browser is: the rule about the place does not fit.
        (Some("payroll"), payroll, &[], None, NOON),
        (Some("payroll"), "radius:vpn", &[], None, NOON),
        // 23:00 and 05:00 of a Wednesday in the zone of the file; 23:00 UTC is Thursday there.
        (Some("nights"), other, &[], None, "2026-11-25T22:00:00Z"),
        (Some("nights"), other, &[], None, "2026-11-25T04:00:00Z"),
        (None, other, &[], None, "2026-11-25T23:00:00Z"),
        (None, other, &[], None, NOON),
        (None, "urn:payroll ", &[], None, NOON),
    ];
    for (expected, service, groups, address, now) in table {
        let asked = ask(service, groups, *address, now);
        assert_eq!(
            asked.by.rule.as_deref(),
            *expected,
            "{service} {groups:?} {now}"
        );
        assert_eq!(asked.by.version, 3);
    }
}

#[test]
fn what_a_rule_asks_for_is_added_to_what_is_set_for_the_service() {
    let elsewhere = ask("urn:payroll", &[], Some("203.0.113.7"), NOON).policy;
    let enforced = Against {
        different: true,
        injected_input: true,
        remote_session: false,
    };
    assert_eq!(
        elsewhere,
        own().at_level(Level::Fmr1e3).held_after(enforced)
    );
    let payroll = ask("urn:payroll", &[], None, NOON).policy;
    let ways = Ways::of(&[Way::Extension, Way::Gateway]);
    assert_eq!(payroll, own().evidence_within(20).by_ways(ways));
    let nights = ask("urn:other", &[], None, "2026-11-25T22:00:00Z").policy;
    assert_eq!(
        nights,
        own().hard_factor_within(12 * 3_600_000).daily_cap(5)
    );
    let observed = ask("urn:payroll", &["contractors"], None, NOON).policy;
    assert_eq!(observed, own().only_observing());
    assert_eq!(ask("urn:other", &[], None, NOON).policy, own());
}

#[test]
fn a_rule_that_names_less_than_the_service_asks_for_changes_nothing() {
    let text = "[[rule]]\nname = \"loose\"\nmode = \"assist\"\nlevel = \"1e-2\"\nevidence-within = 60\n\
                keys = \"any\"\nchannels = [\"extension\", \"loopback\", \"gateway\", \"code\"]\n";
    let loose = Version {
        number: 1,
        rules: file::parse(text).unwrap(),
    };
    let strict = Asks {
        level: Level::Fmr1e4,
        evidence_within_s: 5,
        channels: crate::service_settings::Channels::Extension,
        keys: crate::service_settings::KeysAllowed::Hardware,
    };
    let own = strict.policy(Mode::Observe, DemoBuilds::Refused);
    let circumstances = Circumstances {
        service: "urn:any",
        groups: &[],
        address: None,
        now: UnixMillis(0),
    };
    assert_eq!(loose.ask(own, &circumstances).policy, own);
}

#[test]
fn without_rules_only_what_is_set_for_the_service_counts() {
    let circumstances = Circumstances {
        service: "urn:any",
        groups: &[],
        address: None,
        now: UnixMillis(0),
    };
    let asked = Version::default().ask(own(), &circumstances);
    assert_eq!((asked.policy, asked.by), (own(), AskedBy::default()));
}

#[test]
fn a_difference_names_the_rules_that_come_go_and_change() {
    let old = version().rules;
    let text = RULES
        .replace("nights", "evenings")
        .replace("evidence-within = 20", "evidence-within = 10");
    let difference = difference::between(&old, &file::parse(&text).unwrap());
    assert_eq!(difference["added"][0]["name"], "evenings");
    assert_eq!(difference["removed"][0]["name"], "nights");
    assert_eq!(difference["changed"][0]["old"]["evidence-within"], 20);
    assert_eq!(difference["changed"][0]["new"]["evidence-within"], 10);
    assert_eq!(difference["changed"].as_array().map(Vec::len), Some(1));
    assert_eq!(difference["new_order"][3], "evenings");
}
