//! The token endpoint: who gets a token for a code, and who does not.

use crate::support::{
    Answer, Server,
    relying_party::{CALLBACK, CodeRequest, RelyingParty, Scene, token_form},
};

/// A server on which Ada was just recognised: the code, and what redeems it.
struct Granted {
    server: Server,
    party: RelyingParty,
    request: CodeRequest,
    code: String,
}

impl Granted {
    async fn to(register: fn(&Server) -> RelyingParty) -> Self {
        let mut scene = Scene::with(Server::start(), register).await;
        let request = scene.service.request();
        let code = scene.code(&request).await;
        let Scene {
            server,
            service: party,
            ..
        } = scene;
        Self {
            server,
            party,
            request,
            code,
        }
    }

    async fn post(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        self.server
            .browser()
            .post_form("/oidc/token", headers, body)
            .await
    }

    fn form(&self) -> String {
        token_form(&self.code, CALLBACK, Some(&self.request.verifier))
    }

    fn last_why(&self) -> (String, String) {
        let line = self.server.last_line();
        let details: serde_json::Value = line["details"].clone();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        (text(&line["action"]), text(&details["why"]))
    }
}

fn error(answer: &Answer) -> String {
    answer.json()["error"]
        .as_str()
        .expect("an error")
        .to_owned()
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_its_replay_is_written_down() {
    let granted = Granted::to(RelyingParty::register).await;
    let first = granted
        .party
        .redeem(&granted.server, &granted.code, &granted.request)
        .await;
    assert_eq!(first.status, 200, "{}", first.body);
    let second = granted
        .party
        .redeem(&granted.server, &granted.code, &granted.request)
        .await;
    assert_eq!((second.status, &*error(&second)), (400, "invalid_grant"));
    assert_eq!(
        granted.last_why(),
        ("code-refused".into(), "code-replayed".into())
    );
}

#[tokio::test]
async fn a_secret_in_the_form_does_as_well() {
    let granted = Granted::to(RelyingParty::register).await;
    let secret = granted.party.secret.as_deref().expect("a secret");
    let body = format!("{}&client_id=wiki&client_secret={secret}", granted.form());
    assert_eq!(granted.post(&[], &body).await.status, 200);
}

#[tokio::test]
async fn a_public_client_redeems_by_its_verifier_alone() {
    let register =
        |server: &Server| RelyingParty::register_as(server, &["--id", "app", "--public"]);
    let granted = Granted::to(register).await;
    let body = format!("{}&client_id=app", granted.form());
    assert_eq!(granted.post(&[], &body).await.status, 200);
}

#[tokio::test]
async fn without_the_right_secret_there_is_no_token_and_the_code_is_not_spent() {
    let granted = Granted::to(RelyingParty::register).await;
    let body = granted.form();
    for credentials in [
        "&client_id=wiki",
        "&client_id=wiki&client_secret=wrong",
        "&client_id=nobody&client_secret=wrong",
        "",
    ] {
        let answer = granted.post(&[], &format!("{body}{credentials}")).await;
        assert_eq!(
            (answer.status, &*error(&answer)),
            (401, "invalid_client"),
            "{credentials}"
        );
        assert!(answer.header("www-authenticate").is_some());
    }
    assert_eq!(granted.last_why().0, "code-refused");
    assert_eq!(
        granted
            .party
            .post_token(&granted.server, &body)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier_address_and_client() {
    let granted = Granted::to(RelyingParty::register).await;
    let other = RelyingParty::register_as(&granted.server, &["--id", "other"]);
    let answer = other.post_token(&granted.server, &granted.form()).await;
    assert_eq!(error(&answer), "invalid_grant");
    assert_eq!(granted.last_why().1, "code-of-another-client");
    let late = granted
        .party
        .post_token(&granted.server, &granted.form())
        .await;
    assert_eq!(error(&late), "invalid_grant", "the attempt has spent it");

    let guessed = token_form("guessed", CALLBACK, Some(&granted.request.verifier));
    let answer = granted.party.post_token(&granted.server, &guessed).await;
    assert_eq!(
        (&*error(&answer), granted.last_why().1.as_str()),
        ("invalid_grant", "code-unknown")
    );
}

#[tokio::test]
async fn calls_that_are_not_as_the_standard_says_are_refused() {
    let granted = Granted::to(RelyingParty::register).await;
    let body = granted.form();
    for (body, word) in [
        (
            body.replace("authorization_code", "password"),
            "unsupported_grant_type",
        ),
        (body.replace("grant_type", "grant"), "invalid_request"),
        (format!("{body}&code=again"), "invalid_request"),
        (
            body.replace("&redirect_uri=", "&redirect="),
            "invalid_request",
        ),
    ] {
        let answer = granted.party.post_token(&granted.server, &body).await;
        assert_eq!((answer.status, &*error(&answer)), (400, word), "{body}");
    }
    let large = format!("{body}&more={}", "a".repeat(200_000));
    let answer = granted.party.post_token(&granted.server, &large).await;
    assert_eq!(error(&answer), "invalid_request");
    assert_eq!(
        granted
            .party
            .post_token(&granted.server, &body)
            .await
            .status,
        200
    );
}
