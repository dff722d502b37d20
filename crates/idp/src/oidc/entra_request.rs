//! A request of Entra ID for its external authentication method, checked in full.

use selfsame_protocol::UnixMillis;

use super::{
    authorize::{Addressed, Arrived},
    claims::AskedClaims,
    client::EntraClient,
    code_request::digest,
    hint::{self, Expectation, Hint, HintError},
    issuer_keys,
    methods::AskedMethods,
    problem::Problem,
};
use crate::{
    App,
    checks::request::{Expected, SignInRequest},
    page::refused::Refused,
    respond::reply::{FormReply, Reply},
    store::EntraAccount,
};

const WORD_OCTETS: usize = 256;
const NONCE_OCTETS: usize = 1024;
const CLAIMS_OCTETS: usize = 8 * 1024;
const HINT_OCTETS: usize = 16 * 1024;
/// The rule by which a request about somebody is refused whom nobody linked.
const NOT_LINKED: &str = "account-not-linked";

/// Checks a request of this tenant.
///
/// # Errors
/// [`Refused::Oidc`] for the relying party; anything else is shown here.
pub async fn admit(
    app: &App,
    client: &EntraClient,
    request: Addressed,
) -> Result<SignInRequest, Refused> {
    let (claims, nonce) = read(&request)?;
    let text = request.parameters.required("id_token_hint", HINT_OCTETS)?;
    let hint = believe(app, client, &request.service.registered.entity_id, text).await?;
    let account = EntraAccount {
        tenant: hint.tenant,
        object: hint.object,
    };
    let person = app.store.login_of_account(&account).await?;
    let asked = AskedMethods::choose(claims);
    let unlinked = person.is_none().then_some(NOT_LINKED);
    let unanswerable = asked.as_ref().err().copied().or(unlinked);
    let request_id = digest(&[nonce.as_deref(), request.way.state.as_deref(), Some(text)]);
    Ok(SignInRequest {
        is_passive: false,
        expected: person.map_or(Expected::Hints(Vec::new()), Expected::Person),
        unanswerable,
        reply: Reply::OidcForm(FormReply {
            request_id,
            way: request.way,
            nonce,
            subject: hint.subject,
            account: Some(account),
            asked: asked.unwrap_or_default(),
        }),
        service: request.service,
    })
}

fn read(request: &Addressed) -> Result<(AskedClaims, Option<String>), Problem> {
    let parameters = &request.parameters;
    if request.arrived == Arrived::ByLink {
        return Err(Problem::NotPosted);
    }
    if parameters.required("response_type", WORD_OCTETS)? != "id_token" {
        return Err(Problem::ResponseType);
    }
    if parameters.required("response_mode", WORD_OCTETS)? != "form_post" {
        return Err(Problem::ResponseMode);
    }
    let scope = parameters.required("scope", WORD_OCTETS)?;
    if !scope.split(' ').any(|word| word == "openid") {
        return Err(Problem::Scope);
    }
    let claims = AskedClaims::parse(parameters.required("claims", CLAIMS_OCTETS)?)?;
    let nonce = parameters.optional("nonce", NONCE_OCTETS)?;
    Ok((claims, nonce.map(str::to_owned)))
}

/// Who is meant, under the issuer's keys; a key that is not known yet may just have been published.
async fn believe(
    app: &App,
    client: &EntraClient,
    client_id: &str,
    text: &str,
) -> Result<Hint, Refused> {
    let key_id = hint::key_id(text).map_err(Problem::from)?;
    let keys = issuer_keys::with(app, client, client_id, &key_id).await?;
    let keys = keys.ok_or(Problem::Hint(HintError::NoKeys))?;
    let issuer = client.issuer();
    let expected = Expectation {
        issuer: &issuer,
        tenant: &client.tenant,
        application: &client.application,
    };
    let now: UnixMillis = app.clock.wall();
    Ok(hint::verify(text, &keys, &expected, now).map_err(Problem::from)?)
}
