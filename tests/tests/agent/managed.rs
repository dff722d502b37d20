//! A computer that somebody manages: what the policy file can do, and what it cannot.

use super::bench::{Agent, Idp, enrolment};

#[test]
fn a_managed_computer_enrols_at_its_server_and_at_no_other() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let policy = format!(
        r#"{{"Server": "{}", "CaFile": "{}"}}"#,
        idp.origin(),
        idp.authority()
    );
    let token = idp.token();
    let elsewhere = [
        "enrol",
        "--server",
        "https://evil.example.org",
        "--token",
        &token,
    ];
    let refused = agent.run_managed(&policy, "644", &elsewhere);
    assert_eq!(refused.code, 15, "{}", refused.err);
    assert!(refused.err.contains("managed"), "{}", refused.err);
    let enrolled = agent.run_managed(&policy, "644", &["enrol", "--token", &token]);
    assert_eq!(enrolled.code, 0, "{}", enrolled.err);
}

#[test]
fn a_policy_that_cannot_be_used_is_named_with_its_line_and_spends_no_token() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let (origin, authority, token) = (idp.origin(), idp.authority(), idp.token());
    let enrol = enrolment(&origin, &authority, &token);
    for (policy, mode, why) in [
        ("{\n \"Tray\": maybe}", "644", "line 2, column"),
        (r#"{"Tray": "no"}"#, "644", "Tray must be true or false"),
        (r#"{"Tray": false}"#, "666", "may write to it"),
    ] {
        let said = agent.run_managed(policy, mode, &enrol);
        assert_eq!(said.code, 20, "{}", said.err);
        assert!(
            said.err.contains("/etc/selfsame/policy.json"),
            "{}",
            said.err
        );
        assert!(said.err.contains(why), "{}", said.err);
    }
    assert_eq!(agent.run(&enrol).code, 0, "the token is as good as new");
}

#[test]
fn a_running_agent_names_what_the_policy_set_what_it_does_not_know_and_who_helps() {
    let agent = Agent::new();
    let policy = r#"{"Tray": false, "Support": "extension 4711", "Colour": "blue"}"#;
    let _running = agent.start_managed(policy);
    let status = agent.run(&["status", "--json"]).json();
    assert_eq!(status["policy"]["source"], "/etc/selfsame/policy.json");
    assert_eq!(status["policy"]["values"]["Tray"], false);
    let text = agent.run(&["status"]).out;
    for part in ["Support, Tray, set by", "Colour", "extension 4711"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
