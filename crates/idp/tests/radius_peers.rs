//! RADIUS clients that nobody here wrote: FreeRADIUS' radclient, and pam_radius behind pamtester.

use std::process::Stdio;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use crate::support::{
    gateway::{PASSWORD, SECRET, Site, desk},
    scene::ADA,
};

/// Runs radclient with one request; returns what it says, and whether the person was let in.
async fn radclient(site: &Site, kind: &str, attributes: &str) -> (String, bool) {
    let mut child = spawn(
        Command::new("radclient")
            .args(["-x", "-r", "1", "-t", "4"])
            .args([&site.radius.to_string(), kind, SECRET]),
    );
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(attributes.as_bytes())
        .await
        .expect("written");
    drop(input);
    let output = child.wait_with_output().await.expect("it ran");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (said, output.status.success())
}

fn spawn(command: &mut Command) -> Child {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.kill_on_drop(true).spawn();
    child.unwrap_or_else(|error| panic!("{error}; `scripts/provision test` installs it"))
}

fn attributes(more: &str) -> String {
    format!(
        "User-Name = \"{ADA}\"\nUser-Password = \"{PASSWORD}\"\nMessage-Authenticator = 0x00\n{more}\n"
    )
}

#[tokio::test]
async fn radclient_is_let_in_by_a_computer_that_has_just_connected() {
    let (site, device, mut link) = desk(&[]).await;
    let request = attributes("Proxy-State = 0x010203\nNAS-Identifier = \"vpn\"");
    let ((said, let_in), ()) = tokio::join!(
        radclient(&site, "auth", &request),
        device.answer_gateway(&mut link, |_, _| {})
    );
    assert!(let_in && said.contains("Received Access-Accept"), "{said}");
    assert!(said.contains("Proxy-State = 0x010203"), "{said}");
}

#[tokio::test]
async fn radclient_is_refused_in_words_that_it_can_show() {
    let site = Site::start(&[]);
    let (said, let_in) = radclient(&site, "auth", &attributes("")).await;
    assert!(!let_in && said.contains("Received Access-Reject"), "{said}");
    assert!(said.contains("Selfsame could not tell"), "{said}");
}

#[tokio::test]
async fn radclient_is_asked_for_a_code_and_brings_it_back() {
    let (site, device, mut link) = desk(&[]).await;
    let shown = async {
        device.saw_nothing(&mut link).await;
        device.code(&mut link).await.code
    };
    let request = attributes("");
    let ((said, _), code) = tokio::join!(radclient(&site, "auth", &request), shown);
    assert!(said.contains("Received Access-Challenge"), "{said}");
    let state = said
        .split("State = ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let state = state.expect("a State");
    let request = format!(
        "User-Name = \"{ADA}\"\nUser-Password = \"{code}\"\nState = {state}\nMessage-Authenticator = 0x00\n"
    );
    let ((said, let_in), ()) = tokio::join!(
        radclient(&site, "auth", &request),
        device.answer_gateway(&mut link, |saw, _| saw.connection = None)
    );
    assert!(let_in, "{said}");
}

#[tokio::test]
async fn radclient_sees_that_the_server_is_there() {
    let site = Site::start(&[]);
    let (said, there) = radclient(&site, "status", "Message-Authenticator = 0x00\n").await;
    assert!(there && said.contains("Received Access-Accept"), "{said}");
}

#[tokio::test]
async fn radclient_without_message_authenticator_is_not_answered() {
    let site = Site::start(&[]);
    let request = format!("User-Name = \"{ADA}\"\nUser-Password = \"x\"\n");
    let (said, let_in) = radclient(&site, "auth", &request).await;
    assert!(!let_in && !said.contains("Received"), "{said}");
}

/// pam_radius 2.0.0, as Debian 12 has it, sends no Message-Authenticator.
const LET_OFF: [&str; 2] = ["--message-authenticator", "optional"];

/// pamtester on a PAM service that asks our server, without touching the system's own.
fn pamtester(site: &Site) -> Child {
    let folder = site.server.path();
    std::fs::write(
        folder.join("pam_radius.conf"),
        format!("{} {SECRET} 4\n", site.radius),
    )
    .expect("written");
    let services = folder.join("pam.d");
    std::fs::create_dir_all(&services).expect("made");
    let conf = folder.join("pam_radius.conf");
    let line = format!("auth required pam_radius_auth.so conf={}\n", conf.display());
    std::fs::write(services.join("vpn"), line).expect("written");
    spawn(
        Command::new("pamtester")
            .args(["vpn", ADA, "authenticate"])
            .env("LD_PRELOAD", "libpam_wrapper.so")
            .env("PAM_WRAPPER", "1")
            .env("PAM_WRAPPER_SERVICE_DIR", &services),
    )
}

/// Types a line after the program has asked for it.
async fn type_after(child: &mut Child, prompt: &str, line: &str) {
    let mut asked = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    let stderr = child.stderr.as_mut().expect("a pipe");
    while !asked.contains(prompt) {
        let (mut out, mut err) = ([0; 512], [0; 512]);
        let (length, text) = tokio::select! {
            length = stdout.read(&mut out) => (length, &out),
            length = stderr.read(&mut err) => (length, &err),
        };
        let length = length.expect("read");
        assert!(length > 0, "no `{prompt}` but: {asked}");
        asked.push_str(&String::from_utf8_lossy(&text[..length]));
    }
    let input = child.stdin.as_mut().expect("a pipe");
    input
        .write_all(format!("{line}\n").as_bytes())
        .await
        .expect("written");
}

#[tokio::test]
async fn pam_radius_lets_a_person_in_whose_computer_has_just_connected() {
    let (site, device, mut link) = desk(&LET_OFF).await;
    let mut child = pamtester(&site);
    type_after(&mut child, "assword", PASSWORD).await;
    device.answer_gateway(&mut link, |_, _| {}).await;
    let output = child.wait_with_output().await.expect("it ran");
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn pam_radius_asks_its_person_for_the_code() {
    let (site, device, mut link) = desk(&LET_OFF).await;
    let mut child = pamtester(&site);
    type_after(&mut child, "assword", PASSWORD).await;
    device.saw_nothing(&mut link).await;
    let code = device.code(&mut link).await.code;
    type_after(&mut child, "Type the code", &code).await;
    device
        .answer_gateway(&mut link, |saw, _| saw.connection = None)
        .await;
    let output = child.wait_with_output().await.expect("it ran");
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn pam_radius_is_not_answered_unless_it_is_let_off() {
    let site = Site::start(&[]);
    let mut child = pamtester(&site);
    type_after(&mut child, "assword", PASSWORD).await;
    let output = child.wait_with_output().await.expect("it ran");
    assert!(!output.status.success());
    assert_eq!(site.last_line().await.2, "radius-no-message-authenticator");
}
