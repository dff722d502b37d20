//! How checks begin and are kept apart: clicks, repeats, loops, tabs and restarts.

use crate::support::{
    scene::Scene,
    visit::{Told, Visit},
};

#[tokio::test]
async fn a_server_restarted_in_the_middle_leads_to_the_other_factor() {
    let mut scene = Scene::set().await;
    let page = scene.arrive().await;
    scene.visit.get(&page).await;
    scene.server.kill();
    scene.server.resume();
    let shown = scene.visit.get(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("/respond"), "{}", shown.body);
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "server-restarted");
    assert_eq!(scene.visit.respond(&page).await.status, 410);
}

#[tokio::test]
async fn requests_that_do_not_name_the_services_origin_wait_for_a_click() {
    let mut scene = Scene::set().await;
    for origin in [None, Some("null")] {
        let form = scene.service.by_post(&scene.service.request());
        let answer = scene.visit.post_request(&form, origin).await;
        assert_click_first(&mut scene, answer.header("location").expect("a redirect")).await;
    }
    let link = scene.service.by_redirect(&scene.service.request());
    let answer = scene.visit.get(&link).await;
    assert_click_first(&mut scene, answer.header("location").expect("a redirect")).await;
}

async fn assert_click_first(scene: &mut Scene, page: &str) {
    let shown = scene.visit.get(page).await;
    assert!(
        shown
            .body
            .contains("Continue only if you started this sign-in just now"),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("Acme &#38; Sons"));
    assert!(
        !shown.body.contains("data-challenge"),
        "nothing can be asked before the click"
    );
    assert_eq!(
        scene.visit.prove(page, "anything").await.error_code(),
        "click_first"
    );
    scene.visit.post(&format!("{page}/begin"), "").await;
    assert!(scene.visit.get(page).await.body.contains("data-challenge"));
    assert_eq!(
        Told::by(&scene.visit.other(page).await).status(),
        "AuthnFailed"
    );
}

#[tokio::test]
async fn a_further_origin_of_the_service_needs_no_click() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let answer = scene
        .visit
        .post_request(&form, Some("https://login.example"))
        .await;
    let page = answer.header("location").expect("a redirect").to_owned();
    assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
}

#[tokio::test]
async fn a_repeated_request_leads_to_its_first_check_while_that_is_open() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let first = scene.visit.arrive(&form).await;
    let again = scene.visit.arrive(&form).await;
    assert!(again.starts_with(&format!("{first}?again=")), "{again}");
    assert!(
        scene
            .visit
            .get(&again)
            .await
            .body
            .contains("data-challenge")
    );
}

#[tokio::test]
async fn a_repeated_request_in_another_browser_can_only_be_refused() {
    let mut scene = Scene::set().await;
    let form = scene.service.by_post(&scene.service.request());
    let first = scene.visit.arrive(&form).await;
    let mut thief = Visit::new(&scene.server);
    let again = thief.arrive(&form).await;
    let shown = thief.get(&again).await;
    assert!(
        shown.body.contains("<code>request-repeated</code>"),
        "{}",
        shown.body
    );
    let ticket = again.split_once("again=").expect("a ticket").1;
    for _ in 0..2 {
        let told = Told::by(
            &thief
                .post(&format!("{first}/other"), &format!("again={ticket}"))
                .await,
        );
        assert_eq!((told.status(), told.person()), ("AuthnFailed", None));
    }
    assert_eq!(
        scene.visit.respond(&first).await.status,
        410,
        "the request is spent"
    );
}

#[tokio::test]
async fn a_third_failure_within_two_minutes_waits_for_a_click() {
    let mut scene = Scene::set().await;
    for _ in 0..2 {
        let page = scene.arrive().await;
        assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
        scene.visit.respond(&page).await;
    }
    let page = scene.arrive().await;
    let held = scene.visit.get(&page).await;
    assert!(
        held.body.contains("several times") && !held.body.contains("data-challenge"),
        "{}",
        held.body
    );
    scene.visit.post(&format!("{page}/begin"), "").await;
    assert!(scene.visit.get(&page).await.body.contains("data-challenge"));
}

#[tokio::test]
async fn of_nine_tabs_the_oldest_ends() {
    let mut scene = Scene::set().await;
    let mut pages = Vec::new();
    for _ in 0..9 {
        let page = scene.arrive().await;
        scene.visit.get(&page).await;
        pages.push(page);
    }
    assert!(
        scene
            .visit
            .get(&pages[1])
            .await
            .body
            .contains("data-challenge")
    );
    assert!(
        !scene
            .visit
            .get(&pages[0])
            .await
            .body
            .contains("data-challenge")
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&pages[0]).await).status(),
        "AuthnFailed"
    );
    assert_eq!(scene.last_rule().await.2, "too-many-tabs");
}

#[tokio::test]
async fn a_passive_request_that_would_need_a_click_is_answered_no_passive() {
    let mut scene = Scene::set().await;
    let link = scene
        .service
        .by_redirect(&scene.service.request().with("IsPassive", "true"));
    let told = Told::by(&scene.visit.get(&link).await);
    assert_eq!(told.status(), "NoPassive");
    assert_eq!(scene.last_rule().await.2, "passive-needs-click");

    let form = scene
        .service
        .by_post(&scene.service.request().with("IsPassive", "true"));
    let page = scene.visit.arrive(&form).await;
    assert_eq!(
        scene.visit.tell(&page, "person-asked").await.json()["next"],
        "respond"
    );
    assert_eq!(
        Told::by(&scene.visit.respond(&page).await).status(),
        "NoPassive"
    );
}

#[tokio::test]
async fn a_class_of_authentication_that_is_never_stated_is_refused_at_once() {
    let mut scene = Scene::set().await;
    let asked = r#"<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"#;
    let form = scene
        .service
        .by_post(&scene.service.request().holding(asked));
    let told = Told::by(
        &scene
            .visit
            .post_request(&form, Some("https://sp.example"))
            .await,
    );
    assert_eq!(told.status(), "NoAuthnContext");
}
