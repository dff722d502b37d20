//! A check is consumed once, with its audit record, and never for a device that has ended.

use std::sync::Arc;

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
    random,
    secret::Secret,
    store::{Begun, CheckOutcome, Consumed, Ended, NewCheck, ReplyKind, Store},
};
use selfsame_protocol::CheckId;

use crate::support::{Server, TestDevice};

fn new_check() -> NewCheck {
    NewCheck {
        id: random::check_id(),
        service: "https://sp.example".to_owned(),
        request_id: format!("_{}", random::check_id()),
        acs: "https://sp.example/acs".to_owned(),
        relay_state: Some("a b&c".to_owned()),
        name_id_format: None,
        reply: ReplyKind::Saml,
        cookie: Secret::random().hash(),
    }
}

async fn begun(store: &Store) -> NewCheck {
    let (new, now) = (new_check(), Clock::start().wall());
    assert_eq!(
        store
            .begin_check(new.clone(), now.plus(600_000), now)
            .await
            .expect("begun"),
        Begun::New
    );
    new
}

fn approval(check: CheckId, device: &TestDevice) -> Ended {
    Ended {
        check,
        outcome: CheckOutcome::Approved,
        reason: "same".to_owned(),
        presence: Some((device.id(), Clock::start().wall())),
        generation: Some(device.generation),
        grounds: None,
    }
}

async fn consume(
    store: &Store,
    ended: &Ended,
) -> Result<Consumed, selfsame_idp::store::StoreError> {
    let record = Record::new("ada@example.com", Action::CheckApproved, ended.check);
    store
        .consume(ended.clone(), record, Clock::start().wall())
        .await
}

fn approvals(server: &Server) -> usize {
    server
        .audit_actions()
        .iter()
        .filter(|action| *action == "check-approved")
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_consume_a_check_once() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    // Two handles, as two processes would have.
    let stores = [
        Arc::new(server.store().await),
        Arc::new(server.store().await),
    ];
    let ended = approval(begun(&stores[0]).await.id, &device);
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let (store, ended) = (Arc::clone(&stores[n % 2]), ended.clone());
            tokio::spawn(async move { consume(&store, &ended).await.expect("stored") })
        })
        .collect();
    let mut now = 0;
    for task in tasks {
        now += usize::from(task.await.expect("done") == Consumed::Now);
    }
    assert_eq!(now, 1);
    assert_eq!(approvals(&server), 1);
}

#[tokio::test]
async fn a_check_for_a_revoked_device_is_not_approved() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let store = server.store().await;
    let ended = approval(begun(&store).await.id, &device);
    assert!(
        server
            .cli(&["device", "revoke", &device.id().to_string()])
            .status
            .success()
    );
    assert!(matches!(
        consume(&store, &ended).await,
        Ok(Consumed::DeviceBarred(Some(_)))
    ));
    let other = Ended {
        outcome: CheckOutcome::OtherFactor,
        ..ended
    };
    assert!(matches!(consume(&store, &other).await, Ok(Consumed::Now)));
}

#[tokio::test]
async fn a_check_that_no_device_took_part_in_is_not_approved() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let store = server.store().await;
    let ended = Ended {
        presence: None,
        ..approval(begun(&store).await.id, &device)
    };
    assert!(matches!(
        consume(&store, &ended).await,
        Ok(Consumed::DeviceBarred(None))
    ));
}

#[tokio::test]
async fn without_its_audit_record_a_check_is_not_consumed() {
    let server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let store = server.store().await;
    let ended = approval(begun(&store).await.id, &device);
    let database =
        sqlx::SqlitePool::connect_lazy(&format!("sqlite://{}", server.database().display()))
            .expect("a pool");
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .execute(&database)
    .await
    .expect("a trigger");
    assert!(consume(&store, &ended).await.is_err());
    let stored = store
        .check(ended.check)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(stored.outcome, None);
    sqlx::query("DROP TRIGGER full")
        .execute(&database)
        .await
        .expect("dropped");
    assert!(matches!(consume(&store, &ended).await, Ok(Consumed::Now)));
    assert_eq!(approvals(&server), 1);
}

#[tokio::test]
async fn a_repeated_request_leads_to_its_first_check() {
    let server = Server::start();
    let store = server.store().await;
    let first = begun(&store).await;
    let again = NewCheck {
        id: random::check_id(),
        ..first.clone()
    };
    let now = Clock::start().wall();
    let begun = store
        .begin_check(again.clone(), now.plus(600_000), now)
        .await
        .expect("looked up");
    assert_eq!(begun, Begun::Repeated(first.id));
    assert!(store.check(again.id).await.expect("read").is_none());
    let stored = store.check(first.id).await.expect("read").expect("there");
    assert_eq!(stored.begun.relay_state.as_deref(), Some("a b&c"));
}

#[tokio::test]
async fn old_checks_and_requests_are_forgotten_and_the_audit_log_is_not() {
    let server = Server::start();
    let store = server.store().await;
    let check = begun(&store).await;
    let before = server.audit_actions();
    let later = Clock::start().wall().plus(1_000_000);
    store.forget_checks(later).await.expect("forgotten");
    store.forget_requests(later).await.expect("forgotten");
    assert!(store.check(check.id).await.expect("read").is_none());
    let again = store
        .begin_check(check.clone(), later.plus(1), later)
        .await
        .expect("begun");
    assert_eq!(again, Begun::New);
    assert_eq!(server.audit_actions(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_written_together_are_each_recorded_once_in_one_chain() {
    let server = Server::start();
    let store = server.store().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let store = store.clone();
        tasks.spawn(async move {
            let new = begun(&store).await;
            consume(&store, &refusal(new.id)).await.expect("stored")
        });
    }
    let consumed = tasks.join_all().await;
    assert!(consumed.iter().all(|consumed| *consumed == Consumed::Now));
    assert_eq!(approvals(&server), 200, "and the whole chain was verified");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_cannot_be_written_takes_no_other_with_it() {
    let server = Server::start();
    let store = server.store().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let check = begun(&store).await.id;
        let store = store.clone();
        tasks.spawn(async move {
            // No such device was ever enrolled, which the database notices.
            let stranger = (random::device_id(), Clock::start().wall());
            let presence = (n % 10 == 0).then_some(stranger);
            let ended = Ended {
                presence,
                ..refusal(check)
            };
            (n % 10 == 0, consume(&store, &ended).await)
        });
    }
    for (is_bad, outcome) in tasks.join_all().await {
        match is_bad {
            true => assert!(outcome.is_err(), "{outcome:?}"),
            false => assert!(matches!(outcome, Ok(Consumed::Now)), "{outcome:?}"),
        }
    }
    assert_eq!(approvals(&server), 36);
}

fn refusal(check: CheckId) -> Ended {
    Ended {
        check,
        outcome: CheckOutcome::OtherFactor,
        reason: "no-presence".to_owned(),
        presence: None,
        generation: None,
        grounds: None,
    }
}
