//! The page that carries the answer to the service: a form that posts itself.

use askama::Template;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, StatusCode, header::CONTENT_DISPOSITION};
use selfsame_saml::{RelayState, response::FormFields};

use super::{
    assets::{ADDRESSES, Addresses},
    headers::Csp,
    render,
};
use crate::random;

#[derive(Template)]
#[template(path = "answer.html")]
struct Answer<'a> {
    at: &'a Addresses,
    service: &'a str,
    action: &'a str,
    /// Base64, in which nothing needs to be escaped; looking for it took as long as the rest.
    response: &'a str,
    relay_state: Option<&'a str>,
    nonce: &'a str,
}

#[derive(Template)]
#[template(path = "answer_file.html")]
struct File<'a> {
    service: &'a str,
    action: &'a str,
    response: &'a str,
    relay_state: Option<&'a str>,
}

/// The form as a file that the browser saves: for the test in which another browser brings the answer.
pub fn save(form: &FormFields, service: &str) -> Response {
    let file = File {
        service,
        action: form.action.as_str(),
        response: &form.saml_response,
        relay_state: form.relay_state.as_ref().map(RelayState::as_str),
    };
    let mut response = render(&file, StatusCode::OK, Csp::Page);
    response.headers_mut().insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"selfsame-answer.html\""),
    );
    response
}

/// Shows the form.
pub fn show(form: &FormFields, origins: &[String], service: &str) -> Response {
    let nonce = STANDARD.encode(random::bytes::<16>());
    let page = Answer {
        at: &ADDRESSES,
        service,
        action: form.action.as_str(),
        response: &form.saml_response,
        relay_state: form.relay_state.as_ref().map(RelayState::as_str),
        nonce: &nonce,
    };
    render(
        &page,
        StatusCode::OK,
        Csp::Answer {
            nonce: &nonce,
            origins,
        },
    )
}
