//! The page of an open check, in each of its states.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use selfsame_protocol::{CheckId, PRESENCE_PATH, PRESENCE_PORTS};

use super::{
    assets::{ADDRESSES, Addresses},
    headers::Csp,
    render,
};

/// What every state shows.
#[derive(Debug)]
pub struct Look<'a> {
    /// The check.
    pub id: CheckId,
    /// What people call the service.
    pub service: &'a str,
}

#[derive(Template)]
#[template(path = "check/click.html")]
struct Click<'a> {
    at: &'a Addresses,
    look: &'a Look<'a>,
    looping: bool,
}

#[derive(Template)]
#[template(path = "check/ask.html")]
struct Ask<'a> {
    at: &'a Addresses,
    look: &'a Look<'a>,
    challenge: &'a str,
    ports: String,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "check/over.html")]
struct Over<'a> {
    at: &'a Addresses,
    look: &'a Look<'a>,
}

#[derive(Template)]
#[template(path = "check/repeated.html")]
struct Repeated<'a> {
    at: &'a Addresses,
    look: &'a Look<'a>,
    ticket: &'a str,
}

/// The person must say that they started this sign-in.
pub fn click(look: &Look<'_>) -> Response {
    let page = Click {
        at: &ADDRESSES,
        look,
        looping: false,
    };
    render(&page, StatusCode::OK, Csp::Page)
}

/// The person was sent here a third time within two minutes.
pub fn held(look: &Look<'_>) -> Response {
    let page = Click {
        at: &ADDRESSES,
        look,
        looping: true,
    };
    render(&page, StatusCode::OK, Csp::Page)
}

/// The page asks the agents of this computer.
pub fn ask(look: &Look<'_>, challenge: &str) -> Response {
    let ports = PRESENCE_PORTS.map(|port| port.to_string()).join(" ");
    let page = Ask {
        at: &ADDRESSES,
        look,
        challenge,
        ports,
        path: PRESENCE_PATH,
    };
    render(&page, StatusCode::OK, Csp::Check)
}

/// The check has ended; the page fetches its answer.
pub fn over(look: &Look<'_>) -> Response {
    render(
        &Over {
            at: &ADDRESSES,
            look,
        },
        StatusCode::OK,
        Csp::Check,
    )
}

/// The request came a second time, and its check is not to be had in this browser.
pub fn repeated(look: &Look<'_>, ticket: &str) -> Response {
    let page = Repeated {
        at: &ADDRESSES,
        look,
        ticket,
    };
    render(&page, StatusCode::CONFLICT, Csp::Page)
}
