//! `selfsame enrol`: a one-time token against a new key, and what is kept of it.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use rand::{TryRngCore, rngs::OsRng};
use selfsame_protocol::{Origin, SoftwareKey, message::EnrolmentToken};
use serde_json::json;

use super::{erase::leave_and_forget, load, runtime};
use crate::{
    cli::{Enrol, Token},
    clock,
    config::Paths,
    control::{self, Ask},
    durable,
    enrolment::{self, Asked, Record},
    exit::{Blame, Exit, Failure},
    managed::Managed,
    outcome::Outcome,
    tls,
    vault::Vault,
};

/// The longest token that is read, in bytes.
const TOKEN_BYTES: u64 = 4096;
/// More than key and enrolment take on disk.
const ROOM_BYTES: usize = 64 * 1024;

/// Enrols this computer.
///
/// # Errors
/// Each with what to do; nothing is changed then, unless the text says so.
pub fn enrol(paths: &Paths, flags: &Enrol) -> Result<Outcome, Failure> {
    let managed = Managed::of_this_computer();
    managed.usable()?;
    let server = server(flags.server.as_deref(), managed.policy.text("Server"))?;
    let old = old_enrolment(paths, flags)?;
    let set = managed.policy.text("CaFile").map(Path::new);
    let ca_file = set.or(flags.ca_file.as_deref()).map(absolute).transpose()?;
    let config = tls::client_config(ca_file.as_deref())?;
    // A token is good for once: it is not spent where its fruit could not be kept.
    durable::prove_room(&paths.data, ROOM_BYTES).map_err(|error| no_room(paths, &error))?;
    let vault = open_vault(paths)?;
    let asked = Asked {
        server,
        token: read_token(&flags.token)?,
        key: Arc::new(new_key()?),
    };
    let answer = runtime()?.block_on(enrolment::ask(&asked, config))?;
    // Only now: as long as the server may refuse, the old enrolment stays.
    if old.is_some_and(|old| old.server != answer.origin) {
        leave_and_forget(paths, &vault)?;
    }
    let record = Record::new(answer, ca_file, clock::wall());
    keep(paths, &vault, &asked.key, &record)?;
    tell_agent(paths);
    Ok(done(&record))
}

/// The present enrolment; without `--replace` there must be none.
fn old_enrolment(paths: &Paths, flags: &Enrol) -> Result<Option<Record>, Failure> {
    if flags.replace {
        return Ok(load(paths).unwrap_or_default());
    }
    match load(paths)? {
        None => Ok(None),
        Some(old) => Err(Failure::new(
            Exit::Usage,
            Blame::Command,
            format!(
                "This computer is already enrolled at {} for {}.",
                old.server, old.person
            ),
            "To enrol it anew, add --replace; at another server that deletes the old key and profile.",
        )),
    }
}

/// The server that is meant: the policy's, where it names one.
fn server(given: Option<&str>, set: Option<&str>) -> Result<Origin, Failure> {
    let given = given.map(parse_server).transpose()?;
    let set = set.map(parse_server).transpose()?;
    match (given, set) {
        (Some(given), Some(set)) if given != set => Err(Failure::new(
            Exit::Refused,
            Blame::Command,
            format!("This computer is managed, and may be enrolled at {set} only."),
            "Leave --server out, or ask whoever manages this computer.",
        )),
        (_, Some(server)) | (Some(server), None) => Ok(server),
        (None, None) => Err(Failure::new(
            Exit::Usage,
            Blame::Command,
            "No server is named.",
            "Give its address with --server https://HOST.",
        )),
    }
}

fn parse_server(text: &str) -> Result<Origin, Failure> {
    let address = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let address = address.strip_suffix(":443").unwrap_or(&address);
    Origin::parse(address).map_err(|_| {
        Failure::new(
            Exit::Usage,
            Blame::Command,
            format!(
                "`{}` is not the address of a server.",
                crate::history::plain(text)
            ),
            "Give it as https://HOST or https://HOST:PORT, without a path.",
        )
    })
}

fn absolute(path: &std::path::Path) -> Result<PathBuf, Failure> {
    std::fs::canonicalize(path).map_err(|error| unreadable(&path.display().to_string(), &error))
}

fn read_token(from: &Token) -> Result<EnrolmentToken, Failure> {
    let text = match from {
        Token {
            token: Some(token), ..
        } => token.clone(),
        Token {
            token_file: Some(path),
            ..
        } => std::fs::File::open(path)
            .and_then(read_some)
            .map_err(|error| unreadable(&path.display().to_string(), &error))?,
        _ => read_some(std::io::stdin())
            .map_err(|error| unreadable("the token on standard input", &error))?,
    };
    let token = EnrolmentToken::new(&text);
    if token.expose().is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            Blame::Command,
            "The token is empty.",
            "Give the token that your administrator sent you.",
        ));
    }
    Ok(token)
}

fn no_room(paths: &Paths, error: &std::io::Error) -> Failure {
    Failure::local(
        format!(
            "An enrolment could not be kept in {}: {error}.",
            paths.data.display()
        ),
        "Make room or mend the cause, and enrol again; the token was not used.",
    )
}

fn read_some(from: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    from.take(TOKEN_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn unreadable(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Usage,
        Blame::Command,
        format!("{what} cannot be read: {error}."),
        "Check the name and who may read it.",
    )
}

fn new_key() -> Result<SoftwareKey, Failure> {
    let mut secret = zeroize::Zeroizing::new([0; 32]);
    loop {
        OsRng.try_fill_bytes(secret.as_mut()).map_err(|error| {
            Failure::local(
                format!("The system's random source failed: {error}."),
                "Start the computer again.",
            )
        })?;
        // One draw in 2^32 is not a key.
        if let Ok(key) = SoftwareKey::from_secret(&secret) {
            return Ok(key);
        }
    }
}

pub(super) fn open_vault(paths: &Paths) -> Result<Vault, Failure> {
    Vault::open(paths).map_err(|error| {
        Failure::new(
            Exit::NoPermission,
            Blame::ThisComputer,
            format!("The place for the device key cannot be used: {error}."),
            "Unlock the keyring and try again.",
        )
    })
}

/// The key first: an enrolment without its key would be a device that cannot speak.
fn keep(paths: &Paths, vault: &Vault, key: &SoftwareKey, record: &Record) -> Result<(), Failure> {
    let not_kept = |error: &dyn std::fmt::Display| {
        Failure::local(
            format!("The server enrolled this computer, but that could not be kept: {error}."),
            "Mend the cause, ask for a new token, and enrol again with --replace.",
        )
    };
    vault
        .set_device_key(key)
        .map_err(|error| not_kept(&error))?;
    record.save(paths).map_err(|error| not_kept(&error))
}

/// A running agent takes the new enrolment at once; one that does not run reads it when it starts.
fn tell_agent(paths: &Paths) {
    if let Err(failure) = control::ask(paths, Ask::Reload) {
        eprintln!("{failure}");
    }
}

fn done(record: &Record) -> Outcome {
    Outcome::done(
        format!(
            "This computer is enrolled at {} for {}.",
            record.server, record.person
        ),
        json!({"enrolled": {"server": record.server, "person": record.person,
            "device": record.device, "key_storage": record.key_storage}}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        for text in ["https://idp.example.com", " https://IDP.example.com:443/ "] {
            assert_eq!(
                parse_server(text).expect("taken").as_str(),
                "https://idp.example.com"
            );
        }
        for text in [
            "http://idp.example.com",
            "idp.example.com",
            "https://idp.example.com/x",
        ] {
            assert_eq!(parse_server(text).expect_err("refused").exit, Exit::Usage);
        }
    }

    #[test]
    fn a_managed_server_is_the_only_one() {
        let ours = Some("https://idp.example.com");
        for given in [None, ours] {
            let meant = server(given, ours).expect("taken");
            assert_eq!(meant.as_str(), "https://idp.example.com");
        }
        let other = server(Some("https://evil.example.org"), ours).expect_err("refused");
        assert_eq!(other.exit, Exit::Refused);
        assert_eq!(server(None, None).expect_err("refused").exit, Exit::Usage);
    }

    #[test]
    fn an_empty_token_is_refused_before_anybody_is_asked() {
        let empty = Token {
            token_file: None,
            token_stdin: false,
            token: Some("  \n".to_owned()),
        };
        assert_eq!(read_token(&empty).expect_err("refused").exit, Exit::Usage);
    }
}
