//! The pages of everything that cannot go on: what happened, who is to blame, what to do, a code.

use askama::Template;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use selfsame_protocol::CheckId;
use selfsame_saml::{RequestError, xml::XmlError};

use super::{
    assets::{ADDRESSES, Addresses},
    headers::Csp,
    render,
};
use crate::{oidc::problem::Problem, store::StoreError};

mod oidc;

/// Why a page cannot go on.
#[derive(Debug)]
pub enum Refused {
    /// The sign-in request is not acceptable.
    Request(RequestError),
    /// The request by OpenID Connect is not acceptable.
    Oidc(Problem),
    /// A page of another origin sent it.
    ForeignOrigin,
    /// It came as a link, and the service only posts.
    LinkNotAllowed,
    /// No such check, or not this browser's.
    CheckNotHere,
    /// The answer has left before.
    AlreadyAnswered(Back),
    /// Somebody asks too often.
    TooMany(TooMany),
    /// The device was barred in the last moment; answered in the other factor, never shown.
    DeviceBarred,
    /// An approval could not be written down.
    NotRecorded(CheckId),
    /// The answer could not be signed.
    NotSigned,
    /// The database does not answer.
    StoreUnavailable,
}

/// Where a person can go on.
#[derive(Debug, Clone)]
pub struct Back {
    /// What people call the service.
    pub service: String,
    /// Its origin, which an administrator registered.
    pub origin: String,
}

/// Of what there is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMany {
    /// Requests from one address.
    FromAddress,
    /// Requests for one service.
    ForService,
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Oidc(problem)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a sign-in failed because the store did");
        Self::StoreUnavailable
    }
}

impl Refused {
    /// A stable code for audit records and help desks.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::Oidc(problem) => problem.code(),
            Self::ForeignOrigin => "foreign-origin",
            Self::LinkNotAllowed => "link-not-allowed",
            Self::CheckNotHere => "check-not-here",
            Self::TooMany(TooMany::FromAddress) => "too-many-from-address",
            Self::TooMany(TooMany::ForService) => "too-many-for-service",
            Self::AlreadyAnswered(_) => "already-answered",
            Self::DeviceBarred => "device-barred",
            Self::NotRecorded(_) => "not-recorded",
            Self::NotSigned => "not-signed",
            Self::StoreUnavailable => "store-unavailable",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Request(RequestError::TooLarge) | Self::Oidc(Problem::TooLarge) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Request(_) | Self::Oidc(_) => StatusCode::BAD_REQUEST,
            Self::ForeignOrigin | Self::LinkNotAllowed | Self::DeviceBarred => {
                StatusCode::FORBIDDEN
            }
            Self::CheckNotHere => StatusCode::NOT_FOUND,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::AlreadyAnswered(_) => StatusCode::GONE,
            Self::NotRecorded(_) | Self::NotSigned | Self::StoreUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    fn words(&self) -> Words {
        match self {
            Self::Request(error) => of_request(error),
            Self::Oidc(problem) => oidc::words(*problem),
            Self::ForeignOrigin => FOREIGN_ORIGIN.into(),
            Self::LinkNotAllowed => LINK_NOT_ALLOWED.into(),
            Self::CheckNotHere => CHECK_NOT_HERE.into(),
            Self::TooMany(TooMany::FromAddress) => TOO_MANY_FROM_ADDRESS.into(),
            Self::TooMany(TooMany::ForService) => TOO_MANY_FOR_SERVICE.into(),
            Self::AlreadyAnswered(_) => ALREADY_ANSWERED.into(),
            Self::DeviceBarred => DEVICE_BARRED.into(),
            Self::NotRecorded(_) => NOT_RECORDED.into(),
            Self::NotSigned | Self::StoreUnavailable => SERVER_IN_TROUBLE.into(),
        }
    }
}

/// What a page says.
struct Words {
    title: &'static str,
    what: String,
    blame: &'static str,
    todo: &'static str,
    advice: Option<String>,
}

type Fixed = (&'static str, &'static str, &'static str, &'static str);

impl From<Fixed> for Words {
    fn from((title, what, blame, todo): Fixed) -> Self {
        Self {
            title,
            what: what.to_owned(),
            blame,
            todo,
            advice: None,
        }
    }
}

const FOREIGN_ORIGIN: Fixed = (
    "This sign-in was started by another website",
    "A page that does not belong to the service sent your browser here. Nothing was checked and nobody was signed in.",
    "The website you came from. It may be trying to sign somebody else in with your help.",
    "Close this page. If you want to sign in, open the service yourself and start there.",
);
const LINK_NOT_ALLOWED: Fixed = (
    "This service does not sign in by links",
    "The sign-in request came as a link. This service posts its requests, so that nobody can send you one. Nothing was checked and nobody was signed in.",
    "Whoever sent you the link, or the set-up of the service: its requests must come by HTTP-POST.",
    "Close this page. If you want to sign in, open the service yourself and start there.",
);
const CHECK_NOT_HERE: Fixed = (
    "There is no open check in this browser",
    "This address belongs to a check that was opened in another browser or window, or that is over.",
    "Nobody, most likely: a link was kept or copied, or this browser does not keep cookies for this site.",
    "Go back to the service and sign in again. Private windows work; blocked cookies do not.",
);
const ALREADY_ANSWERED: Fixed = (
    "This sign-in was already answered",
    "Each check is answered once, and the answer to this one has gone to the service. Reloading or going back cannot answer it again.",
    "Nobody.",
    "If you are not signed in, go back to the service and start again there. Otherwise you can close this page.",
);
const TOO_MANY_FROM_ADDRESS: Fixed = (
    "Too many sign-ins from your network",
    "This server has had more sign-in requests from your address in the last minute than it takes. Nothing was checked and nobody was signed in.",
    "Somebody or something in your network, or a limit that is too low for it.",
    "Wait a minute, then start again at the service, or choose another method there.",
);
const TOO_MANY_FOR_SERVICE: Fixed = (
    "Too many sign-ins to this service",
    "This server has had more sign-in requests for the service in the last minute than it takes. Nothing was checked and nobody was signed in.",
    "Whoever sends the requests, or a limit that is too low for the service.",
    "Wait a minute, then start again at the service, or choose another method there.",
);
const DEVICE_BARRED: Fixed = (
    "This computer may not answer any more",
    "The computer was taken off the list while it was being asked.",
    "An administrator, or the person whose computer it is.",
    "Use another method at the service.",
);
const NOT_RECORDED: Fixed = (
    "This sign-in could not be written down",
    "Selfsame recognised you, but the server could not record it, and nothing that is not recorded is approved.",
    "The server: its disk is full or broken. Its administrator has to look.",
    "Use another method now; the button takes you back to the service.",
);
const SERVER_IN_TROUBLE: Fixed = (
    "The server cannot do this now",
    "Something that the server needs is not working. Nothing was approved and nothing is lost.",
    "The server. Its administrator finds the cause in its log.",
    "Go back to the service and choose another method there, or try again in a minute.",
);

const AT_THE_SERVICE: &str = "Go back to the service and start again; choose another method there if it offers one. If this page comes again, give its code to your help desk.";

/// A request's error says what is wrong first, and what its administrator can do after that.
fn of_request(error: &RequestError) -> Words {
    let (what, advice) = sentences(&error.to_string());
    Words {
        title: title(error),
        what,
        blame: blame(error),
        todo: AT_THE_SERVICE,
        advice,
    }
}

fn sentences(text: &str) -> (String, Option<String>) {
    let sentence = |text: &str| format!("{}.", capitalised(text));
    match text.split_once(". ") {
        Some((what, advice)) => (sentence(what), Some(sentence(advice))),
        None => (sentence(text), None),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

const fn title(error: &RequestError) -> &'static str {
    use RequestError as E;
    match error {
        E::MissingParameter(_) => "This address is for services",
        E::UnknownService => "The service is not known here",
        E::Stale => "The sign-in request is out of date",
        E::Unsigned | E::NoSigningKey | E::SignatureInvalid | E::Sha1 | E::AlgorithmRefused => {
            "The sign-in request cannot be trusted"
        }
        E::SignatureShape(_)
        | E::SignatureWrapping
        | E::Xml(XmlError::Doctype | XmlError::Entity) => "The sign-in request looks forged",
        E::WrongDestination | E::MissingDestination => {
            "The sign-in request was not meant for this address"
        }
        E::UnregisteredAcs | E::ProtocolBinding => "The answer would go to an unknown address",
        E::TooLarge | E::InflateCap | E::RelayStateTooLong => "The sign-in request is too large",
        _ => "The sign-in request cannot be read",
    }
}

const fn blame(error: &RequestError) -> &'static str {
    use RequestError as E;
    match error {
        E::MissingParameter(_) => {
            "Nobody, if you typed the address; else the service that sent you here."
        }
        E::UnknownService | E::NoSigningKey => "The administrator of this identity provider.",
        E::Stale => "Nobody, if the page was left open for long; else a clock that is wrong.",
        E::SignatureInvalid | E::UnregisteredAcs | E::Unsigned => {
            "The set-up of the service, or somebody who made this request in its name. You did nothing wrong."
        }
        E::DuplicateParameter(_)
        | E::TrailingData
        | E::InflateCap
        | E::SignatureShape(_)
        | E::SignatureWrapping
        | E::WrongIssuer
        | E::Xml(XmlError::Doctype | XmlError::Entity | XmlError::DuplicateId) => {
            "Whoever made this request: services do not write such requests, attackers do. You did nothing wrong."
        }
        _ => "The service that sent you here.",
    }
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Page<'a> {
    at: &'a Addresses,
    words: &'a Words,
    code: &'a str,
    other: Option<CheckId>,
    back: Option<&'a Back>,
}

/// Shows why.
pub fn show(why: &Refused) -> Response {
    let other = match why {
        Refused::NotRecorded(check) => Some(*check),
        _ => None,
    };
    let back = match why {
        Refused::AlreadyAnswered(back) => Some(back),
        _ => None,
    };
    let page = Page {
        at: &ADDRESSES,
        words: &why.words(),
        code: why.code(),
        other,
        back,
    };
    let mut response = render(&page, why.status(), Csp::Page);
    if matches!(why, Refused::TooMany(_)) {
        let minute = HeaderValue::from_static("60");
        response.headers_mut().insert(RETRY_AFTER, minute);
    }
    response
}
