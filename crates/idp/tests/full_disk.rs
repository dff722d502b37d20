//! A disk that is full: nothing leaves unrecorded, nobody is stranded, nothing is lost.

use crate::{
    small_disk,
    support::{
        scene::Scene,
        visit::{Told, Visit},
    },
};

const TEST: &str =
    "full_disk::on_a_full_disk_nobody_is_approved_nobody_is_stranded_and_nothing_is_lost";

#[test]
fn on_a_full_disk_nobody_is_approved_nobody_is_stranded_and_nothing_is_lost() {
    if let Some(disk) = small_disk::under(TEST) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(fill_and_free(&disk));
    }
}

async fn fill_and_free(disk: &small_disk::SmallDisk) {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    scene.both_legs(&page, &mut link).await;
    let before = scene.server.audit_actions();

    disk.fill();
    let answer = scene.visit.respond(&page).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(!answer.body.contains("SAMLResponse"), "{}", answer.body);
    assert!(
        answer.body.contains("<code>not-recorded</code>"),
        "{}",
        answer.body
    );
    let told = Told::by(&scene.visit.other(&page).await);
    assert_eq!((told.status(), told.person()), ("AuthnFailed", None));

    disk.free();
    scene.server.kill();
    scene.server.resume();
    let after = scene.server.audit_actions();
    assert_eq!(
        after[..before.len()],
        before[..],
        "what was recorded is still there"
    );
    let mut link = scene.device.link(&scene.server, 2).await;
    scene.visit = Visit::new(&scene.server);
    let page = scene.arrive().await;
    scene.both_legs(&page, &mut link).await;
    let told = Told::by(&scene.visit.respond(&page).await);
    assert_eq!(told.status(), "Success", "there is room again");
}
