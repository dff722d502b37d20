//! Proofs of presence and cookies: what counts, and for which check.

use selfsame_protocol::CheckId;

use crate::support::{
    answering::challenge,
    scene::Scene,
    visit::{Told, Visit},
};

#[tokio::test]
async fn a_proof_about_another_check_ends_the_check_in_the_other_factor() {
    let mut scene = Scene::set().await;
    let _link = scene.device.link(&scene.server, 1).await;
    let (first, second) = (scene.arrive().await, scene.arrive().await);
    let proof_of_first = scene.proof(&first).await;
    scene.visit.get(&second).await;
    assert_eq!(
        scene.visit.prove(&second, &proof_of_first).await.json()["next"],
        "respond"
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&second).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "mismatch");
}

#[tokio::test]
async fn a_worthless_proof_changes_nothing() {
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let shown = scene.visit.get(&page).await;
    let presence = scene.device.presence(&challenge(&scene.device, &shown));
    let forged =
        selfsame_protocol::jws::sign(&selfsame_idp::random::p256_key(), &presence).expect("signed");
    assert_eq!(
        scene.visit.prove(&page, &forged).await.error_code(),
        "bad_proof"
    );
    assert_eq!(scene.visit.prove(&page, "garbage").await.status, 422);
    let mut stale = presence.clone();
    stale.iat = stale.iat.plus(-70_000);
    assert_eq!(
        scene
            .visit
            .prove(&page, &scene.device.sign(&stale))
            .await
            .error_code(),
        "stale_proof"
    );

    let honest = scene.device.sign(&presence);
    let (_, ()) = tokio::join!(
        scene.visit.prove(&page, &honest),
        scene.device.answer(&mut link, |_| {})
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "Success"
    );
}

#[tokio::test]
async fn a_proof_counts_only_with_the_cookie_of_its_own_check() {
    let mut scene = Scene::set().await;
    let _link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive().await;
    let proof = scene.proof(&page).await;
    let stranger = Visit::new(&scene.server);
    assert_eq!(
        stranger.prove(&page, &proof).await.error_code(),
        "check_not_here"
    );
}

#[tokio::test]
async fn a_browser_without_the_cookie_learns_nothing_about_a_check() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    let unknown = format!("/check/{}", CheckId::from_bytes([1; 16]));
    scene.visit.forget_cookies();
    let (real, none) = (
        scene.visit.get(&page).await,
        scene.visit.get(&unknown).await,
    );
    assert_eq!((real.status, &real.body), (404, &none.body));
    assert!(!real.body.contains("Acme"));
    assert_eq!(scene.visit.other(&page).await.status, 404);
    assert_eq!(scene.visit.respond(&page).await.status, 404);
}

#[tokio::test]
async fn another_page_cannot_press_the_buttons() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    scene.visit.pretend_to_be("https://evil.example");
    for step in ["begin", "respond", "other"] {
        let answer = scene.visit.post(&format!("{page}/{step}"), "").await;
        assert_eq!(answer.status, 403, "{step}");
    }
    assert_eq!(
        scene.visit.tell(&page, "asking").await.error_code(),
        "foreign_origin"
    );
}
