//! Entra ID's external authentication method, from its request with a hint to the token it takes.

use serde_json::json;

use crate::support::{
    Answer, Server, TestDevice, Visit,
    answering::challenge,
    entra::{self, ADA_OBJECT, ADA_SUBJECT, ADA_TENANT, CLAIMS, Entra, LOGIN, posted},
    parameters::Parameters,
    relying_party::{claims, value},
    scene::{self, ADA},
};

type Scene = scene::Scene<Entra>;

impl Scene {
    async fn ready() -> Self {
        let scene = Self::with(Server::start(), Entra::register).await;
        Entra::link_ada(&scene.server, ADA);
        scene
    }

    async fn send(&mut self, request: &Parameters) -> Answer {
        let form = request.form();
        self.visit
            .post_from(Some(LOGIN), "/oidc/authorize", &form)
            .await
    }

    async fn arrive(&mut self, request: &Parameters) -> String {
        let answer = self.send(request).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").expect("a redirect").to_owned()
    }
}

fn refused(answer: &Answer) -> (String, String) {
    let fields = posted(answer);
    assert!(value(&fields, "id_token").is_none());
    let text = |name| value(&fields, name).unwrap_or_default().to_owned();
    (text("error"), text("error_description"))
}

#[tokio::test]
async fn entra_is_told_who_it_is_by_a_true_method_when_presence_and_verdict_agree() {
    let mut scene = Scene::ready().await;
    let request = scene.service.request();
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&request).await;
    scene.recognised(&page, &mut link).await;
    let answer = scene.visit.respond(&page).await;
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("form-action 'self' https:"), "{policy}");
    let fields = posted(&answer);
    assert_eq!(value(&fields, "state"), Some(request.get("state")));
    let token = claims(&scene.server, value(&fields, "id_token").expect("a token")).await;
    assert_eq!(token["iss"], scene.server.origin().as_str());
    assert_eq!(token["aud"], "entra");
    assert_eq!(token["sub"], ADA_SUBJECT);
    assert_eq!(token["nonce"], request.get("nonce"));
    assert_eq!(token["acr"], "possessionorinherence");
    assert_eq!(token["amr"], json!(["swk"]));
    assert!(token["exp"].as_i64() > token["iat"].as_i64());
    assert!(token.get("preferred_username").is_none(), "it knows");
    let (action, details) = scene.last();
    assert_eq!(
        (&*action, &details["rule"]),
        ("check-approved", &json!("all-rules-met"))
    );
}

#[tokio::test]
async fn another_method_posts_the_error_back() {
    let mut scene = Scene::ready().await;
    let request = scene.service.request();
    let page = scene.arrive(&request).await;
    let answer = scene.visit.other(&page).await;
    assert_eq!(
        refused(&answer),
        ("access_denied".into(), "another-method-chosen".into())
    );
    assert_eq!(value(&posted(&answer), "state"), Some(request.get("state")));
}

#[tokio::test]
async fn a_device_of_somebody_else_is_not_answered_for() {
    let mut scene = Scene::ready().await;
    let bob = TestDevice::enrol(&scene.server, "bob@example.com").await;
    bob.trust(&scene.server).await;
    let page = scene.arrive(&scene.service.request()).await;
    let shown = scene.visit.get(&page).await;
    let proof = bob.sign(&bob.presence(&challenge(&bob, &shown)));
    scene.visit.prove(&page, &proof).await;
    assert_eq!(
        refused(&scene.visit.respond(&page).await).0,
        "access_denied"
    );
    assert_eq!(scene.last().1["rule"], "service-names-another");
}

#[tokio::test]
async fn an_account_that_is_unlinked_in_the_middle_of_a_check_is_not_answered_for() {
    let mut scene = Scene::ready().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&scene.service.request()).await;
    scene.recognised(&page, &mut link).await;
    let unlink = [
        "user", "unlink", ADA, "--tenant", ADA_TENANT, "--object", ADA_OBJECT,
    ];
    assert!(scene.server.cli(&unlink).status.success());
    assert_eq!(
        refused(&scene.visit.respond(&page).await).0,
        "access_denied"
    );
    assert_eq!(scene.last().1["rule"], "service-names-another");
}

#[tokio::test]
async fn somebody_whom_nobody_linked_gets_the_other_factor_at_once_whatever_their_name() {
    let mut scene = Scene::ready().await;
    let mut claims = entra::claims();
    claims["oid"] = json!("00000000-0000-0000-0000-000000000001");
    claims["preferred_username"] = json!(ADA);
    let request = scene.service.request_with(&entra::hint(&claims));
    assert_eq!(
        refused(&scene.send(&request).await),
        ("access_denied".into(), "account-not-linked".into())
    );
    assert_eq!(scene.last().0, "check-other-factor");
}

#[tokio::test]
async fn what_we_could_not_truly_claim_is_refused_at_once() {
    let mut scene = Scene::ready().await;
    for (claims, rule) in [
        (
            CLAIMS.replace("possessionorinherence", "inherence"),
            "acr-not-offered",
        ),
        (
            CLAIMS.replace("\"hwk\",", "").replace("\"swk\",", ""),
            "amr-not-offered",
        ),
    ] {
        let request = scene.service.request().with("claims", claims.as_str());
        assert_eq!(
            refused(&scene.send(&request).await),
            ("access_denied".into(), rule.into())
        );
    }
}

#[tokio::test]
async fn a_key_in_software_is_not_called_one_in_hardware() {
    let mut scene = Scene::ready().await;
    let claims = CLAIMS.replace("\"swk\",", "");
    let request = scene.service.request().with("claims", claims.as_str());
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&request).await;
    scene.recognised(&page, &mut link).await;
    assert_eq!(
        refused(&scene.visit.respond(&page).await).0,
        "access_denied"
    );
    assert_eq!(scene.last().1["rule"], "amr-not-asked");
}

#[tokio::test]
async fn a_form_from_another_origin_is_refused_here_and_one_without_waits_for_a_click() {
    let mut scene = Scene::ready().await;
    let form = scene.service.request().form();
    let answer = scene
        .visit
        .post_from(Some("https://evil.example"), "/oidc/authorize", &form)
        .await;
    assert!(answer.status == 403 && answer.body.contains("<code>foreign-origin</code>"));
    let answer = scene
        .visit
        .post_from(Some("null"), "/oidc/authorize", &form)
        .await;
    let page = answer.header("location").expect("a check").to_owned();
    assert!(
        scene
            .visit
            .get(&page)
            .await
            .body
            .contains("Did you just start signing in?")
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_posts_that_the_server_is_unavailable() {
    let mut scene = Scene::ready().await;
    let page = scene.arrive(&scene.service.request()).await;
    scene.server.kill();
    scene.server.resume();
    let answer = scene.visit.respond(&page).await;
    assert_eq!(
        refused(&answer),
        ("temporarily_unavailable".into(), "server-restarted".into())
    );
}

#[tokio::test]
async fn without_microsofts_keys_no_hint_is_believed() {
    let server = Server::start();
    let entra = Entra::without_keys(&server);
    let form = entra.request().form();
    let answer = Visit::new(&server)
        .post_from(Some(LOGIN), "/oidc/authorize", &form)
        .await;
    assert_eq!(
        refused(&answer),
        ("invalid_request".into(), "hint-no-keys".into())
    );
}

#[test]
fn only_the_test_that_can_be_made_is_asked_for() {
    let server = Server::stopped(&[]);
    Entra::in_observation(&server);
    let asked = server.cli(&["sp", "set", "entra", "--mode", "assist"]);
    let said = String::from_utf8_lossy(&asked.stderr);
    assert_eq!(asked.status.code(), Some(1));
    assert!(
        said.contains("other-browser") && !said.contains("other-person"),
        "{said}"
    );
}
