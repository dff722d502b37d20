//! A running agent and its server: linked, paused, revoked, erased, and never twice.

use serde_json::Value;

use super::bench::{Agent, Idp};

fn online(status: &Value) -> bool {
    status["link"]["state"] == "online"
}

#[test]
fn an_enrolled_agent_links_and_ends_cleanly_when_asked() {
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let running = agent.start(online);
    let status = agent.until(online);
    assert_eq!(status["demo"], false);
    assert_eq!(status["enrolled"]["person"], "alice@example.com");
    assert_eq!(status["enrolled"]["key_storage"], "software");
    assert_eq!(status["profile"]["trusted"], false);
    assert_eq!(running.terminate(), Some(0));
    assert_eq!(
        agent.run(&["status"]).code,
        20,
        "it says that no agent runs"
    );
}

#[test]
fn two_agents_of_one_person_do_not_run_at_once() {
    let agent = Agent::new();
    let running = agent.start(|_| true);
    let second = agent.run(&["run"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("already running"), "{}", second.err);
    assert!(
        second.err.contains(&running.id().to_string()),
        "{}",
        second.err
    );
    assert_eq!(
        agent.run(&["status", "--json"]).json()["process"],
        running.id()
    );
}

#[test]
fn a_pause_lasts_until_the_person_ends_it() {
    let agent = Agent::new();
    let _running = agent.start(|_| true);
    assert_eq!(agent.run(&["pause", "until-lock"]).code, 0);
    agent.until(|status| !status["paused"].is_null());
    assert_eq!(agent.run(&["resume"]).code, 0);
    agent.until(|status| status["paused"].is_null());
    assert_eq!(
        agent.run(&["why", "--json"]).json()["checks"],
        serde_json::json!([])
    );
}

#[test]
fn an_agent_takes_an_enrolment_that_is_made_while_it_runs() {
    let (agent, idp) = (Agent::new(), Idp::start());
    let _running = agent.start(|status| status["link"]["state"] == "none");
    idp.enrol(&agent);
    agent.until(online);
}

#[test]
fn a_revoked_device_says_so_with_exit_code_14() {
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let _running = agent.start(online);
    let device = agent.until(online)["enrolled"]["device"].clone();
    let device = device.as_str().expect("a device has a name");
    assert_eq!(idp.command(&["device", "revoke", device]).code, 0);
    agent.until(|status| status["link"]["state"] == "ended");
    assert_eq!(agent.run(&["status"]).code, 14);
}

#[test]
fn erase_leaves_the_server_and_nothing_here() {
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let _running = agent.start(online);
    let before = agent.until(online);
    let erased = agent.run(&["erase", "--yes", "--json"]).json();
    assert_eq!(erased["server_told"], true);
    let after = agent.until(|status| status["enrolled"].is_null());
    assert_ne!(
        after["profile"]["generation"],
        before["profile"]["generation"]
    );
    assert_eq!(agent.run(&["status"]).code, 10);
    let devices = idp.command(&["device", "list", "--json"]).out;
    assert!(!devices.contains("\"active\""), "{devices}");
}

#[test]
fn erase_without_a_running_agent_tells_the_server_too() {
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    assert_eq!(
        agent.run(&["erase", "--yes", "--json"]).json()["server_told"],
        true
    );
    assert_eq!(agent.run(&["status"]).code, 10);
}

#[test]
fn a_problem_report_names_nobody_and_only_its_person_can_read_it() {
    let (agent, idp) = (Agent::new(), Idp::start());
    idp.enrol(&agent);
    let _running = agent.start(|status| status["link"]["state"] == "online");
    let written = agent.run(&["report", "--json"]).json();
    let path = written["report"].as_str().expect("a path");
    let text = std::fs::read_to_string(path).expect("it is there");
    assert!(text.contains("\"link\""), "{text}");
    for name in ["alice", "example.com", "localhost"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(path).expect("it is there").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}
