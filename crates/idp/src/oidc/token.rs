//! `POST /oidc/token` (RFC 6749 §4.1.3, OpenID Connect Core §3.1.3): a relying party redeems a code for an ID token.

use std::net::SocketAddr;

use axum::{
    Form, Json,
    extract::{ConnectInfo, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use super::{
    codes::{Claim, CodeError, Grant},
    id_token::{IdToken, Statement},
    methods,
    parameters::Parameters,
    problem::Problem,
};
use crate::{
    App,
    audit::{Action, Record},
    secret::Secret,
};

mod client_auth;

use client_auth::{AuthError, Credentials};

/// Where it is.
pub const PATH: &str = "/oidc/token";
const WORD_OCTETS: usize = 2048;
/// For how long the access token would open something, in seconds, if there were anything to open.
const ACCESS_S: u32 = 60;

type Fields = Vec<(String, String)>;

/// Why there is no token.
#[derive(Debug)]
enum TokenError {
    /// The call is not as the standard describes it.
    Request(Problem),
    /// Another grant than a code.
    GrantType,
    /// The client did not show who it is.
    Client(AuthError),
    /// The code is worth nothing.
    Code(CodeError, String),
    /// Too many calls that failed.
    TooMany,
    /// The server cannot do it now.
    Server,
}

/// Redeems a code.
pub async fn redeem(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let fields = form
        .map(|Form(fields)| fields)
        .map_err(|_| Problem::Unreadable);
    let parameters = fields.and_then(Parameters::new);
    let outcome = match parameters {
        Ok(parameters) => exchange(&app, &headers, &parameters).await,
        Err(problem) => Err(TokenError::Request(problem)),
    };
    match outcome {
        Ok(token) => no_store(success(token)),
        Err(error) => {
            write_down(&app, &error).await;
            // Only failures count: a busy relying party redeems all its codes from one address.
            let error = match app.rates.addresses.take(peer.ip().into(), app.clock.now()) {
                true => error,
                false => TokenError::TooMany,
            };
            no_store(failure(&error))
        }
    }
}

async fn exchange(
    app: &App,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<String, TokenError> {
    if parameters.required("grant_type", WORD_OCTETS)? != "authorization_code" {
        return Err(TokenError::GrantType);
    }
    let client_id = Credentials::read(headers, parameters)?.verify(app).await?;
    let code = Secret::new(parameters.required("code", WORD_OCTETS)?);
    let claim = Claim {
        client_id: &client_id,
        redirect_uri: parameters.required("redirect_uri", WORD_OCTETS)?,
        verifier: parameters.optional("code_verifier", WORD_OCTETS)?,
    };
    let redeemed = app.sign_in.codes.redeem(&code, claim, app.clock.now());
    let grant = redeemed.map_err(|why| TokenError::Code(why, client_id.clone()))?;
    let token = sign(app, &client_id, &grant)?;
    let record = Record::new(grant.login.as_str(), Action::CodeRedeemed, &client_id)
        .with(json!({ "check": grant.check }));
    match app.store.append_audit(record, app.clock.wall()).await {
        Ok(_) => Ok(token),
        Err(error) => {
            tracing::error!(%error, "a redeemed code could not be written down");
            Err(TokenError::Server)
        }
    }
}

fn sign(app: &App, client_id: &str, grant: &Grant) -> Result<String, TokenError> {
    let acr = methods::acr_of(grant.level);
    let statement = Statement {
        audience: client_id,
        subject: &grant.subject,
        nonce: grant.nonce.as_deref(),
        acr: &acr,
        method: grant.method,
    };
    let token = IdToken::new(&app.settings.origin, statement, app.clock.wall())
        .about(grant.login.as_str(), grant.proved);
    let signed = app.sign_in.signing.now().tokens.sign(&token);
    signed.map_err(|error| {
        tracing::error!(%error, "an ID token could not be signed");
        TokenError::Server
    })
}

/// The standard demands an access token. Ours opens nothing: there is no resource here beside the ID token.
fn success(id_token: String) -> Response {
    let body = json!({
        "access_token": Secret::random().expose(),
        "token_type": "Bearer",
        "expires_in": ACCESS_S,
        "id_token": id_token,
    });
    Json(body).into_response()
}

fn failure(error: &TokenError) -> Response {
    let body = json!({ "error": error.word(), "error_description": error.code() });
    let mut response = (error.status(), Json(body)).into_response();
    if matches!(error, TokenError::Client(_)) {
        let basic = HeaderValue::from_static("Basic realm=\"selfsame\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, basic);
    }
    response
}

fn no_store(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

async fn write_down(app: &App, error: &TokenError) {
    let Some(left_out) = app.sign_in.note_refusal(error.code(), app.clock.now()) else {
        return;
    };
    let client = match error {
        TokenError::Code(_, client) => client,
        _ => "unknown",
    };
    let record = Record::new("stranger", Action::CodeRefused, client)
        .with(json!({ "why": error.code(), "left_out_before": left_out }));
    if let Err(error) = app.store.append_audit(record, app.clock.wall()).await {
        tracing::error!(%error, "a refused code could not be written down");
    }
}

impl From<Problem> for TokenError {
    fn from(problem: Problem) -> Self {
        Self::Request(problem)
    }
}

impl From<AuthError> for TokenError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store => Self::Server,
            other => Self::Client(other),
        }
    }
}

impl TokenError {
    /// A stable code for audit records.
    const fn code(&self) -> &'static str {
        match self {
            Self::Request(problem) => problem.code(),
            Self::GrantType => "oidc-grant-type",
            Self::Client(error) => error.code(),
            Self::Code(error, _) => error.code(),
            Self::TooMany => "too-many-from-address",
            Self::Server => "server-in-trouble",
        }
    }

    /// The standard's word (RFC 6749 §5.2).
    const fn word(&self) -> &'static str {
        match self {
            Self::Request(_) => "invalid_request",
            Self::GrantType => "unsupported_grant_type",
            Self::Client(_) => "invalid_client",
            Self::Code(..) => "invalid_grant",
            Self::TooMany | Self::Server => "temporarily_unavailable",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Client(_) => StatusCode::UNAUTHORIZED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Server => StatusCode::SERVICE_UNAVAILABLE,
            Self::Request(_) | Self::GrantType | Self::Code(..) => StatusCode::BAD_REQUEST,
        }
    }
}
