//! Where services send people: `/saml/sso` by GET (HTTP-Redirect) and POST, and our metadata.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Form,
    extract::{ConnectInfo, RawQuery, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use selfsame_protocol::check::Arrival;
use selfsame_saml::{
    AuthnRequest, EntityId, PostMessage, RedirectMessage, RequestError, ServiceProvider, Timestamp,
};

use crate::{
    App,
    checks::{begin, request::SignInRequest},
    page::{
        self,
        refused::{Refused, TooMany},
    },
    service_settings::RedirectRule,
    services::KnownService,
};

pub mod attribution;
pub mod refusals;

use attribution::Attribution;

type Fields = Vec<(String, String)>;

/// A message that was read and is not believed yet.
enum Message {
    Redirect(Box<RedirectMessage>),
    Post(Box<PostMessage>),
}

/// A refusal, with what the audit record says beside its code.
struct Refusal {
    why: Refused,
    issuer: Option<EntityId>,
}

impl<E: Into<Refused>> From<E> for Refusal {
    fn from(why: E) -> Self {
        Self {
            why: why.into(),
            issuer: None,
        }
    }
}

/// `GET /saml/sso`: nobody vouches for where a link came from, so the person must click.
pub async fn redirect(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let message =
        RedirectMessage::parse(&query).map(|message| Message::Redirect(Box::new(message)));
    take(&app, message, &headers, peer.ip()).await
}

/// `POST /saml/sso`: the browser says from which origin the form was sent.
pub async fn post(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let message = read_form(form).map(|message| Message::Post(Box::new(message)));
    take(&app, message, &headers, peer.ip()).await
}

/// `GET /metadata`: what a service's administrator uploads there.
pub async fn metadata(State(app): State<App>) -> Response {
    match crate::metadata::xml(
        &app.settings.origin,
        &app.sign_in.signing.now().certificates,
    ) {
        Ok(xml) => ([(CONTENT_TYPE, "application/samlmetadata+xml")], xml).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metadata could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn read_form(form: Result<Form<Fields>, FormRejection>) -> Result<PostMessage, RequestError> {
    let Form(fields) = form.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => RequestError::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => RequestError::MissingParameter("SAMLRequest"),
        _ => RequestError::MalformedQuery,
    })?;
    if field(&fields, "SAMLResponse")?.is_some() {
        return Err(RequestError::ResponseInRequest);
    }
    let request =
        field(&fields, "SAMLRequest")?.ok_or(RequestError::MissingParameter("SAMLRequest"))?;
    PostMessage::parse(request, field(&fields, "RelayState")?)
}

/// A field that may stand once.
fn field<'a>(fields: &'a Fields, name: &'static str) -> Result<Option<&'a str>, RequestError> {
    let mut found = fields
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(RequestError::DuplicateParameter(name)),
        (first, None) => Ok(first),
    }
}

async fn take(
    app: &App,
    message: Result<Message, RequestError>,
    headers: &HeaderMap,
    from: IpAddr,
) -> Response {
    let arrived = app.clock.now();
    let attribution = match &message {
        Ok(Message::Redirect(_)) => Attribution::Unknown,
        _ => Attribution::of(headers),
    };
    let outcome = match message {
        _ if !app.rates.addresses.take(from.into(), arrived) => {
            Err(Refused::TooMany(TooMany::FromAddress).into())
        }
        Ok(message) => admit(app, message, &attribution).await,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok((service, request, arrival)) => {
            let request = SignInRequest::of_saml(service, request);
            begin::begin(app, request, arrival, arrived).await
        }
        Err(refusal) => refuse(app, &refusal, &attribution).await,
    }
}

type Admitted = (Arc<KnownService>, AuthnRequest, Arrival);

/// Checks a message in full, and then whether the browser came from the service.
async fn admit(
    app: &App,
    message: Message,
    attribution: &Attribution,
) -> Result<Admitted, Refusal> {
    let issuer = message.issuer().clone();
    let blamed = |why: Refused| Refusal {
        why,
        issuer: Some(issuer.clone()),
    };
    let found = app
        .sign_in
        .services
        .find(issuer.as_str())
        .await
        .map_err(|e| blamed(e.into()))?;
    let service = found.ok_or_else(|| blamed(RequestError::UnknownService.into()))?;
    let Some(provider) = service.saml() else {
        return Err(blamed(RequestError::UnknownService.into()));
    };
    let entity_id = issuer.to_string();
    if !app.rates.services.take(entity_id, app.clock.now()) {
        return Err(blamed(Refused::TooMany(TooMany::ForService)));
    }
    if message.is_link() && service.registered.settings.redirect == RedirectRule::Refused {
        return Err(blamed(Refused::LinkNotAllowed));
    }
    let now = Timestamp::from_unix_millis(app.clock.wall().0);
    let request = message
        .verify(app, provider, now)
        .map_err(|error| blamed(error.into()))?;
    let arrival = attribution
        .arrival(&service.origins)
        .ok_or_else(|| blamed(Refused::ForeignOrigin))?;
    Ok((service, request, arrival))
}

impl Message {
    fn is_link(&self) -> bool {
        matches!(self, Self::Redirect(_))
    }

    fn issuer(&self) -> &EntityId {
        match self {
            Self::Redirect(message) => message.issuer(),
            Self::Post(message) => message.issuer(),
        }
    }

    fn verify(
        self,
        app: &App,
        provider: &ServiceProvider,
        now: Timestamp,
    ) -> Result<AuthnRequest, RequestError> {
        let endpoints = &app.sign_in.endpoints;
        match self {
            Self::Redirect(message) => message.verify(provider, endpoints, now),
            Self::Post(message) => message.verify(provider, endpoints, now),
        }
    }
}

/// Shows why, and writes it down. Nothing leaves for an address that the request names.
async fn refuse(app: &App, refusal: &Refusal, attribution: &Attribution) -> Response {
    let issuer = refusal.issuer.as_ref().map_or("unknown", EntityId::as_str);
    refusals::write_down(app, refusal.why.code(), issuer, attribution).await;
    page::refused::show(&refusal.why)
}
