//! A request for an authorization code (OpenID Connect Core §3.1.2, RFC 7636), checked in full.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    authorize::Addressed,
    challenge::CodeChallenge,
    claims::AskedClaims,
    client::{CodeClient, Pkce},
    methods,
    parameters::Parameters,
    problem::Problem,
};
use crate::{
    checks::request::{Expected, SignInRequest},
    random,
    respond::reply::{CodeReply, Reply},
};

const WORD_OCTETS: usize = 256;
const NONCE_OCTETS: usize = 1024;
const CLAIMS_OCTETS: usize = 8 * 1024;

/// Checks a request of this client.
///
/// # Errors
/// [`Problem`], for the relying party.
pub fn admit(client: &CodeClient, request: Addressed) -> Result<SignInRequest, Problem> {
    let parameters = &request.parameters;
    refuse_objects(parameters)?;
    require_code(parameters)?;
    let challenge = challenge(parameters, client.pkce)?;
    let nonce = parameters
        .optional("nonce", NONCE_OCTETS)?
        .map(str::to_owned);
    let claims = match parameters.optional("claims", CLAIMS_OCTETS)? {
        Some(text) => AskedClaims::parse(text)?,
        None => AskedClaims::default(),
    };
    let level = methods::essential_level(&claims.acr);
    let hint = parameters
        .optional("login_hint", WORD_OCTETS)?
        .map(str::to_owned);
    Ok(SignInRequest {
        is_passive: is_passive(parameters)?,
        expected: Expected::Hints(hint.into_iter().collect()),
        unanswerable: level.err(),
        reply: Reply::OidcCode(CodeReply {
            request_id: request_id(&request, parameters),
            way: request.way,
            nonce,
            challenge,
            essential_level: level.unwrap_or_default(),
        }),
        service: request.service,
    })
}

fn refuse_objects(parameters: &Parameters) -> Result<(), Problem> {
    match () {
        () if parameters.has("request") => Err(Problem::RequestObject),
        () if parameters.has("request_uri") => Err(Problem::RequestUri),
        () => Ok(()),
    }
}

fn require_code(parameters: &Parameters) -> Result<(), Problem> {
    if parameters.required("response_type", WORD_OCTETS)? != "code" {
        return Err(Problem::ResponseType);
    }
    if parameters
        .optional("response_mode", WORD_OCTETS)?
        .unwrap_or("query")
        != "query"
    {
        return Err(Problem::ResponseMode);
    }
    let scope = parameters.required("scope", NONCE_OCTETS)?;
    match scope.split(' ').any(|word| word == "openid") {
        true => Ok(()),
        false => Err(Problem::Scope),
    }
}

fn challenge(parameters: &Parameters, pkce: Pkce) -> Result<Option<CodeChallenge>, Problem> {
    let Some(text) = parameters.optional("code_challenge", WORD_OCTETS)? else {
        return match pkce {
            Pkce::Required => Err(Problem::NoChallenge),
            Pkce::Optional => Ok(None),
        };
    };
    // Left out, the method would be `plain`, which hides nothing.
    if parameters.optional("code_challenge_method", WORD_OCTETS)? != Some("S256") {
        return Err(Problem::Challenge);
    }
    CodeChallenge::parse(text)
        .map(Some)
        .ok_or(Problem::Challenge)
}

/// Every request is judged afresh, so of the words of `prompt` only `none` changes anything.
fn is_passive(parameters: &Parameters) -> Result<bool, Problem> {
    let words = parameters
        .optional("prompt", WORD_OCTETS)?
        .unwrap_or_default();
    let mut words = words.split(' ').filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some("none"), None) => Ok(true),
        (Some(first), Some(second)) if [first, second].contains(&"none") => Err(Problem::Prompt),
        _ => Ok(false),
    }
}

/// The same for a request that is loaded again, and another for every other. A relying party that sends nothing of its
/// own gets a fresh one, and so a second check.
fn request_id(request: &Addressed, parameters: &Parameters) -> String {
    let own = ["state", "nonce", "code_challenge"]
        .map(|name| parameters.optional(name, usize::MAX).ok().flatten());
    if own == [None; 3] {
        return random::name();
    }
    digest(&[
        Some(request.way.redirect_uri.as_str()),
        own[0],
        own[1],
        own[2],
    ])
}

/// Each part with its length before it, so that no two lists look alike.
pub(super) fn digest(parts: &[Option<&str>]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        let text = part.unwrap_or_default();
        hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(text);
    }
    URL_SAFE_NO_PAD.encode(hasher.finalize())
}
