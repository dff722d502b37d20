//! Entra ID as far as a provider of an external method sees it: a tenant, its keys, and requests with a hint.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, traits::PublicKeyParts};
use selfsame_idp::{clock::Clock, secret::Secret};
use selfsame_saml::Signer;
use serde_json::{Value, json};

use super::{Answer, Server, parameters::Parameters, visit::between, visit::unescape};

/// The tenant that asks.
pub const TENANT: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
/// The application that stands for us in it.
pub const APPLICATION: &str = "600b719b-3766-4dc5-95a6-3c4a8dc31885";
/// Ada in her directory, which is another: she is a guest.
pub const ADA_TENANT: &str = "14c2f153-90a7-4689-9db7-9543bf084dad";
/// Ada in it.
pub const ADA_OBJECT: &str = "951ddb04-b16d-45f3-bbf7-b0fa18fa7aee";
/// What the tenant calls Ada.
pub const ADA_SUBJECT: &str = "mBfcvuhSHkDWVgV72x2ruIYdSsPSvcj2R0qfc6mGEAA";
/// Where answers go.
pub const EXTERNAL: &str =
    "https://login.microsoftonline.com/common/federation/externalauthprovider";
/// From where requests are posted.
pub const LOGIN: &str = "https://login.microsoftonline.com";
/// What it asks for, as Microsoft documents it.
pub const CLAIMS: &str = r#"{"id_token":{"acr":{"essential":true,"values":["possessionorinherence"]},"amr":{"essential":true,"values":["face","fido","fpt","hwk","iris","otp","pop","retina","sc","sms","swk","tel","vbm"]}}}"#;

/// One key for all tests: finding primes takes seconds in a debug build.
static KEY: LazyLock<RsaPrivateKey> =
    LazyLock::new(|| RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key"));

/// A registered tenant.
pub struct Entra {
    /// The client id that it was given.
    pub client_id: String,
}

impl Entra {
    /// Registers the tenant, loads its keys, and lets it be answered.
    pub fn register(server: &Server) -> Self {
        let tenant = Self::without_keys(server);
        let file = server.path().join("microsoft.json");
        std::fs::write(&file, key_set("fixture").to_string()).expect("written");
        let load = [
            "oidc",
            "keys",
            "load",
            "entra",
            file.to_str().expect("text"),
        ];
        assert!(server.cli(&load).status.success());
        tenant
    }

    /// Registers the tenant; nobody's keys are known yet.
    pub fn without_keys(server: &Server) -> Self {
        Self::in_observation(server).assisting(server)
    }

    /// Registers the tenant, whose keys the server fetches by way of this metadata.
    pub fn with_keys_from(server: &Server, metadata: &str) -> Self {
        Self::add(server, &["--keys-from", metadata]).assisting(server)
    }

    fn assisting(self, server: &Server) -> Self {
        let set = [
            "sp",
            "set",
            "entra",
            "--mode",
            "assist",
            "--without-tests",
            "a test of its own",
        ];
        assert!(server.cli(&set).status.success());
        self
    }

    /// Registers the tenant, and leaves it as every new service is.
    pub fn in_observation(server: &Server) -> Self {
        Self::add(server, &["--keys-by-file"])
    }

    fn add(server: &Server, keys: &[&str]) -> Self {
        let add = [
            "oidc",
            "client",
            "add-entra",
            "--tenant",
            TENANT,
            "--application",
            APPLICATION,
            "--id",
            "entra",
            "--name",
            "Contoso",
        ];
        assert!(server.cli(&[&add[..], keys].concat()).status.success());
        Self {
            client_id: "entra".to_owned(),
        }
    }

    /// Says that Ada's login is hers.
    pub fn link_ada(server: &Server, login: &str) {
        let args = [
            "user", "link", login, "--tenant", ADA_TENANT, "--object", ADA_OBJECT,
        ];
        let linked = server.cli(&args);
        assert!(
            linked.status.success(),
            "{}",
            String::from_utf8_lossy(&linked.stderr)
        );
    }

    /// A request about Ada.
    pub fn request(&self) -> Parameters {
        self.request_with(&hint(&claims()))
    }

    /// A request with this hint.
    pub fn request_with(&self, hint: &str) -> Parameters {
        let (state, nonce) = (Secret::random(), Secret::random());
        [
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("client_id", &*self.client_id),
            ("redirect_uri", EXTERNAL),
            ("nonce", nonce.expose()),
            ("state", state.expose()),
            ("id_token_hint", hint),
            ("claims", CLAIMS),
            ("client-request-id", "72826bb4-abb7-4221-b253-100f530b4b0a"),
            ("mkt", "en-GB"),
        ]
        .into()
    }
}

/// The tenant's key set, with the key under this name.
pub fn key_set(key_id: &str) -> Value {
    let number = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    json!({ "keys": [{
        "kty": "RSA", "use": "sig", "kid": key_id, "x5t": key_id,
        "n": number(KEY.n()), "e": number(KEY.e()),
        "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
    }] })
}

/// What a hint about Ada says, issued expired as Microsoft does.
pub fn claims() -> Value {
    let now = Clock::start().wall().0 / 1_000;
    json!({
        "ver": "2.0", "iss": format!("{LOGIN}/{TENANT}/v2.0"), "sub": ADA_SUBJECT, "aud": APPLICATION,
        "exp": now - 1, "iat": now, "nbf": now, "name": "Ada", "preferred_username": "somebody@contoso.com",
        "oid": ADA_OBJECT, "tid": ADA_TENANT,
    })
}

/// A hint with these claims.
pub fn hint(claims: &Value) -> String {
    hint_under(
        &json!({ "typ": "JWT", "alg": "RS256", "kid": "fixture" }),
        claims,
    )
}

/// A hint with this header.
pub fn hint_under(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    sign(&format!("{}.{}", encode(header), encode(claims)))
}

/// A token of this header and these claims, whatever they are.
pub fn sign(signed: &str) -> String {
    let der = KEY.to_pkcs8_der().expect("a key");
    let signer = Signer::from_pkcs8_der(der.as_bytes()).expect("a signer");
    let signature = signer.sign(signed.as_bytes()).expect("signed");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The fields of the form that a page posts to Entra ID.
pub fn posted(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let action = between(&answer.body, r#"id="answer" method="post" action=""#, "\"").map(unescape);
    assert_eq!(action.as_deref(), Some(EXTERNAL), "{}", answer.body);
    let inputs = answer.body.split(r#"<input type="hidden" name=""#).skip(1);
    inputs
        .map(|input| {
            let (name, rest) = input.split_once('"').expect("a name");
            let value = between(rest, r#"value=""#, "\"").expect("a value");
            (name.to_owned(), unescape(value))
        })
        .collect()
}
