//! The one HTTPS request of an enrolment: a one-time token against a new key.

use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use selfsame_protocol::{
    Origin, PublicKey, Signer, SoftwareKey, VERSION, jws,
    message::{Enrolled, Enrolment, EnrolmentToken, KeyStorage},
};
use serde::Deserialize;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;

use crate::{
    DEMO, clock, dial,
    exit::{Blame, Exit, Failure},
    history::plain,
    platform,
};

/// The largest answer that is read, in bytes.
const ANSWER_BYTES: usize = 16 * 1024;
/// How long the server may take to answer.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(15);

/// What is asked of the server.
pub struct Asked {
    /// The server as the person named it.
    pub server: Origin,
    /// The token.
    pub token: EnrolmentToken,
    /// The new key.
    pub key: Arc<SoftwareKey>,
}

/// What a server says when it does not enrol.
#[derive(Deserialize)]
struct Refusal {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    code: String,
    message: String,
}

/// Enrols a key.
///
/// # Errors
/// Unreachable, TLS, refused by the server, or an answer that makes no sense.
pub async fn ask(asked: &Asked, config: Arc<ClientConfig>) -> Result<Enrolled, Failure> {
    let body = signed_body(asked)?;
    let stream = dial::dial(&asked.server, config).await?;
    let exchange = exchange(&asked.server, stream, body);
    let (status, answer) = timeout(ANSWER_WITHIN, exchange)
        .await
        .map_err(|_| no_answer(&asked.server, "it took too long"))??;
    match status {
        StatusCode::OK | StatusCode::CREATED => accept(&asked.server, &answer),
        other => Err(refused(&asked.server, other, &answer)),
    }
}

fn signed_body(asked: &Asked) -> Result<Vec<u8>, Failure> {
    let enrolment = message(asked, asked.key.public_key());
    let jws = jws::sign(asked.key.as_ref(), &enrolment).map_err(|error| {
        Failure::local(format!("The new key cannot sign: {error}."), "Try again.")
    })?;
    Ok(serde_json::json!({"v": VERSION, "enrolment": jws})
        .to_string()
        .into_bytes())
}

fn message(asked: &Asked, key: PublicKey) -> Enrolment {
    Enrolment {
        v: VERSION,
        token: asked.token.clone(),
        key,
        key_storage: KeyStorage::Software,
        server: asked.server.clone(),
        host_label: plain(&platform::computer_name()),
        os: std::env::consts::OS.to_owned(),
        agent_version: crate::VERSION.to_owned(),
        demo: DEMO,
        iat: clock::wall(),
    }
}

async fn exchange(
    server: &Origin,
    stream: TlsStream<TcpStream>,
    body: Vec<u8>,
) -> Result<(StatusCode, Bytes), Failure> {
    let failed = |error: &dyn std::fmt::Display| no_answer(server, &error.to_string());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed(&error))?;
    let driver = tokio::spawn(connection);
    let request = request(server, body).map_err(|error| failed(&error))?;
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| failed(&error))?;
    let read = read(response).await.map_err(|error| failed(&error));
    driver.abort();
    read
}

fn request(server: &Origin, body: Vec<u8>) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    Request::post("/v1/enrol")
        .header(header::HOST, server.as_str().trim_start_matches("https://"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .body(Full::new(Bytes::from(body)))
}

async fn read(
    response: Response<Incoming>,
) -> Result<(StatusCode, Bytes), Box<dyn std::error::Error + Send + Sync>> {
    let status = response.status();
    let body = Limited::new(response.into_body(), ANSWER_BYTES)
        .collect()
        .await?;
    Ok((status, body.to_bytes()))
}

fn accept(server: &Origin, answer: &[u8]) -> Result<Enrolled, Failure> {
    let enrolled: Enrolled = serde_json::from_slice(answer).map_err(|error| {
        misbehaved(server, &format!("its answer is not an enrolment ({error})"))
    })?;
    if enrolled.v != VERSION {
        return Err(misbehaved(
            server,
            &format!("it speaks protocol version {}", enrolled.v),
        ));
    }
    if enrolled.origin != *server {
        return Err(misbehaved(
            server,
            &format!("it calls itself {}", enrolled.origin),
        ));
    }
    Ok(enrolled)
}

fn refused(server: &Origin, status: StatusCode, answer: &[u8]) -> Failure {
    if status.is_server_error() {
        return no_answer(
            server,
            &format!("it failed with status {}", status.as_u16()),
        );
    }
    let (said, to_do) = match serde_json::from_slice::<Refusal>(answer) {
        Ok(Refusal { error }) => (plain_sentence(&error.message), advice(&error.code)),
        Err(_) => (format!("status {}.", status.as_u16()), ASK_ADMINISTRATOR),
    };
    Failure::new(
        Exit::Refused,
        Blame::Server,
        format!("The server {server} refused the enrolment. {said}"),
        to_do,
    )
}

const ASK_ADMINISTRATOR: &str = "Tell your administrator what it says.";

/// What the person can do about each of the server's codes.
fn advice(code: &str) -> &'static str {
    match code {
        "token_unknown" => "Check that you have the whole token, and that it is for this server.",
        "token_used" | "token_expired" => "Ask your administrator for a new token.",
        "wrong_server" => "Give the address that your administrator gave you.",
        _ => ASK_ADMINISTRATOR,
    }
}

/// A sentence of the server, cut and without control characters.
fn plain_sentence(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn no_answer(server: &Origin, why: &str) -> Failure {
    Failure::new(
        Exit::Unreachable,
        Blame::Server,
        format!("The server {server} gave no proper answer: {why}."),
        "Try again; if it stays so, tell your administrator.",
    )
}

fn misbehaved(server: &Origin, why: &str) -> Failure {
    Failure::new(
        Exit::Refused,
        Blame::Server,
        format!("{server} does not behave as a Selfsame server: {why}."),
        "Check that the address is the one your administrator gave you.",
    )
}
