//! Every parser that reads what a stranger sent, as a function from octets. Each also states what must hold of what was
//! read; a broken statement panics, as a parser's own mistake does. The fuzz targets call them with what libFuzzer makes
//! up, and a test of the workspace with the committed corpora.

use std::sync::LazyLock;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use selfsame_idp::oidc::{
    claims::AskedClaims,
    guid::Guid,
    hint::{self as id_token_hint, Expectation},
    key_set::KeySet,
};
use selfsame_protocol::{
    Error, UnixMillis, jws,
    message::{
        Challenge, CheckRequest, Confirmed, DeviceFrame, Enrolment, GatewayCode, GatewayList,
        GatewayQuestion, GatewayStatement, LinkAuth, Presence, PresenceRequest, ServerFrame,
        VerdictMessage,
    },
};
use selfsame_radius::{
    Authenticator, Enquiry, IntegrityRule, Packet, Password, Reply, Request, SharedSecret,
};
use selfsame_saml::{
    Endpoints, ImportedMetadata, PostMessage, RedirectMessage, ServiceProvider, Timestamp,
};

// The agent's own reader of HTTP: the agent is a program, and has no library to take it from.
#[allow(dead_code, missing_docs)]
#[path = "../../src/presence/http.rs"]
mod http;

/// Reads octets, and panics only over a mistake of ours.
pub type Surface = fn(&[u8]);

/// Every surface, by the name of its target and of its corpus.
pub const ALL: [(&str, Surface); 7] = [
    ("redirect", redirect),
    ("post", post),
    ("metadata", metadata),
    ("frames", frames),
    ("loopback", loopback),
    ("hint", hint),
    ("radius", radius),
];

static SERVICE: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let metadata = include_bytes!("../../crates/saml/tests/fixtures/node-saml/metadata.xml");
    let imported = ImportedMetadata::parse(metadata).expect("the committed metadata is good");
    imported.service
});

static ENDPOINTS: LazyLock<Endpoints> = LazyLock::new(|| Endpoints {
    redirect: "https://fuzz.invalid/saml/sso".to_owned(),
    post: "https://fuzz.invalid/saml/sso".to_owned(),
});

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let modulus = "w".repeat(342);
    let text =
        format!(r#"{{"keys":[{{"kty":"RSA","kid":"fixture","n":"{modulus}","e":"AQAB"}}]}}"#);
    KeySet::parse(&text).expect("a key set")
});

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_573_956_064);

/// An AuthnRequest by HTTP-Redirect: as a query, and as the document in one.
pub fn redirect(octets: &[u8]) {
    if let Ok(query) = std::str::from_utf8(octets) {
        read_redirect(query);
    }
    let query = format!(
        "SAMLRequest={}",
        percent_encoded(&STANDARD.encode(stored(octets)))
    );
    read_redirect(&query);
}

fn read_redirect(query: &str) {
    if let Ok(message) = RedirectMessage::parse(query) {
        // Nobody here has the service's key, and it signs its requests.
        assert!(message.verify(&SERVICE, &ENDPOINTS, NOW).is_err());
    }
}

/// An AuthnRequest by HTTP-POST: as the form's field, and as the document in it.
pub fn post(octets: &[u8]) {
    if let Ok(field) = std::str::from_utf8(octets) {
        read_post(field);
    }
    read_post(&STANDARD.encode(octets));
}

fn read_post(field: &str) {
    if let Ok(message) = PostMessage::parse(field, None) {
        assert!(message.verify(&SERVICE, &ENDPOINTS, NOW).is_err());
    }
}

/// A service's metadata, which an administrator uploads and may have been given by anybody.
pub fn metadata(octets: &[u8]) {
    if let Ok(imported) = ImportedMetadata::parse(octets) {
        assert!(!imported.service.assertion_consumers.is_empty());
    }
}

/// What comes over a websocket or stands in a signed message.
pub fn frames(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Ok(frame) = DeviceFrame::parse(text) {
        assert_eq!(DeviceFrame::parse(&frame.to_text()).as_ref(), Ok(&frame));
    }
    if let Ok(frame) = ServerFrame::parse(text) {
        assert_eq!(ServerFrame::parse(&frame.to_text()).as_ref(), Ok(&frame));
    }
    let _: [Result<(), Error>; 11] = [
        jws::read_unverified::<Challenge>(text).map(drop),
        jws::read_unverified::<CheckRequest>(text).map(drop),
        jws::read_unverified::<Confirmed>(text).map(drop),
        jws::read_unverified::<Enrolment>(text).map(drop),
        jws::read_unverified::<GatewayCode>(text).map(drop),
        jws::read_unverified::<GatewayList>(text).map(drop),
        jws::read_unverified::<GatewayQuestion>(text).map(drop),
        jws::read_unverified::<GatewayStatement>(text).map(drop),
        jws::read_unverified::<LinkAuth>(text).map(drop),
        jws::read_unverified::<Presence>(text).map(drop),
        jws::read_unverified::<VerdictMessage>(text).map(drop),
    ];
}

/// What any program on the computer may send to the agent's port.
pub fn loopback(octets: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let mut requests = http::Requests::new(tokio::io::join(octets, tokio::io::sink()));
        while let Ok(head) = requests.head().await {
            let Ok(body) = requests.body(&head).await else {
                break;
            };
            assert_eq!(body.len(), head.content_length);
            let _ = serde_json::from_slice::<PresenceRequest>(&body);
        }
    });
}

/// A RADIUS packet, as a client sends it and as an upstream server answers.
pub fn radius(octets: &[u8]) {
    let secret = SharedSecret::new("xyzzy5461").expect("a secret");
    if let Ok(packet) = Packet::parse(octets) {
        let sum: usize = packet.attributes().map(|one| one.value.len() + 2).sum();
        assert_eq!(sum + 20, packet.octets().len());
        if Request::read(&packet, &secret, IntegrityRule::Required).is_ok() {
            assert!(
                Request::read(&packet, &secret, IntegrityRule::Lenient)
                    .is_ok_and(|one| one.is_protected)
            );
        }
        if let Ok(request) = Request::read(&packet, &secret, IntegrityRule::Lenient) {
            let answer = Reply::reject()
                .encode(&request, &secret)
                .expect("a short answer fits");
            assert!(Packet::parse(&answer).is_ok());
        }
    }
    let ids = (octets.first().copied().unwrap_or(0), Authenticator([0; 16]));
    let enquiry = Enquiry::new(ids, secret, "fuzz", &Password::new("fuzz"), &[]).expect("it fits");
    // Nobody here knows what the answer's hash must be.
    assert!(enquiry.read(octets).is_err());
}

/// An `id_token_hint` as it stands in a request, and as header and claims of one; and the `claims` beside it.
pub fn hint(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    let _ = AskedClaims::parse(text);
    let (header, claims) = text.split_once('\n').unwrap_or((text, ""));
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    for token in [text, &format!("{header}.{claims}.AAAA")] {
        let _ = id_token_hint::key_id(token);
        let tenant = Guid::parse("9122040d-6c67-4c5b-b112-36a304b66dad").expect("a GUID");
        let expected = Expectation {
            issuer: "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0",
            tenant: &tenant,
            application: &tenant,
        };
        // Nobody here has the issuer's key.
        let now = UnixMillis(1_795_573_956_064);
        assert!(id_token_hint::verify(token, &KEYS, &expected, now).is_err());
    }
}

/// The octets in one DEFLATE block that stores them, cut where such a block ends.
fn stored(octets: &[u8]) -> Vec<u8> {
    let cut = &octets[..octets.len().min(usize::from(u16::MAX))];
    let length = u16::try_from(cut.len()).unwrap_or(u16::MAX);
    let mut block = vec![1];
    block.extend(length.to_le_bytes());
    block.extend((!length).to_le_bytes());
    block.extend(cut);
    block
}

fn percent_encoded(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}
