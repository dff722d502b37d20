//! The commands without a running agent: what they say and how they end.

use super::bench::{Agent, Idp, enrolment, free_port};

#[test]
fn without_an_enrolment_each_command_ends_with_the_documented_code() {
    let agent = Agent::new();
    let codes = [
        (&["status"][..], 10),
        (&["doctor"], 10),
        (&["pause"], 20),
        (&["resume"], 20),
        (&["why"], 20),
        (&["report"], 20),
        (&["erase", "--yes"], 0),
        (&["erase"], 2),
        (&["no-such-command"], 2),
        (&["pause", "for-ever"], 2),
        (&["run", "--log", "=="], 2),
        (
            &[
                "enrol",
                "--server",
                "http://idp.example.com",
                "--token",
                "x",
            ],
            2,
        ),
        (&["enrol", "--server", "https://idp.example.com"], 2),
        (&["--help"], 0),
    ];
    for (arguments, code) in codes {
        let said = agent.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
    }
}

#[test]
fn a_failure_says_what_happened_whose_doing_it_is_and_what_to_do() {
    let agent = Agent::new();
    let text = agent.run(&["pause"]).err;
    assert_eq!(text.lines().count(), 3, "{text}");
    let json = agent.run(&["pause", "--json"]).json();
    for part in ["what", "blame", "to_do", "exit"] {
        assert!(json["error"][part].is_string(), "{json}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_is_exit_code_12() {
    let agent = Agent::new();
    let server = format!("https://localhost:{}", free_port());
    let said = agent.run(&["enrol", "--server", &server, "--token", "x"]);
    assert_eq!(said.code, 12, "{}", said.err);
    assert_eq!(agent.run(&["status"]).code, 10);
}

#[test]
fn a_server_of_an_unknown_authority_is_exit_code_13_and_learns_no_token() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let token = idp.token();
    let said = agent.run(&["enrol", "--server", &idp.origin(), "--token", &token]);
    assert_eq!(said.code, 13, "{}", said.err);
    assert!(said.err.contains("--ca-file"), "{}", said.err);
    // The token is as good as new.
    let authority = idp.authority();
    let again = [
        "enrol",
        "--server",
        &idp.origin(),
        "--token",
        &token,
        "--ca-file",
        &authority,
    ];
    assert_eq!(agent.run(&again).code, 0);
}

#[test]
fn a_wrong_or_used_token_is_refused_with_the_servers_reason() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let (origin, authority, token) = (idp.origin(), idp.authority(), idp.token());
    let enrol = |token: &str, more: &[&str]| {
        let mut arguments = enrolment(&origin, &authority, token).to_vec();
        arguments.extend(more);
        agent.run(&arguments)
    };
    let wrong = enrol("no-such-token", &[]);
    assert_eq!(wrong.code, 15);
    assert!(wrong.err.contains("never made this token"), "{}", wrong.err);
    assert_eq!(agent.run(&["status"]).code, 10, "nothing was kept");
    assert_eq!(enrol(&token, &[]).code, 0);
    let enrolled = enrol(&token, &[]);
    assert_eq!(enrolled.code, 2, "it is enrolled already: {}", enrolled.err);
    let used = enrol(&token, &["--replace"]);
    assert_eq!(used.code, 15);
    assert!(used.err.contains("used before"), "{}", used.err);
    let status = agent.run(&["status", "--json"]).json();
    assert_eq!(
        status["enrolled"]["person"], "alice@example.com",
        "the old one stays"
    );
}

#[test]
fn on_a_full_disk_enrolment_says_so_and_the_token_is_as_good_as_new() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let (origin, authority, token) = (idp.origin(), idp.authority(), idp.token());
    let enrol = enrolment(&origin, &authority, &token);
    let said = agent.run_on_a_full_disk(&enrol);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("No space left on device"), "{}", said.err);
    assert!(said.err.contains("the token was not used"), "{}", said.err);
    let said = agent.run(&enrol);
    assert_eq!(said.code, 0, "{}", said.err);
}
