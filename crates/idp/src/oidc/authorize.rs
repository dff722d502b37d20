//! `/oidc/authorize`: where relying parties send people. Until the redirect URI is known to be the client's, what is
//! wrong is shown here; after that it goes back to the relying party, which offers another method.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Form,
    extract::{ConnectInfo, Query, State, rejection::FormRejection, rejection::QueryRejection},
    response::Response,
};
use http::{HeaderMap, StatusCode};

use super::{
    answer,
    client::Client,
    code_request, entra_request,
    parameters::Parameters,
    problem::Problem,
    way_back::{Mode, WayBack},
};
use crate::{
    App,
    checks::{begin, request::SignInRequest},
    page::refused::{self, Refused, TooMany},
    respond,
    service_settings::RedirectRule,
    services::KnownService,
    sso::{attribution::Attribution, refusals},
};

/// Where it is.
pub const PATH: &str = "/oidc/authorize";
/// Longer identifiers are not registered.
const CLIENT_ID_OCTETS: usize = 128;
const REDIRECT_URI_OCTETS: usize = 2048;
/// As much as a relay state may hold.
const STATE_OCTETS: usize = 4096;

type Fields = Vec<(String, String)>;

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// As a link, for which nobody vouches.
    ByLink,
    /// In a form that the browser posted.
    ByForm,
}

/// A request whose way back is known.
#[derive(Debug)]
pub struct Addressed {
    /// Who asks.
    pub service: Arc<KnownService>,
    /// Where the answer goes.
    pub way: WayBack,
    /// How it came.
    pub arrived: Arrived,
    /// Everything that was sent.
    pub parameters: Parameters,
}

/// `GET /oidc/authorize`.
pub async fn get(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    query: Result<Query<Fields>, QueryRejection>,
) -> Response {
    let fields = query
        .map(|Query(fields)| fields)
        .map_err(|_| Problem::Unreadable);
    take(&app, fields, Arrived::ByLink, &headers, peer.ip()).await
}

/// `POST /oidc/authorize`.
pub async fn post(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let fields = form
        .map(|Form(fields)| fields)
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            _ => Problem::Unreadable,
        });
    take(&app, fields, Arrived::ByForm, &headers, peer.ip()).await
}

async fn take(
    app: &App,
    fields: Result<Fields, Problem>,
    arrived: Arrived,
    headers: &HeaderMap,
    from: IpAddr,
) -> Response {
    let now = app.clock.now();
    let attribution = match arrived {
        Arrived::ByLink => Attribution::Unknown,
        Arrived::ByForm => Attribution::of(headers),
    };
    if !app.rates.addresses.take(from.into(), now) {
        let why = Refused::TooMany(TooMany::FromAddress);
        return show(app, &why, "unknown", &attribution).await;
    }
    let parameters = fields.and_then(Parameters::new);
    let (service, parameters) = match find(app, parameters).await {
        Ok(found) => found,
        Err(why) => return show(app, &why, "unknown", &attribution).await,
    };
    let client_id = service.registered.entity_id.clone();
    let addressed = match address(app, service, parameters, arrived) {
        Ok(addressed) => addressed,
        Err(why) => return show(app, &why, &client_id, &attribution).await,
    };
    let Some(arrival) = attribution.arrival(&addressed.service.origins) else {
        return show(app, &Refused::ForeignOrigin, &client_id, &attribution).await;
    };
    let (service, way) = (Arc::clone(&addressed.service), addressed.way.clone());
    match admit(app, addressed).await {
        Ok(request) => begin::begin(app, request, arrival, now).await,
        Err(Refused::Oidc(problem)) => {
            refusals::write_down(app, problem.code(), &client_id, &attribution).await;
            let answer = answer::problem(&way, &app.settings.origin, problem);
            respond::send_at_once(answer, &service.origins, service.name())
        }
        Err(why) => show(app, &why, &client_id, &attribution).await,
    }
}

/// Who asks.
async fn find(
    app: &App,
    parameters: Result<Parameters, Problem>,
) -> Result<(Arc<KnownService>, Parameters), Refused> {
    let parameters = parameters?;
    let client_id = parameters.required("client_id", CLIENT_ID_OCTETS)?;
    let found = app.sign_in.services.find(client_id).await?;
    let service = found.filter(|service| service.oidc().is_some());
    Ok((service.ok_or(Problem::UnknownClient)?, parameters))
}

/// Where the answer goes.
fn address(
    app: &App,
    service: Arc<KnownService>,
    parameters: Parameters,
    arrived: Arrived,
) -> Result<Addressed, Refused> {
    let client_id = service.registered.entity_id.clone();
    if !app.rates.services.take(client_id, app.clock.now()) {
        return Err(Refused::TooMany(TooMany::ForService));
    }
    let asked = parameters.required("redirect_uri", REDIRECT_URI_OCTETS)?;
    let registered = service.oidc().and_then(|client| client.redirect_uri(asked));
    let redirect_uri = registered.ok_or(Problem::UnregisteredRedirectUri)?;
    if arrived == Arrived::ByLink && service.registered.settings.redirect == RedirectRule::Refused {
        return Err(Refused::LinkNotAllowed);
    }
    // Without its state a relying party could not tell which sign-in an error ends.
    let state = parameters
        .optional("state", STATE_OCTETS)?
        .map(str::to_owned);
    let mode = match service.oidc() {
        Some(Client::Entra(_)) => Mode::FormPost,
        _ => Mode::Query,
    };
    let way = WayBack {
        redirect_uri,
        state,
        mode,
    };
    Ok(Addressed {
        service,
        way,
        arrived,
        parameters,
    })
}

async fn admit(app: &App, request: Addressed) -> Result<SignInRequest, Refused> {
    let service = Arc::clone(&request.service);
    match service.oidc() {
        Some(Client::Code(client)) => Ok(code_request::admit(client, request)?),
        Some(Client::Entra(client)) => entra_request::admit(app, client, request).await,
        None => Err(Problem::UnknownClient.into()),
    }
}

async fn show(app: &App, why: &Refused, issuer: &str, attribution: &Attribution) -> Response {
    refusals::write_down(app, why.code(), issuer, attribution).await;
    refused::show(why)
}
