//! The enrolment file: what is written is what is read, and nothing else is.

use selfsame_protocol::{DeviceId, Origin, Signer, SoftwareKey, UnixMillis, message::Enrolled};

use super::{Error, Record, last_counter, store_counter};
use crate::config::Paths;

fn record() -> Record {
    let key = SoftwareKey::from_secret(&[3; 32])
        .expect("a key")
        .public_key();
    let answer = Enrolled {
        v: 1,
        device: DeviceId::from_bytes([1; 16]),
        person: "alice@example.com".to_owned(),
        origin: Origin::parse("https://idp.example.com").expect("an origin"),
        challenge_keys: [key, key],
        time: UnixMillis(0),
    };
    Record::new(answer, None, UnixMillis(1))
}

fn paths() -> (tempfile::TempDir, Paths) {
    let root = tempfile::tempdir().expect("a temporary directory");
    let paths = Paths::under(root.path()).expect("directories are made");
    (root, paths)
}

#[test]
fn an_enrolment_is_read_back_as_it_was_written() {
    let (_root, paths) = paths();
    assert!(Record::load(&paths).expect("readable").is_none());
    record().save(&paths).expect("saved");
    assert_eq!(Record::load(&paths).expect("readable"), Some(record()));
    Record::forget(&paths).expect("forgotten");
    assert!(Record::load(&paths).expect("readable").is_none());
}

#[test]
fn a_damaged_or_future_enrolment_is_an_error_and_stays_where_it_is() {
    let (_root, paths) = paths();
    std::fs::write(paths.enrolment(), "{").expect("written");
    assert!(matches!(Record::load(&paths), Err(Error::Damaged(_))));
    record().save(&paths).expect("saved");
    let text = std::fs::read_to_string(paths.enrolment()).expect("there");
    let future = text.replace("\"version\": 1", "\"version\": 9");
    std::fs::write(paths.enrolment(), future).expect("written");
    assert!(matches!(Record::load(&paths), Err(Error::Version(9))));
    assert!(paths.enrolment().exists());
}

#[test]
fn a_new_enrolment_starts_its_counter_anew() {
    let (_root, paths) = paths();
    store_counter(&paths, 41).expect("stored");
    assert_eq!(last_counter(&paths).expect("readable"), 41);
    record().save(&paths).expect("saved");
    assert_eq!(last_counter(&paths).expect("readable"), 0);
}
