//! The audit log: any change to it is noticed by the next reader.

use crate::support::Server;

async fn tamper(server: &Server, statements: &[&'static str]) {
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

const UNLOCK: [&str; 2] = [
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
