//! A database from before there were rules: what was set for each service goes on counting, and nothing else does.

use selfsame_idp::{
    decide::DemoBuilds,
    policy::{Circumstances, book},
    store::Store,
};
use selfsame_protocol::UnixMillis;
use sqlx::SqlitePool;

use crate::support::{Server, service::TestService};

/// What takes the schema back to the version before rules.
const BACK: [&str; 4] = [
    "DROP TABLE policies",
    "DROP TABLE group_members",
    "DROP TABLE decisions",
    "DELETE FROM _sqlx_migrations WHERE version = 9",
];

/// Settings as earlier versions stored them, from the shortest to the strictest.
const SETTINGS: [&str; 4] = [
    r#"{"mode":"assist"}"#,
    r#"{"mode":"observe","redirect":"click","asks":{"level":"1e-2","evidence_within_s":60,"channels":"any","keys":"any"}}"#,
    r#"{"mode":"assist","redirect":"refused","asks":{"level":"1e-3","evidence_within_s":20,"channels":"extension","keys":"any"}}"#,
    r#"{"mode":"assist","asks":{"level":"1e-4","evidence_within_s":1,"channels":"any","keys":"hardware"}}"#,
];

#[tokio::test]
async fn what_was_set_before_there_were_rules_counts_as_before() {
    let server = Server::stopped(&[]);
    TestService::register(&server);
    let address = format!("sqlite://{}", server.database().display());
    let database = SqlitePool::connect(&address).await.expect("the database");
    for (n, settings) in SETTINGS.iter().enumerate() {
        sqlx::query(
            "INSERT INTO services (entity_id, name, metadata, post_origins, settings, added_ms) \
             SELECT 'urn:' || ?, name, metadata, post_origins, ?, 0 FROM services LIMIT 1",
        )
        .bind(i64::try_from(n).expect("few"))
        .bind(*settings)
        .execute(&database)
        .await
        .expect("registered");
    }
    for statement in BACK {
        sqlx::query(statement)
            .execute(&database)
            .await
            .expect("as before");
    }
    database.close().await;
    let store = Store::open(&server.database()).await.expect("up to date");
    let in_force = book::of_stored(&store.policies_in_force().await.expect("read"));
    let version = in_force.expect("no rules").settled;
    let services = store.services().await.expect("read");
    assert_eq!(services.len(), SETTINGS.len() + 1);
    for service in services {
        let own = service
            .settings
            .asks
            .policy(service.settings.mode, DemoBuilds::Refused);
        let at = Circumstances {
            service: &service.entity_id,
            groups: &[],
            address: None,
            now: UnixMillis(0),
        };
        assert_eq!(version.ask(own, &at).policy, own, "{}", service.entity_id);
        let stored = SETTINGS
            .iter()
            .enumerate()
            .find(|(n, _)| service.entity_id == format!("urn:{n}"));
        if let Some((_, stored)) = stored {
            let before = serde_json::from_str(stored).expect("settings");
            assert_eq!(service.settings, before);
        }
    }
}
