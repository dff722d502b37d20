//! OpenID Connect with libraries that nobody here wrote, over TLS: openid-client and Authlib as relying parties, and
//! oidc-provider as a tenant of Entra ID.

use form_urlencoded::Serializer;
use serde_json::{Value, json};
use tokio::process::Child;

use crate::support::{
    Answer, Browser, Server,
    authority::Authority,
    entra::{self, ADA_OBJECT, ADA_SUBJECT, ADA_TENANT, Entra, LOGIN, posted},
    peer::Peer,
    relying_party::way_back,
    scene::{self, ADA},
};

const CALLBACK: &str = "https://wiki.example/callback";

/// A relying party made of a library: the script, and what it is told of itself.
struct Library {
    script: &'static str,
    settings: Value,
}

type Scene = scene::Scene<Library>;

impl Library {
    async fn run(&self, server: &Server, command: &str, more: Value) -> Value {
        let mut asked = self.settings.clone();
        for (name, value) in more.as_object().expect("an object") {
            asked[name] = value.clone();
        }
        let peer = Peer::new(self.script, server);
        peer.run(command, &asked).await
    }
}

impl Scene {
    async fn of(script: &'static str, auth: &str) -> Self {
        Self::with(Server::start(), |server| {
            let add = ["oidc", "client", "add", "--redirect-uri", CALLBACK];
            let public: &[&str] = if auth == "none" { &["--public"] } else { &[] };
            let added = server.json(&[&add[..], public].concat()).remove(0);
            let id = added["client_id"].as_str().expect("an id");
            let why = ["--mode", "assist", "--without-tests", "a test of its own"];
            assert!(server.cli(&[&["sp", "set", id], &why[..]].concat()).status.success());
            let settings = json!({
                "issuer": server.origin(), "client_id": id, "secret": added["client_secret"], "auth": auth,
                "redirect_uri": CALLBACK,
            });
            Library { script, settings }
        })
        .await
    }

    /// Follows the library's link to the page that waits for a click, and clicks.
    async fn click_through(&mut self, started: &Value) -> String {
        let url = started["url"].as_str().expect("a link");
        let path = url.strip_prefix(self.server.origin().as_str());
        let answer = self.visit.get(path.expect("our own")).await;
        let page = answer.header("location").expect("a redirect").to_owned();
        self.visit.post(&format!("{page}/begin"), "").await;
        page
    }

    /// What the library makes of where the browser is sent.
    async fn judge(&self, started: &Value, answer: &Answer) -> Value {
        let (address, query) = way_back(answer);
        let query = Serializer::new(String::new()).extend_pairs(query).finish();
        let back = json!({ "callback": format!("{address}?{query}"), "checks": started["checks"] });
        self.service.run(&self.server, "finish", back).await
    }

    /// The whole way; returns what the library says.
    async fn sign_in(&mut self) -> Value {
        let started = self.service.run(&self.server, "start", json!({})).await;
        let mut link = self.device.link(&self.server, 1).await;
        let page = self.click_through(&started).await;
        self.recognised(&page, &mut link).await;
        let answer = self.visit.respond(&page).await;
        self.judge(&started, &answer).await
    }

    /// The way of somebody who chooses another method; returns what the library says.
    async fn give_up(&mut self) -> Value {
        let started = self.service.run(&self.server, "start", json!({})).await;
        let page = self.click_through(&started).await;
        let answer = self.visit.other(&page).await;
        self.judge(&started, &answer).await
    }
}

fn assert_names_ada(told: &Value) {
    let claims = &told["claims"];
    assert_eq!(claims["preferred_username"], ADA, "{told}");
    assert_eq!(claims["amr"], json!(["swk"]));
}

#[tokio::test]
async fn openid_client_signs_a_person_in_however_it_authenticates() {
    for auth in ["basic", "post", "none"] {
        let mut scene = Scene::of("openid-client-rp.mjs", auth).await;
        assert_names_ada(&scene.sign_in().await);
    }
}

#[tokio::test]
async fn openid_client_hears_that_another_method_was_chosen() {
    let mut scene = Scene::of("openid-client-rp.mjs", "basic").await;
    assert_eq!(scene.give_up().await["error"], "access_denied");
}

#[tokio::test]
async fn authlib_signs_a_person_in() {
    for auth in ["client_secret_basic", "client_secret_post"] {
        let mut scene = Scene::of("authlib_rp.py", auth).await;
        assert_names_ada(&scene.sign_in().await);
    }
}

/// The tenant, and our registration of it with keys that the server fetches by itself.
struct Tenant {
    browser: Browser,
    _program: Child,
}

impl Tenant {
    async fn start(server: &Server, authority: &Authority) -> Self {
        let leaf = authority.leaf();
        let settings = json!({
            "tls": { "cert": leaf.cert, "key": leaf.key },
            "issuer": format!("{LOGIN}/{}/v2.0", entra::TENANT), "application": entra::APPLICATION,
            "provider": { "issuer": server.origin(), "client_id": "entra" },
            "redirect_uri": entra::EXTERNAL, "claims": entra::CLAIMS,
        });
        let (program, ready) = Peer::new("entra-tenant.mjs", server).serve(&settings).await;
        let port = ready["port"]
            .as_u64()
            .and_then(|port| u16::try_from(port).ok());
        let port = port.expect("a port");
        let from = format!("https://localhost:{port}/.well-known/openid-configuration");
        Entra::with_keys_from(server, &from);
        Self {
            browser: Browser::new(authority.certificate(), port),
            _program: program,
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.browser.post_json(path, &[], body).await.json()
    }

    async fn begin(&self) -> Value {
        let ada = json!({ "sub": ADA_SUBJECT, "oid": ADA_OBJECT, "tid": ADA_TENANT });
        self.post("/begin", &json!({ "person": ada })).await
    }

    async fn finish(&self, begun: &Value, answer: &Answer) -> Value {
        let form: Value = posted(answer)
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect();
        let body = json!({ "form": form, "checks": begun["checks"] });
        self.post("/finish", &body).await
    }
}

/// The tenant's request as the browser posts it.
fn request(begun: &Value) -> String {
    let fields = begun["fields"].as_object().expect("fields").iter();
    let fields = fields.map(|(name, value)| (name, value.as_str().expect("text")));
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn entra() -> (scene::Scene<()>, Authority) {
    let authority = Authority::new();
    let server = Server::start_trusting(&authority, &[]);
    let scene = scene::Scene::with(server, |_| ()).await;
    Entra::link_ada(&scene.server, ADA);
    (scene, authority)
}

/// Posts the tenant's request; returns the page of the check.
async fn arrive(scene: &mut scene::Scene<()>, begun: &Value) -> String {
    let form = request(begun);
    let answer = scene
        .visit
        .post_from(Some(LOGIN), "/oidc/authorize", &form)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").expect("a redirect").to_owned()
}

#[tokio::test]
async fn a_tenant_made_of_oidc_provider_is_told_who_it_is_and_its_keys_are_fetched_by_the_way() {
    let (mut scene, authority) = entra().await;
    let tenant = Tenant::start(&scene.server, &authority).await;
    let begun = tenant.begin().await;
    assert_eq!(
        begun["action"],
        format!("{}/oidc/authorize", scene.server.origin())
    );
    let mut link = scene.device.link(&scene.server, 1).await;
    let page = arrive(&mut scene, &begun).await;
    scene.recognised(&page, &mut link).await;
    let told = tenant
        .finish(&begun, &scene.visit.respond(&page).await)
        .await;
    assert_eq!(told["claims"]["sub"], ADA_SUBJECT, "{told}");
    assert_eq!(told["claims"]["acr"], "possessionorinherence");
    assert!(
        scene
            .server
            .audit_actions()
            .contains(&"issuer-keys-loaded".to_owned())
    );
}

#[tokio::test]
async fn a_tenant_made_of_oidc_provider_hears_that_another_method_was_chosen() {
    let (mut scene, authority) = entra().await;
    let tenant = Tenant::start(&scene.server, &authority).await;
    let begun = tenant.begin().await;
    let page = arrive(&mut scene, &begun).await;
    let told = tenant.finish(&begun, &scene.visit.other(&page).await).await;
    assert_eq!(told["error"], "access_denied");
}
