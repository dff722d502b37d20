//! A relying party of the authorization code flow, made of a few lines.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use selfsame_idp::secret::Secret;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Answer, Server,
    parameters::Parameters,
    service::encode,
    visit::{between, unescape},
};

/// Where it takes codes.
pub const CALLBACK: &str = "https://rp.example/cb?tenant=1";
/// Its origin.
pub const RP_ORIGIN: &str = "https://rp.example";

/// A registered relying party.
pub struct RelyingParty {
    /// Its client id.
    pub client_id: String,
    /// Its secret.
    pub secret: Option<String>,
}

/// A request with nothing wrong, until a test changes it.
#[derive(Clone)]
pub struct CodeRequest {
    /// The parameters.
    pub parameters: Parameters,
    /// What redeems the code.
    pub verifier: String,
}

impl RelyingParty {
    /// Registers one that may be answered.
    pub fn register(server: &Server) -> Self {
        Self::register_as(server, &["--id", "wiki", "--name", "Wiki"])
    }

    /// Registers one with other options.
    pub fn register_as(server: &Server, more: &[&str]) -> Self {
        let party = Self::observed(server, more);
        let id = party.client_id.as_str();
        let why = ["--mode", "assist", "--without-tests", "a test of its own"];
        let set = server.cli(&[&["sp", "set", id], &why[..]].concat());
        assert!(set.status.success());
        party
    }

    /// Registers one that is only observed.
    pub fn observed(server: &Server, more: &[&str]) -> Self {
        let add = ["oidc", "client", "add", "--redirect-uri", CALLBACK];
        let added = server.json(&[&add[..], more].concat()).remove(0);
        Self {
            client_id: added["client_id"].as_str().expect("an id").to_owned(),
            secret: added["client_secret"].as_str().map(str::to_owned),
        }
    }

    /// A fresh request.
    pub fn request(&self) -> CodeRequest {
        let verifier = Secret::random().expose().to_owned();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let (state, nonce) = (Secret::random(), Secret::random());
        let fields = [
            ("client_id", &*self.client_id),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", state.expose()),
            ("nonce", nonce.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        CodeRequest {
            parameters: fields.into(),
            verifier,
        }
    }

    /// Redeems a code as the standard says.
    pub async fn redeem(&self, server: &Server, code: &str, request: &CodeRequest) -> Answer {
        let body = token_form(code, CALLBACK, Some(&request.verifier));
        self.post_token(server, &body).await
    }

    /// Posts a form to the token endpoint with its secret in the header.
    pub async fn post_token(&self, server: &Server, body: &str) -> Answer {
        let secret = self.secret.as_deref().expect("a secret");
        let basic = STANDARD.encode(format!("{}:{secret}", self.client_id));
        let header = format!("Basic {basic}");
        server
            .browser()
            .post_form("/oidc/token", &[("authorization", &header)], body)
            .await
    }
}

/// The form that redeems a code.
pub fn token_form(code: &str, redirect_uri: &str, verifier: Option<&str>) -> String {
    let mut form = format!(
        "grant_type=authorization_code&code={}&redirect_uri={}",
        encode(code),
        encode(redirect_uri)
    );
    if let Some(verifier) = verifier {
        form += &format!("&code_verifier={verifier}");
    }
    form
}

impl CodeRequest {
    /// With another value of a parameter, or without it.
    pub fn with<'a>(self, name: &str, value: impl Into<Option<&'a str>>) -> Self {
        let parameters = self.parameters.with(name, value);
        Self { parameters, ..self }
    }

    /// With one more, whether or not there is one of this name.
    pub fn and(self, name: &str, value: &str) -> Self {
        let parameters = self.parameters.and(name, value);
        Self { parameters, ..self }
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> &str {
        self.parameters.get(name)
    }

    /// As a form.
    pub fn form(&self) -> String {
        self.parameters.form()
    }

    /// As a link.
    pub fn link(&self) -> String {
        format!("/oidc/authorize?{}", self.form())
    }
}

/// A relying party whose person is ready to be recognised.
pub type Scene = super::scene::Scene<RelyingParty>;

impl Scene {
    /// With one that may be answered.
    pub async fn ready() -> Self {
        Self::with(Server::start(), RelyingParty::register).await
    }

    /// Comes by a form of the relying party's page, which goes on without a click.
    pub async fn arrive(&mut self, request: &CodeRequest) -> String {
        let form = request.form();
        let answer = self
            .visit
            .post_from(Some(RP_ORIGIN), "/oidc/authorize", &form)
            .await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").expect("a redirect").to_owned()
    }

    /// The whole way to a code.
    pub async fn code(&mut self, request: &CodeRequest) -> String {
        let mut link = self.device.link(&self.server, 1).await;
        let page = self.arrive(request).await;
        self.recognised(&page, &mut link).await;
        code_of(&self.visit.respond(&page).await)
    }
}

/// The code that the browser is sent on with.
pub fn code_of(answer: &Answer) -> String {
    let (_, query) = way_back(answer);
    value(&query, "code")
        .unwrap_or_else(|| panic!("{query:?}"))
        .to_owned()
}

/// Where a page or a redirect sends the browser: the address without its query, and the query.
pub fn way_back(answer: &Answer) -> (String, Vec<(String, String)>) {
    let url = match answer.header("location") {
        Some(location) => location.to_owned(),
        None => between(
            &answer.body,
            r#"id="answer" class="button primary" href=""#,
            "\"",
        )
        .map(unescape)
        .unwrap_or_else(|| panic!("no way back: {} {}", answer.status, answer.body)),
    };
    let (address, query) = url.split_once('?').expect("a query");
    let parsed = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    (address.to_owned(), parsed)
}

/// One value of a query.
pub fn value<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = query.iter().find(|(other, _)| other == name);
    found.map(|(_, value)| value.as_str())
}

/// The claims of a token, its signature verified under the server's own key set.
pub async fn claims(server: &Server, token: &str) -> Value {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("no JWT: {token}");
    };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url");
    let read = |part: &str| serde_json::from_slice::<Value>(&bytes(part)).expect("json");
    let set = server.browser().get("/oidc/jwks", &[]).await.json();
    let keys = set["keys"].as_array().expect("keys");
    let key = keys
        .iter()
        .find(|key| key["kid"] == read(header)["kid"])
        .expect("the key that signs");
    let number = |name: &str| bytes(key[name].as_str().expect("a number"));
    let (n, e) = (number("n"), number("e"));
    let signed = format!("{header}.{payload}");
    RsaPublicKeyComponents { n: &n, e: &e }
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &bytes(signature),
        )
        .expect("signed by us");
    read(payload)
}
