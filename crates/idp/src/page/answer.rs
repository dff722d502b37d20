//! The page that carries the answer to the service: a form that posts itself, or an address that the browser goes on to.

use askama::Template;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, StatusCode, header::CONTENT_DISPOSITION};

use super::{
    assets::{ADDRESSES, Addresses},
    headers::Csp,
    render,
};
use crate::random;

/// A form that the browser posts.
#[derive(Debug)]
pub struct Form {
    /// Where to; what a service's administrator registered.
    pub action: String,
    /// The field with what is signed. Base64 or base64url with dots, in which nothing needs to be escaped; looking for
    /// it took as long as the rest.
    pub token: Option<(&'static str, String)>,
    /// The other fields.
    pub fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "answer.html")]
struct Answer<'a> {
    at: &'a Addresses,
    service: &'a str,
    form: &'a Form,
    nonce: &'a str,
}

#[derive(Template)]
#[template(path = "answer_link.html")]
struct Link<'a> {
    at: &'a Addresses,
    service: &'a str,
    url: &'a str,
    nonce: &'a str,
}

#[derive(Template)]
#[template(path = "answer_file.html")]
struct File<'a> {
    service: &'a str,
    form: Option<&'a Form>,
    url: Option<&'a str>,
}

/// The form as a file that the browser saves: for the test in which another browser brings the answer.
pub fn save(form: &Form, service: &str) -> Response {
    as_file(&File {
        service,
        form: Some(form),
        url: None,
    })
}

/// The same with an address in place of a form.
pub fn save_link(url: &str, service: &str) -> Response {
    as_file(&File {
        service,
        form: None,
        url: Some(url),
    })
}

fn as_file(file: &File<'_>) -> Response {
    let mut response = render(file, StatusCode::OK, Csp::Page);
    response.headers_mut().insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"selfsame-answer.html\""),
    );
    response
}

/// Shows the form.
pub fn show(form: &Form, origins: &[String], service: &str) -> Response {
    let nonce = STANDARD.encode(random::bytes::<16>());
    let page = Answer {
        at: &ADDRESSES,
        service,
        form,
        nonce: &nonce,
    };
    let csp = Csp::Answer {
        nonce: &nonce,
        origins,
    };
    render(&page, StatusCode::OK, csp)
}

/// Shows a page that goes on by itself. A redirect would not do: browsers apply the check page's `form-action` to where
/// the post of its form is redirected.
pub fn go(url: &str, service: &str) -> Response {
    let nonce = STANDARD.encode(random::bytes::<16>());
    let page = Link {
        at: &ADDRESSES,
        service,
        url,
        nonce: &nonce,
    };
    let csp = Csp::Answer {
        nonce: &nonce,
        origins: &[],
    };
    render(&page, StatusCode::OK, csp)
}
