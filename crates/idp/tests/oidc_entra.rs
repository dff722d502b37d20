//! Entra ID's external authentication method, from its request with a hint to the token it takes.

use serde_json::{Value, json};

use crate::support::{
    Answer, Link, Server, TestDevice, Visit,
    answering::challenge,
    entra::{
        self, ADA_OBJECT, ADA_SUBJECT, ADA_TENANT, CLAIMS, Entra, EntraRequest, LOGIN, posted,
    },
    relying_party::{claims, value},
    scene::ADA,
};

struct Scene {
    server: Server,
    entra: Entra,
    device: TestDevice,
    visit: Visit,
}

impl Scene {
    async fn set() -> Self {
        let server = Server::start();
        let entra = Entra::register(&server);
        let device = TestDevice::enrol(&server, ADA).await;
        device.trust(&server).await;
        Entra::link_ada(&server, ADA);
        let visit = Visit::new(&server);
        Self {
            server,
            entra,
            device,
            visit,
        }
    }

    async fn send(&mut self, request: &EntraRequest) -> Answer {
        let form = request.form();
        self.visit
            .post_from(Some(LOGIN), "/oidc/authorize", &form)
            .await
    }

    async fn arrive(&mut self, request: &EntraRequest) -> String {
        let answer = self.send(request).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").expect("a redirect").to_owned()
    }

    async fn both_legs(&mut self, page: &str, link: &mut Link) {
        let shown = self.visit.get(page).await;
        let proof = self
            .device
            .sign(&self.device.presence(&challenge(&self.device, &shown)));
        let (told, ()) = tokio::join!(
            self.visit.prove(page, &proof),
            self.device.answer(link, |_| {})
        );
        assert_eq!(told.json()["next"], "respond", "{}", told.body);
    }

    fn last(&self) -> (String, Value) {
        let line = self.server.json(&["audit", "tail", "-n", "1"]).remove(0);
        let details = line["details"].clone();
        (line["action"].as_str().expect("a word").to_owned(), details)
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
    let mut scene = Scene::set().await;
    let request = scene.entra.request();
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&request).await;
    scene.both_legs(&page, &mut link).await;
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
    let mut scene = Scene::set().await;
    let request = scene.entra.request();
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
    let mut scene = Scene::set().await;
    let bob = TestDevice::enrol(&scene.server, "bob@example.com").await;
    bob.trust(&scene.server).await;
    let page = scene.arrive(&scene.entra.request()).await;
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
    let mut scene = Scene::set().await;
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&scene.entra.request()).await;
    scene.both_legs(&page, &mut link).await;
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
    let mut scene = Scene::set().await;
    let mut claims = entra::claims();
    claims["oid"] = json!("00000000-0000-0000-0000-000000000001");
    claims["preferred_username"] = json!(ADA);
    let request = scene.entra.request_with(&entra::hint(&claims));
    assert_eq!(
        refused(&scene.send(&request).await),
        ("access_denied".into(), "account-not-linked".into())
    );
    assert_eq!(scene.last().0, "check-other-factor");
}

#[tokio::test]
async fn what_we_could_not_truly_claim_is_refused_at_once() {
    let mut scene = Scene::set().await;
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
        let request = scene.entra.request().with("claims", Some(&claims));
        assert_eq!(
            refused(&scene.send(&request).await),
            ("access_denied".into(), rule.into())
        );
    }
}

#[tokio::test]
async fn a_key_in_software_is_not_called_one_in_hardware() {
    let mut scene = Scene::set().await;
    let claims = CLAIMS.replace("\"swk\",", "");
    let request = scene.entra.request().with("claims", Some(&claims));
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = scene.arrive(&request).await;
    scene.both_legs(&page, &mut link).await;
    assert_eq!(
        refused(&scene.visit.respond(&page).await).0,
        "access_denied"
    );
    assert_eq!(scene.last().1["rule"], "amr-not-asked");
}

#[tokio::test]
async fn a_form_from_another_origin_is_refused_here_and_one_without_waits_for_a_click() {
    let mut scene = Scene::set().await;
    let form = scene.entra.request().form();
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
    let mut scene = Scene::set().await;
    let page = scene.arrive(&scene.entra.request()).await;
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
