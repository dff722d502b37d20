//! The generic back end, in builds that have it: it sees, and it says what it cannot tell.

use crate::{agent::Agent, nested::Nested};

#[test]
fn the_generic_back_end_sees_typing_and_says_that_it_cannot_tell_who_typed() {
    let servers = Nested::start();
    let agent = Agent::started_with(servers.inner.name(), &["--backend", "rdev"]);
    let status = agent.wait_for("the back end", |status| {
        status["capture"]["backend"] == "rdev"
    });
    assert_eq!(status["capture"]["tells_injected"], false);
    let text = agent.status_text();
    assert!(
        text.contains("cannot tell real typing from a program's"),
        "{text}"
    );
    // The listener has no sign that it began; what is typed before is not seen.
    for _ in 0..10 {
        servers.inner.xdotool(&["type", "--delay", "20", "rhythm"]);
    }
    servers.inner.xdotool(&["mousemove", "100", "100"]);
    agent.wait_for("it saw the typing", |status| {
        status["capture"]["events"]
            .as_u64()
            .is_some_and(|events| events >= 12)
    });
    // Nothing of it may count as a person's: no keys are learnt.
    let status = agent.status().expect("it runs");
    assert_eq!(status["profile"]["progress"]["keys_learnt"], 0);
}
