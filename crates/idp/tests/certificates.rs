//! The change of the certificate that services verify answers with: in steps, with both given out in between.

use std::time::Duration;

use crate::support::{Server, scene::Scene, visit::Told};

/// What the command line changes counts within a second.
const A_SECOND: Duration = Duration::from_millis(1_500);

fn run(server: &Server, command: &[&str]) -> serde_json::Value {
    server.json(command).remove(0)
}

fn refused(server: &Server, command: &[&str]) -> String {
    let output = server.cli(command);
    assert_eq!(output.status.code(), Some(1), "{command:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// The certificates, as base64 on one line, in the order of the list.
fn bodies(server: &Server) -> Vec<String> {
    let list = run(server, &["cert", "list"]);
    let pem = |one: &serde_json::Value| one["certificate"].as_str().expect("PEM").to_owned();
    let body = |pem: String| pem.lines().filter(|line| !line.starts_with('-')).collect();
    list.as_array()
        .expect("a list")
        .iter()
        .map(pem)
        .map(body)
        .collect()
}

/// The certificate that an answer shows.
async fn signs(scene: &mut Scene) -> String {
    let page = scene.arrive().await;
    let told = Told::by(&scene.visit.other(&page).await);
    let text = told
        .xml
        .split_once("X509Certificate>")
        .expect("a certificate")
        .1;
    text.split_once('<').expect("an end").0.to_owned()
}

async fn metadata(scene: &Scene) -> Vec<String> {
    let xml = scene.server.browser().get("/metadata", &[]).await.body;
    let all = xml.split("<ds:X509Certificate>").skip(1);
    all.map(|rest| rest.split_once('<').expect("an end").0.to_owned())
        .collect()
}

#[tokio::test]
async fn a_certificate_is_changed_in_four_steps_without_a_restart() {
    let mut scene = Scene::set().await;
    let first = signs(&mut scene).await;
    run(&scene.server, &["cert", "new"]);
    tokio::time::sleep(A_SECOND).await;
    assert_eq!(
        metadata(&scene).await,
        std::slice::from_ref(&first),
        "nobody is told yet"
    );

    run(&scene.server, &["cert", "publish"]);
    tokio::time::sleep(A_SECOND).await;
    let next = bodies(&scene.server).remove(1);
    assert_eq!(metadata(&scene).await, [first.clone(), next.clone()]);
    assert_eq!(signs(&mut scene).await, first);

    run(&scene.server, &["cert", "switch"]);
    tokio::time::sleep(A_SECOND).await;
    assert_eq!(metadata(&scene).await, [next.clone(), first.clone()]);
    assert_eq!(signs(&mut scene).await, next);

    run(&scene.server, &["cert", "retire"]);
    tokio::time::sleep(A_SECOND).await;
    assert_eq!(metadata(&scene).await, std::slice::from_ref(&next));
    assert!(
        !scene.server.path().join("keys/saml.key.pem").exists(),
        "its key is gone"
    );
    scene.server.kill();
    scene.server.resume();
    scene.visit.forget_cookies();
    assert_eq!(signs(&mut scene).await, next);
    let actions = scene.server.audit_actions();
    for action in ["made", "published", "switched", "retired"] {
        assert!(
            actions.contains(&format!("certificate-{action}")),
            "{action}"
        );
    }
}

#[test]
fn a_step_out_of_turn_says_which_comes_first() {
    let server = Server::stopped(&[]);
    assert!(refused(&server, &["cert", "publish"]).contains("cert new"));
    assert!(refused(&server, &["cert", "switch"]).contains("cert publish"));
    assert!(refused(&server, &["cert", "retire"]).contains("cert list"));
    run(&server, &["cert", "new"]);
    assert!(refused(&server, &["cert", "new"]).contains("a change is under way"));
    assert!(refused(&server, &["cert", "switch"]).contains("cert publish"));
    run(&server, &["cert", "retire", "--next"]);
    assert_eq!(bodies(&server).len(), 1);
}

#[test]
fn a_key_that_is_not_there_is_noticed_before_the_switch() {
    let server = Server::stopped(&[]);
    let made = run(&server, &["cert", "new"]);
    run(&server, &["cert", "publish"]);
    let keys = std::fs::read_dir(server.path().join("keys")).expect("keys");
    let is_next = |name: &str| name.starts_with("saml-");
    let next = keys.map(|entry| entry.expect("an entry").path());
    let next = next.filter(|path| is_next(&path.file_name().expect("a name").to_string_lossy()));
    next.for_each(|path| std::fs::remove_file(path).expect("removed"));
    assert!(refused(&server, &["cert", "switch"]).contains("cannot be used"));
    assert_eq!(
        run(&server, &["cert", "show"])["certificates"][1]["sha256"],
        made["sha256"]
    );
}

#[test]
fn a_certificate_that_ends_soon_is_warned_of_in_the_log_and_in_the_list() {
    let mut server = Server::stopped(&[]);
    run(&server, &["cert", "new", "--days", "20"]);
    run(&server, &["cert", "publish"]);
    let list = run(&server, &["cert", "list"]);
    assert_eq!(list[0]["notice"], serde_json::Value::Null);
    assert_eq!(list[1]["notice"], "ends within 30 days");
    server.resume();
    std::thread::sleep(Duration::from_millis(300));
    let log = server.log_at_end();
    assert!(
        log.contains("ends within 30 days") && log.contains("cert new"),
        "{log}"
    );
}

#[tokio::test]
async fn a_server_from_before_certificates_were_changed_keeps_its_own() {
    let server = Server::stopped(&[]);
    let before = bodies(&server);
    let address = format!("sqlite://{}", server.database().display());
    let database = sqlx::SqlitePool::connect(&address)
        .await
        .expect("the database");
    sqlx::query("DELETE FROM certificates")
        .execute(&database)
        .await
        .expect("done");
    assert_eq!(bodies(&server), before);
}
