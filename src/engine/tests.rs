//! The engine over a scripted source: what it says, and what it does with its orders.

use std::time::Duration;

use selfsame_behaviour::{
    DeviceTag, Event, EventKind, KeyClass, Micros, Provenance, Slot, Verdict,
};
use selfsame_protocol::message::Window;

use super::*;
use crate::{
    capture::{Producer, ring},
    clock, small_disk,
};

/// An engine's thread without capture: the test holds the other end of the ring.
struct Bench {
    mailbox: Mailbox,
    status: watch::Receiver<EngineStatus>,
    ring: Producer,
    paths: Paths,
    _root: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"))
    }

    fn over(root: tempfile::TempDir) -> Self {
        let paths = Paths::under(root.path()).expect("folders");
        std::fs::write(paths.data.join("vault-backing"), "file").expect("chosen");
        let vault = Arc::new(Vault::open(&paths).expect("opens"));
        let (kept, set_aside) = ProfileFile::open(&vault, &paths.data).expect("opens");
        let (ring, consumer) = ring();
        let (stop, _) = StopSignal::new().expect("a pipe");
        let mut first = EngineStatus::starting(vault.backing(), kept.profile.generation());
        first.capture.tells_injected = true;
        first.profile.set_aside = set_aside;
        let parts = Parts {
            vault,
            kept,
            pauses: PauseFile::in_folder(&paths.data),
            consumer,
            gate: Arc::new(Gate::default()),
            stop,
        };
        let worker = Worker::new(parts, first);
        let status = worker.watch();
        let mailbox = worker.spawn().expect("a thread");
        Self {
            mailbox,
            status,
            ring,
            paths,
            _root: root,
        }
    }

    fn again(self) -> Self {
        self.engine().shutdown();
        Self::over(self._root)
    }

    fn engine(&self) -> Engine {
        Engine {
            mailbox: self.mailbox.clone(),
            status: self.status.clone(),
        }
    }

    fn type_a_key(&mut self, provenance: Provenance) {
        let at = Micros::from_millis(clock::monotonic().0);
        let slot = Slot(0);
        for kind in [
            EventKind::KeyDown {
                class: KeyClass::LeftLittle,
                slot,
            },
            EventKind::KeyUp { slot },
        ] {
            self.ring.push(&Event {
                at,
                device: DeviceTag(1),
                provenance,
                kind,
            });
        }
    }

    fn answer(&self) -> Answer {
        self.engine().answer(&Question {
            level: Level::Fmr1e2,
            max_evidence_age: Duration::from_secs(120),
            arrived_ms_ago: 1000,
        })
    }

    fn confirm(&self, window: &str) -> Result<(), EngineError> {
        let generation = self.engine().status().profile.generation;
        let window = Window::parse(window).expect("a window");
        self.mailbox
            .ask(|reply| Command::Confirmed(generation, window, reply))?
    }
}

#[test]
fn a_new_profile_answers_unsure() {
    assert_eq!(Bench::new().answer().assessment.verdict, Verdict::Unsure);
}

#[test]
fn injected_input_since_the_request_is_the_reason_given() {
    let mut bench = Bench::new();
    bench.type_a_key(Provenance::Injected);
    assert_eq!(bench.answer().assessment.reasons, [Reason::InjectedInput]);
}

#[test]
fn a_locked_screen_answers_locked_until_it_is_unlocked() {
    let bench = Bench::new();
    bench.mailbox.send(Command::ScreenSaver(true));
    assert_eq!(bench.answer().assessment.reasons, [Reason::Locked]);
    assert!(bench.engine().status().session.locked);
    bench.mailbox.send(Command::ScreenSaver(false));
    assert_ne!(bench.answer().assessment.reasons, [Reason::Locked]);
}

#[test]
fn a_session_in_the_background_answers_locked() {
    let bench = Bench::new();
    bench.mailbox.send(Command::Session(SessionStatus {
        in_background: true,
        ..SessionStatus::default()
    }));
    assert_eq!(bench.answer().assessment.reasons, [Reason::Locked]);
}

#[test]
fn two_different_days_make_a_generation_trusted_and_are_kept() {
    let bench = Bench::new();
    bench.confirm("2026-11-24").expect("kept");
    bench.confirm("2026-11-24").expect("kept again");
    assert!(!bench.engine().status().profile.trusted, "one day is one");
    bench.confirm("2026-11-25").expect("kept");
    assert!(bench.engine().status().profile.trusted);
    assert!(
        bench.again().engine().status().profile.trusted,
        "after a restart too"
    );
}

#[test]
fn a_sign_in_is_not_a_day_outside_a_demonstration() {
    let refused = matches!(Bench::new().confirm("demo-1"), Err(EngineError::DemoWindow));
    assert_eq!(refused, !cfg!(feature = "demo"));
}

#[test]
fn a_hard_factor_for_another_generation_is_refused() {
    let bench = Bench::new();
    let window = Window::parse("2026-11-24").expect("a day");
    let other = GenerationId([9; 16]);
    let heard = bench
        .mailbox
        .ask(|reply| Command::Confirmed(other, window, reply))
        .expect("answered");
    assert!(matches!(heard, Err(EngineError::OtherGeneration)));
}

#[test]
fn an_erase_begins_a_generation_that_nobody_trusts() {
    let bench = Bench::new();
    bench.confirm("2026-11-24").expect("kept");
    bench.confirm("2026-11-25").expect("kept");
    let before = bench.engine().status().profile.generation;
    bench.engine().erase().expect("erased");
    let after = bench.engine().status().profile;
    assert_ne!(after.generation, before);
    assert!(!after.trusted);
    assert!(!bench.paths.data.join("profile").exists());
}

#[test]
fn what_was_learnt_is_on_disk_when_it_was_asked_to_be() {
    let mut bench = Bench::new();
    let stored = |bench: &Bench| {
        let vault = Vault::open(&bench.paths).expect("opens");
        Engine::stored(&vault, &bench.paths).expect("readable")
    };
    bench.engine().save().expect("nothing to write");
    assert!(stored(&bench).is_none());
    bench.type_a_key(Provenance::Physical);
    bench.engine().save().expect("written");
    let learnt = stored(&bench).expect("a profile").profile;
    assert_eq!(
        learnt.generation(),
        bench.engine().status().profile.generation
    );
}

#[test]
fn the_person_alone_ends_a_pause() {
    let bench = Bench::new();
    bench
        .engine()
        .pause(PauseUntil::After(Duration::from_secs(900)));
    assert!(bench.answer().assessment.reasons.contains(&Reason::Paused));
    bench.mailbox.send(Command::ScreenSaver(true));
    bench.mailbox.send(Command::ScreenSaver(false));
    assert!(bench.answer().assessment.reasons.contains(&Reason::Paused));
    bench.engine().resume();
    assert_eq!(bench.engine().status().paused, None);
    assert!(!bench.answer().assessment.reasons.contains(&Reason::Paused));
}

#[test]
fn a_pause_until_lock_ends_with_the_lock() {
    let bench = Bench::new();
    bench.engine().pause(PauseUntil::Lock);
    bench.answer();
    assert_eq!(bench.engine().status().paused, Some(PauseStatus::UntilLock));
    bench.mailbox.send(Command::ScreenSaver(true));
    bench.answer();
    assert_eq!(bench.engine().status().paused, None);
}

#[test]
fn a_pause_outlives_the_agent_and_ends_with_the_persons_word() {
    let bench = Bench::new();
    bench.engine().pause(PauseUntil::Lock);
    let bench = bench.again();
    assert!(bench.answer().assessment.reasons.contains(&Reason::Paused));
    bench.engine().resume();
    let bench = bench.again();
    assert!(!bench.answer().assessment.reasons.contains(&Reason::Paused));
}

#[test]
fn what_was_learnt_is_on_disk_after_a_shutdown() {
    let mut bench = Bench::new();
    bench.type_a_key(Provenance::Physical);
    let generation = bench.engine().status().profile.generation;
    let bench = bench.again();
    assert!(bench.paths.data.join("profile").exists());
    assert_eq!(bench.engine().status().profile.generation, generation);
}

#[test]
fn a_full_disk_is_said_loses_no_profile_and_is_got_over() {
    let Some(disk) =
        small_disk::under("engine::tests::a_full_disk_is_said_loses_no_profile_and_is_got_over")
    else {
        return;
    };
    let bench = Bench::new();
    bench.confirm("2026-11-24").expect("kept");
    let profile = || std::fs::read(bench.paths.data.join("profile")).expect("read");
    let before = profile();

    disk.fill();
    let refused = bench.confirm("2026-11-25").expect_err("no room");
    let EngineError::Os(_, why) = refused else {
        panic!("{refused}");
    };
    assert_eq!(why.kind(), std::io::ErrorKind::StorageFull);
    bench.engine().pause(PauseUntil::Lock);
    assert!(bench.answer().assessment.reasons.contains(&Reason::Paused));
    let told = bench.engine().status().profile.save_error;
    assert!(told.expect("said").contains("No space left"));
    assert_eq!(profile(), before);

    disk.free();
    bench.confirm("2026-11-25").expect("there is room again");
    assert_eq!(bench.engine().status().profile.save_error, None);
    assert!(bench.engine().status().profile.trusted);
}

#[test]
fn a_disk_that_refuses_is_said_and_the_engine_goes_on() {
    let bench = Bench::new();
    bench.confirm("2026-11-24").expect("kept");
    let before = std::fs::read(bench.paths.data.join("profile")).expect("read");
    std::fs::create_dir_all(bench.paths.data.join("profile.new/x")).expect("in the way");
    assert!(bench.confirm("2026-11-25").is_err());
    bench.answer();
    let told = bench.engine().status().profile.save_error;
    assert!(told.expect("said").contains("directory"));
    assert_eq!(
        std::fs::read(bench.paths.data.join("profile")).expect("read"),
        before
    );
}
