//! The console: a link that works once, a hardened session, and nothing without one.

use selfsame_idp::store::Role;

use crate::support::{Browser, Console, Server, console};

async fn console() -> (Server, Browser, String) {
    let (server, port) = console::server();
    let (browser, key) = console::link(&server, port, Role::Owner).await;
    (server, browser, key)
}

#[tokio::test]
async fn a_link_signs_in_once_and_opening_it_spends_nothing() {
    let (server, browser, key) = console().await;
    for _ in 0..2 {
        let page = browser.get(&format!("/sign-in?key={key}"), &[]).await;
        assert!(
            page.status == 200 && page.body.contains("Sign in"),
            "{}",
            page.body
        );
    }
    let answer = browser
        .post_form("/sign-in", &[], &format!("key={key}"))
        .await;
    assert_eq!(answer.status, 303);
    let cookie = answer.header("set-cookie").expect("a cookie");
    for part in [
        "__Host-console=",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let page = browser
        .get("/", &[("cookie", answer.cookie().expect("a cookie"))])
        .await;
    assert!(
        page.status == 200 && page.body.contains("<h1>Overview</h1>"),
        "{}",
        page.body
    );
    assert_eq!(
        browser
            .post_form("/sign-in", &[], &format!("key={key}"))
            .await
            .status,
        403
    );
    assert!(
        server
            .audit_actions()
            .contains(&"console-sign-in".to_owned())
    );
}

#[tokio::test]
async fn nothing_is_shown_without_a_session() {
    let (_server, browser, key) = console().await;
    let page = browser.get("/", &[]).await;
    assert!(
        page.status == 401 && !page.body.contains("Overview"),
        "{}",
        page.body
    );
    // A link is not a session.
    let page = browser
        .get("/", &[("cookie", &format!("__Host-console={key}"))])
        .await;
    assert_eq!(page.status, 401);
    assert!(
        page.header("content-security-policy")
            .expect("a policy")
            .starts_with("default-src 'none'")
    );
}

#[tokio::test]
async fn signing_out_needs_a_form_of_the_session_and_ends_it() {
    let (server, port) = console::server();
    let console = Console::open(&server, port).await;
    let answer = console.post_bare("/sign-out", "csrf=guessed").await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(console.get("/").await.status, 200);
    assert_eq!(console.post("/sign-out", "").await.status, 200);
    assert_eq!(console.get("/").await.status, 401);
}

#[tokio::test]
async fn the_check_origin_has_no_console() {
    let (server, _, key) = console().await;
    assert_eq!(
        server
            .browser()
            .get(&format!("/sign-in?key={key}"), &[])
            .await
            .status,
        404
    );
    assert_eq!(server.browser().get("/healthz", &[]).await.status, 200);
}

#[test]
fn the_command_line_makes_a_link_only_where_there_is_a_console() {
    let server = Server::stopped(&[]);
    let output = server.cli(&["console", "link"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("console_origin"));
    let settings = server.path().join("settings.json");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let text = text.replace("null", "\"https://console.example\"");
    std::fs::write(&settings, text).expect("written");
    let link = server.json(&["console", "link"])[0]["link"].clone();
    assert!(
        link.as_str()
            .expect("a link")
            .starts_with("https://console.example/sign-in?key=")
    );
}
