//! The audit log: any change to it is noticed by the next reader.

use crate::support::Server;

pub async fn tamper(server: &Server, statements: &[&'static str]) {
    let address = format!("sqlite://{}", server.database().display());
    let database = sqlx::SqlitePool::connect(&address)
        .await
        .expect("the database");
    for statement in statements {
        sqlx::query(*statement)
            .execute(&database)
            .await
            .expect("done");
    }
}

fn refused(server: &Server) -> String {
    let output = server.cli(&["audit", "tail"]);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("text")
}

/// Lifts what keeps the log append-only.
pub const UNLOCK: [&str; 2] = [
    "DROP TRIGGER audit_is_append_only_update",
    "DROP TRIGGER audit_is_append_only_delete",
];

#[tokio::test]
async fn a_changed_line_is_noticed() {
    let server = Server::start();
    server.token("ada@example.com");
    tamper(&server, &UNLOCK).await;
    tamper(
        &server,
        &["UPDATE audit SET target = 'eve@example.com' WHERE action = 'token-created'"],
    )
    .await;
    assert!(
        refused(&server).contains("broken at line 4"),
        "{}",
        refused(&server)
    );
}

#[tokio::test]
async fn a_removed_line_is_noticed() {
    let server = Server::start();
    server.token("ada@example.com");
    tamper(&server, &UNLOCK).await;
    tamper(&server, &["DELETE FROM audit WHERE seq = 1"]).await;
    assert!(refused(&server).contains("line 1 is missing"));
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_a_line() {
    let server = Server::start();
    let address = format!("sqlite://{}", server.database().display());
    let database = sqlx::SqlitePool::connect(&address)
        .await
        .expect("the database");
    for statement in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let error = sqlx::query(statement)
            .execute(&database)
            .await
            .expect_err("refused");
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn the_lines_that_fit_are_shown_after_the_whole_chain_was_verified() {
    let server = Server::start();
    for login in ["ada@example.com", "eve@example.com"] {
        server.token(login);
    }
    let shown = |options: &[&str]| server.json(&[&["audit", "tail"], options].concat());
    let targets = |lines: Vec<serde_json::Value>| -> Vec<String> {
        let target = |line: serde_json::Value| line["target"].as_str().expect("text").to_owned();
        lines.into_iter().map(target).collect()
    };
    let tokens = shown(&["--action", "token-created"]);
    assert_eq!(targets(tokens), ["ada@example.com", "eve@example.com"]);
    let eves = shown(&[
        "--target",
        "EVE@example.com",
        "--actor",
        "cli",
        "--since",
        "1h",
    ]);
    assert_eq!(targets(eves), ["eve@example.com"]);
    assert!(shown(&["--actor", "nobody"]).is_empty());
    tamper(&server, &UNLOCK).await;
    tamper(&server, &["UPDATE audit SET actor = 'x' WHERE seq = 1"]).await;
    let output = server.cli(&["audit", "tail", "--action", "token-created"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "the change is not among the lines that fit"
    );
}

#[tokio::test]
async fn an_export_is_verified_without_the_server_and_shows_any_change() {
    let server = Server::start();
    server.token("ada@example.com");
    let exported = server.cli(&["audit", "export"]).stdout;
    let text = String::from_utf8(exported).expect("text");
    let file = server.path().join("export.jsonl");
    let verify = |text: &str| {
        std::fs::write(&file, text).expect("written");
        server
            .cli(&["audit", "verify", "--export", file.to_str().expect("text")])
            .status
            .code()
    };
    assert_eq!(verify(&text), Some(0));
    assert_eq!(verify(&text.replace("ada@", "eve@")), Some(1));
    let without_second = text.lines().enumerate().filter(|(at, _)| *at != 1);
    let without_second: Vec<_> = without_second.map(|(_, line)| line).collect();
    assert_eq!(verify(&without_second.join("\n")), Some(1));
    let rest = server.cli(&["audit", "export", "--after", "2"]).stdout;
    let rest = String::from_utf8(rest).expect("text");
    assert_eq!(rest.lines().count() + 2, text.lines().count());
    assert_eq!(verify(&rest), Some(0), "an export may begin in the middle");
    assert_eq!(verify("not json"), Some(1));
}

#[tokio::test]
async fn a_log_that_was_written_anew_is_shown_by_a_hash_that_was_kept() {
    let server = Server::start();
    server.token("ada@example.com");
    let head = server.json(&["audit", "verify"]).remove(0);
    let anchor = format!(
        "{}:{}",
        head["last"],
        head["head"].as_str().expect("a hash")
    );
    server.token("eve@example.com");
    let verify = ["audit", "verify", "--anchor", &anchor];
    assert_eq!(server.cli(&verify).status.code(), Some(0));
    // Whoever owns the database cuts the log and lets the program write it on.
    tamper(&server, &UNLOCK).await;
    let cut = ["DELETE FROM audit WHERE seq >= 4"];
    tamper(&server, &cut).await;
    assert_eq!(
        server.cli(&verify).status.code(),
        Some(1),
        "the line is not there"
    );
    server.token("mallory@example.com");
    server.token("mallory@example.com");
    assert_eq!(
        server.cli(&["audit", "verify"]).status.code(),
        Some(0),
        "the chain alone holds"
    );
    assert_eq!(server.cli(&verify).status.code(), Some(1));
    assert_eq!(
        server
            .cli(&["audit", "verify", "--anchor", "x"])
            .status
            .code(),
        Some(2)
    );
}
