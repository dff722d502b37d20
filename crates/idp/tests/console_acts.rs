//! What is done in the console: by whom, with which form, and what is written down of it.

use selfsame_idp::store::{Role, Standing};
use serde_json::{Value, json};

use crate::support::{
    Console, Server, TestDevice, console,
    scene::ADA,
    service::{ENTITY, TestService},
    visit::between,
};

/// The last line of the log: by whom, what, whom, and the details.
fn last(server: &Server) -> (String, String, String, Value) {
    let line = server.last_line();
    let word = |name: &str| line[name].as_str().expect("a word").to_owned();
    (
        word("actor"),
        word("action"),
        word("target"),
        line["details"].clone(),
    )
}

async fn standing(server: &Server, device: &TestDevice) -> Standing {
    let stored = server.store().await.device(device.id()).await;
    stored.expect("the store").expect("a device").standing
}

#[tokio::test]
async fn a_device_is_suspended_restored_and_revoked_each_with_its_reason() {
    let (server, port) = console::server();
    let device = TestDevice::enrol(&server, ADA).await;
    let console = Console::open(&server, port).await;
    let steps = [
        (
            "suspend",
            "device-suspended",
            Standing::Active,
            Standing::Suspended,
        ),
        (
            "restore",
            "device-restored",
            Standing::Suspended,
            Standing::Active,
        ),
        (
            "revoke",
            "device-revoked",
            Standing::Active,
            Standing::Revoked,
        ),
    ];
    for (act, action, old, new) in steps {
        let path = format!("/devices/{}/{act}", device.id());
        assert!(console.page(&path).await.contains("Why?"), "{path}");
        let answer = console.post(&path, "because=lost+it").await;
        assert_eq!(answer.status, 303, "{act}: {}", answer.body);
        assert_eq!(standing(&server, &device).await, new);
        let (actor, done, target, details) = last(&server);
        assert_eq!((actor.as_str(), done.as_str()), ("console:owner", action));
        assert_eq!(target, device.id().to_string());
        let expected =
            json!({ "user": ADA, "because": "lost it", "old": old.as_str(), "new": new.as_str() });
        assert_eq!(details, expected);
    }
    let again = format!("/devices/{}/restore", device.id());
    assert_eq!(console.post(&again, "because=regret").await.status, 409);
    assert_eq!(standing(&server, &device).await, Standing::Revoked);
}

#[tokio::test]
async fn a_revoked_device_loses_its_link_at_once() {
    let (server, port) = console::server();
    let device = TestDevice::enrol(&server, ADA).await;
    let mut link = device.link(&server, 1).await;
    let console = Console::open(&server, port).await;
    let path = format!("/devices/{}/revoke", device.id());
    console.post(&path, "because=stolen").await;
    assert!(link.until_closed().await.is_some());
}

#[tokio::test]
async fn nothing_is_done_without_a_reason_or_by_a_form_of_no_page() {
    let (server, port) = console::server();
    let device = TestDevice::enrol(&server, ADA).await;
    let [console, other] = [
        Console::open(&server, port).await,
        Console::open(&server, port).await,
    ];
    let path = format!("/devices/{}/revoke", device.id());
    for empty in ["because=", "because=%0Atwo%0Alines", "because=+"] {
        assert_eq!(console.post(&path, empty).await.status, 400, "{empty}");
    }
    let page = other.page("/").await;
    let token_of_another = between(&page, r#"name="csrf" value=""#, "\"").expect("a token");
    for token in ["", "guessed", token_of_another] {
        let body = format!("csrf={token}&because=evil");
        assert_eq!(console.post_bare(&path, &body).await.status, 400, "{token}");
    }
    assert_eq!(console.post_bare(&path, "because=evil").await.status, 400);
    assert_eq!(standing(&server, &device).await, Standing::Active);
}

#[tokio::test]
async fn a_token_is_shown_once_enrols_and_can_be_ended_before() {
    let (server, port) = console::server();
    let console = Console::open(&server, port).await;
    let made = console
        .post("/tokens/new", "login=ben%40example.com&uses=2&hours=1")
        .await;
    let token = between(&made.body, r#"<p class="secret">"#, "<").expect("a token");
    assert!(token.starts_with("sse_"), "{token}");
    let (actor, action, target, details) = last(&server);
    assert_eq!(
        (actor.as_str(), action.as_str()),
        ("console:owner", "token-created")
    );
    assert_eq!(
        (target.as_str(), &details["uses"]),
        ("ben@example.com", &json!(2))
    );
    let list = console.page("/tokens").await;
    assert!(
        list.contains("ben@example.com") && !list.contains(token),
        "{list}"
    );
    let end = format!(
        "/tokens/{}/end",
        between(&list, "/tokens/", "/end")
            .map(last_part)
            .expect("a link")
    );
    assert_eq!(console.post(&end, "").await.status, 303);
    assert_eq!(last(&server).1, "token-revoked");
    let key = selfsame_idp::random::p256_key();
    let public = selfsame_protocol::Signer::public_key(&key);
    let enrolment = crate::support::device::enrolment(&server, token, public);
    let answer = crate::support::device::send_enrolment(&server, &enrolment, &key).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

/// What follows the last slash: the page names `/tokens/new` before.
fn last_part(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

#[tokio::test]
async fn no_token_is_made_for_somebody_of_the_console_or_beyond_the_limits() {
    let (server, port) = console::server();
    let console = Console::open(&server, port).await;
    let cases = [
        ("login=OWNER&uses=1&hours=1", 403),
        ("login=two+words&uses=1&hours=1", 400),
        ("login=ben&uses=6&hours=1", 400),
        ("login=ben&uses=1&hours=169", 400),
        ("login=ben&uses=0&hours=1", 400),
    ];
    for (form, status) in cases {
        assert_eq!(
            console.post("/tokens/new", form).await.status,
            status,
            "{form}"
        );
    }
    assert!(!server.audit_actions().contains(&"token-created".to_owned()));
}

#[tokio::test]
async fn a_service_goes_back_to_observation_and_the_log_says_why() {
    let (server, port) = console::server();
    TestService::register(&server);
    let console = Console::open(&server, port).await;
    let path = format!("/service/observe?id={ENTITY}");
    assert!(console.page(&path).await.contains("Why?"));
    assert_eq!(console.post(&path, "because=incident").await.status, 303);
    assert_eq!(server.json(&["sp", "list"])[0][0]["mode"], "observe");
    let (actor, action, target, details) = last(&server);
    assert_eq!(
        (actor.as_str(), action.as_str(), target.as_str()),
        ("console:owner", "service-changed", ENTITY)
    );
    assert_eq!(details["old"]["mode"], "assist");
    assert_eq!(details["because"], "incident");
    assert_eq!(console.post(&path, "because=again").await.status, 409);
}

#[tokio::test]
async fn every_role_sees_and_does_what_the_table_says_and_no_more() {
    let (server, port) = console::server();
    let device = TestDevice::enrol(&server, ADA).await;
    TestService::register(&server);
    let (suspend, restore) = (
        format!("/devices/{}/suspend", device.id()),
        format!("/devices/{}/restore", device.id()),
    );
    let observe = format!("/service/observe?id={ENTITY}");
    // Of owner, security, helpdesk, auditor and privacy officer, in this order: `y` for whoever is not refused.
    let seen = [
        ("/", "yyyyy"),
        ("/health", "yyyyy"),
        ("/people", "yyyyy"),
        ("/devices", "yyyyy"),
        ("/events", "yyyyn"),
        ("/events/1", "yyyyn"),
        ("/services", "yyyyn"),
        ("/certificates", "yyyyn"),
        ("/tokens", "yyyyn"),
        ("/audit", "yynyy"),
        ("/access", "ynnyy"),
        ("/tokens/new", "yynnn"),
        (suspend.as_str(), "yyynn"),
        (restore.as_str(), "yynnn"),
        (observe.as_str(), "yynnn"),
        ("/access/1/remove", "ynnnn"),
    ];
    // With nothing in the form but its token, so that nothing is changed by those who may.
    let done = [
        ("/tokens/new", "yynnn", "login=&uses=&hours="),
        (suspend.as_str(), "yyynn", "because="),
        (restore.as_str(), "yynnn", "because="),
        (observe.as_str(), "yynnn", "because="),
        ("/tokens/none/end", "yyynn", ""),
        ("/access", "ynnnn", "name=&role=owner"),
        ("/access/99/link", "ynnnn", ""),
        ("/access/99/remove", "ynnnn", ""),
    ];
    for (n, role) in Role::ALL.into_iter().enumerate() {
        let console = Console::open_as(&server, port, role).await;
        for (path, who) in seen {
            let is_let = console.get(path).await.status != 403;
            assert_eq!(is_let, who.as_bytes()[n] == b'y', "{role} sees {path}");
        }
        for (path, who, form) in done {
            let is_let = console.post(path, form).await.status != 403;
            assert_eq!(is_let, who.as_bytes()[n] == b'y', "{role} does {path}");
        }
    }
}

#[tokio::test]
async fn an_owner_lets_people_in_and_out_and_the_last_owner_stays() {
    let (server, port) = console::server();
    let owner = Console::open(&server, port).await;
    let put = owner
        .post("/access", "name=eve%40example.com&role=helpdesk")
        .await;
    assert_eq!(put.status, 303, "{}", put.body);
    let (actor, action, target, details) = last(&server);
    assert_eq!(
        (actor.as_str(), action.as_str()),
        ("console:owner", "console-person-added")
    );
    assert_eq!(
        (target.as_str(), details),
        ("eve@example.com", json!({ "old": null, "new": "helpdesk" }))
    );
    let link = owner.post("/access/2/link", "").await;
    let key = between(&link.body, "/sign-in?key=", "<").expect("a link");
    let eve = Console::use_link(&server, port, key).await;
    assert_eq!(eve.get("/devices").await.status, 200);
    owner
        .post("/access", "name=eve%40example.com&role=auditor")
        .await;
    assert_eq!(
        eve.get("/audit").await.status,
        200,
        "the new role counts at once"
    );
    assert_eq!(owner.post("/access/2/remove", "").await.status, 303);
    assert_eq!(eve.get("/").await.status, 401, "her session ended with her");
    assert_eq!(last(&server).1, "console-person-removed");
    assert_eq!(owner.post("/access/1/remove", "").await.status, 409);
    assert_eq!(
        owner
            .post("/access", "name=owner&role=auditor")
            .await
            .status,
        409
    );
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_eight_hours_anyway() {
    let (server, port) = console::server();
    let minute = 60_000;
    for (column, change) in [("used_ms", -31 * minute), ("expires_ms", -8 * 60 * minute)] {
        let console = Console::open(&server, port).await;
        assert_eq!(console.get("/").await.status, 200);
        let statement = format!(
            "UPDATE console_keys SET {column} = {column} + {change} WHERE kind = 'session'"
        );
        crate::audit_log::tamper(&server, &[Box::leak(statement.into_boxed_str())]).await;
        assert_eq!(console.get("/").await.status, 401, "{column}");
    }
}

#[test]
fn the_command_line_lets_people_in_and_says_what_it_refuses() {
    let server = Server::stopped(&[]);
    let put = [
        "console",
        "person",
        "put",
        "eve@example.com",
        "--role",
        "privacy-officer",
    ];
    assert_eq!(server.json(&put)[0]["changed"], true);
    assert_eq!(server.json(&put)[0]["changed"], false);
    let people = server.json(&["console", "person", "list"]);
    assert_eq!(
        people[0][1],
        json!({ "name": "eve@example.com", "role": "privacy-officer" })
    );
    let output = server.cli(&["console", "person", "remove", "owner"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("last owner"));
    server.json(&["console", "person", "remove", "eve@example.com"]);
    assert_eq!(
        server.audit_actions().last().map(String::as_str),
        Some("console-person-removed")
    );
}
