//! The console's pages: what they show, and what they never do.

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
    store::{Login, PersonId, Store},
};
use selfsame_protocol::{Reason, Verdict, message::AgentState};
use serde_json::json;

use crate::support::{
    Console, TestDevice, console,
    scene::{ADA, Scene},
    service::ENTITY,
};

const SCRIPT: &str = "<script>alert(1)</script>";
const PAGES: [&str; 9] = [
    "/",
    "/people",
    "/devices",
    "/services",
    "/events",
    "/audit",
    "/tokens",
    "/certificates",
    "/health",
];

async fn number_of(store: &Store, login: &str) -> i64 {
    let login = Login::parse(login).expect("a login");
    let person = store.person(&login).await.expect("the store");
    PersonId::number(person.expect("a person").id)
}

#[tokio::test]
async fn no_page_is_shown_without_a_session() {
    let (server, port) = console::server();
    let browser = server.browser().at(port);
    let rest = ["/people/1", "/service?id=x", "/events/1", "/devices/x"];
    for path in PAGES.iter().chain(&rest) {
        let answer = browser.get(path, &[]).await;
        assert_eq!(answer.status, 401, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_script_in_a_stored_field_is_shown_as_text() {
    let (server, port) = console::server();
    let store = server.store().await;
    let scene = Scene::set_on(server).await;
    let server = &scene.server;
    let device = TestDevice::enrol_as(server, SCRIPT, |enrolment| {
        enrolment.host_label = SCRIPT.to_owned();
        enrolment.agent_version = SCRIPT.to_owned();
    })
    .await;
    server.token(SCRIPT);
    let named = ["sp", "set", ENTITY, "--name", SCRIPT];
    assert!(server.cli(&named).status.success());
    let check = Record::new(SCRIPT, Action::CheckOtherFactor, SCRIPT).with(json!({
        "check": SCRIPT, "request": SCRIPT, "rule": SCRIPT, "channel": SCRIPT, "verdict": SCRIPT,
        "level": SCRIPT, "reasons": [SCRIPT], "would": SCRIPT,
    }));
    store
        .append_audit(check, Clock::start().wall())
        .await
        .expect("written");
    let line = store.last_line().await.expect("the log");
    let console = Console::open(server, port).await;
    let ones = [
        format!("/people/{}", number_of(&store, SCRIPT).await),
        format!("/devices/{}", device.id()),
        format!("/service?id={ENTITY}"),
        format!("/events/{line}"),
        "/audit?actor=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        "/events?rule=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
        "/people?q=%3Cscript%3E".to_owned(),
        "/devices?q=%3Cscript%3E".to_owned(),
    ];
    for path in PAGES.map(str::to_owned).iter().chain(&ones) {
        let page = console.page(path).await;
        assert!(!page.contains("<script"), "{path}: {page}");
        let shows_nothing = ["/certificates", "/health"].contains(&path.as_str());
        assert!(shows_nothing || page.contains("&#60;script&#62;"), "{path}");
    }
}

#[tokio::test]
async fn an_event_says_which_rule_decided_and_why_in_the_persons_own_words() {
    let (server, port) = console::server();
    let mut scene = Scene::set_on(server).await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    tokio::join!(
        scene.visit.prove(&page, &proof),
        scene.device.answer(&mut link, |verdict| {
            verdict.verdict = Verdict::Unsure;
            verdict.level = None;
            verdict.reasons = vec![Reason::TooLittleInput];
        })
    );
    scene.visit.respond(&page).await;
    let line = scene.server.last_line()["seq"].as_i64().expect("a number");
    let console = Console::open(&scene.server, port).await;
    let events = console.page("/events?person=ada@example.com").await;
    assert!(
        events.contains("could not tell whether it was the person"),
        "{events}"
    );
    let event = console.page(&format!("/events/{line}")).await;
    assert!(event.contains(Reason::TooLittleInput.sentence()), "{event}");
    assert!(event.contains("<code>verdict-unsure</code>"), "{event}");
    let none = console.page("/events?rule=all-rules-met").await;
    assert!(none.contains("No such check"), "{none}");
}

#[tokio::test]
async fn no_page_says_when_somebody_was_active_or_for_how_long_not() {
    let (server, port) = console::server();
    let mut scene = Scene::set_on(server).await;
    let mut link = scene.device.link(&scene.server, 1).await;
    link.say(&scene.device.state(AgentState::Active)).await;
    let page = scene.arrive().await;
    scene.recognised(&page, &mut link).await;
    scene.visit.respond(&page).await;
    let line = scene.server.last_line()["seq"].as_i64().expect("a number");
    let console = Console::open(&scene.server, port).await;
    let store = scene.server.store().await;
    for path in [format!("/events/{line}"), "/audit".to_owned()] {
        let page = console.page(&path).await;
        assert!(
            page.contains(ADA) && !page.contains("evidence"),
            "{path}: {page}"
        );
    }
    let ones = [
        format!("/people/{}", number_of(&store, ADA).await),
        format!("/devices/{}", scene.device.id()),
        "/devices".to_owned(),
        "/people".to_owned(),
    ];
    for path in ones {
        let page = console.page(&path).await;
        // Every moment is written as RFC 3339, every day without a time.
        assert!(
            page.contains(ADA) && !page.contains("00Z") && !page.contains(":0"),
            "{path}: {page}"
        );
    }
}

#[tokio::test]
async fn a_broken_chain_is_seen_and_a_whole_one_as_well() {
    let (server, port) = console::server();
    server.token(ADA);
    let console = Console::open(&server, port).await;
    for path in ["/audit", "/audit?whole=yes"] {
        let page = console.page(path).await;
        assert!(page.contains("The chain holds"), "{page}");
    }
    crate::audit_log::tamper(&server, &crate::audit_log::UNLOCK).await;
    let change = ["UPDATE audit SET target = 'eve' WHERE action = 'token-created'"];
    crate::audit_log::tamper(&server, &change).await;
    let page = console.page("/audit").await;
    assert!(page.contains("The chain is broken"), "{page}");
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_by_what_is_looked_for() {
    let (server, port) = console::server();
    let store = server.store().await;
    for n in 0..60 {
        let record = Record::new("cli", Action::TokenCreated, format!("person-{n}"));
        store
            .append_audit(record, Clock::start().wall())
            .await
            .expect("written");
    }
    let console = Console::open(&server, port).await;
    let first = console.page("/audit?action=token-created").await;
    assert!(
        first.contains("person-59") && !first.contains("person-9<"),
        "{first}"
    );
    let next = first.split_once("before=").expect("more").1;
    let next = next.split('"').next().expect("a number");
    let second = console
        .page(&format!("/audit?action=token-created&before={next}"))
        .await;
    assert!(
        second.contains("person-9<") && !second.contains("person-59"),
        "{second}"
    );
    let one = console.page("/audit?target=person-7").await;
    assert!(
        one.contains("person-7<") && !one.contains("person-8<"),
        "{one}"
    );
}

#[tokio::test]
async fn the_overview_counts_prompts_that_nobody_had_to_see() {
    let (server, port) = console::server();
    let store = server.store().await;
    let now = Clock::start().wall();
    let checks = [
        (Action::CheckApproved, "all-rules-met", 3, 0),
        (Action::CheckOtherFactor, "observe-only", 2, 0),
        (Action::CheckOtherFactor, "no-presence", 5, 0),
        // Too long ago to be counted.
        (Action::CheckApproved, "all-rules-met", 7, -30),
    ];
    for (action, rule, count, days) in checks.into_iter().rev() {
        for _ in 0..count {
            let record = Record::new(ADA, action, ENTITY).with(json!({ "rule": rule }));
            store
                .append_audit(record, now.plus(days * 86_400_000))
                .await
                .expect("written");
        }
    }
    let page = Console::open(&server, port).await.page("/").await;
    assert!(page.contains("<b>3</b> <span>prompts removed"), "{page}");
    assert!(
        page.contains("<b>2</b> <span>more would have been"),
        "{page}"
    );
    assert!(page.contains("No Selfsame on the computer"), "{page}");
}

#[tokio::test]
async fn a_device_that_cannot_see_input_is_called_broken() {
    let (server, port) = console::server();
    let device = TestDevice::enrol(&server, ADA).await;
    let mut link = device.link(&server, 1).await;
    link.say(&device.state(AgentState::NeedsPermission)).await;
    let console = Console::open(&server, port).await;
    wait_for(
        &console,
        "/devices?show=broken",
        "does not let it see input",
    )
    .await;
    let none = console.page("/devices?show=learning").await;
    assert!(none.contains("No devices here"), "{none}");
}

/// What a device says is stored a moment later.
async fn wait_for(console: &Console, path: &str, text: &str) {
    for _ in 0..100 {
        if console.page(path).await.contains(text) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{path} never said {text}");
}
