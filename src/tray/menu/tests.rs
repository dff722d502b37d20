//! The menu in each state of the agent, as its person sees it.

use std::sync::Arc;

use selfsame_behaviour::GenerationId;
use selfsame_protocol::{
    DeviceId, Origin, Reason, Signer, SoftwareKey, UnixMillis, Verdict, message::Enrolled,
};

use super::{Action, Entry, MenuModel, View, build};
use crate::{
    engine::{CaptureState, EngineStatus, Forecast, PauseStatus},
    enrolment::{Identity, Record},
    history::Answered,
    link::{LinkReport, LinkState},
    managed::Managed,
    status::Report,
    tray::icon::Sign,
    vault::Backing,
};

fn identity() -> Arc<Identity> {
    let key = SoftwareKey::from_secret(&[3; 32]).expect("a key");
    let answer = Enrolled {
        v: 1,
        device: DeviceId::from_bytes([1; 16]),
        person: "alice@example.com".to_owned(),
        origin: Origin::parse("https://idp.example.com").expect("an origin"),
        challenge_keys: [key.public_key(), key.public_key()],
        time: UnixMillis(0),
    };
    let record = Record::new(answer, None, UnixMillis(0));
    Arc::new(Identity {
        record,
        signer: Arc::new(key),
    })
}

fn ready() -> View {
    let mut engine = EngineStatus::starting(Backing::File, GenerationId([0; 16]));
    engine.capture.state = CaptureState::Running;
    engine.capture.tells_injected = true;
    engine.profile.trusted = true;
    engine.profile.progress.percent = 100;
    View {
        demo: false,
        report: Report {
            identity: Some(identity()),
            link: LinkReport {
                state: LinkState::Online,
                trouble: None,
            },
            presence_port: Some(61_731),
            clock_ahead_ms: 0,
            engine,
            managed: Arc::default(),
        },
        recent: Vec::new(),
        codes: Vec::new(),
        reported: None,
    }
}

fn shown(model: &MenuModel) -> String {
    let mut text = format!("[{:?}] {}\n", model.sign, model.title);
    draw(&model.entries, 0, &mut text);
    text
}

fn draw(entries: &[Entry], depth: usize, text: &mut String) {
    for entry in entries {
        text.push_str(&"    ".repeat(depth));
        match entry {
            Entry::Label(label) => text.push_str(&format!("{label}\n")),
            Entry::Item(label, action) => text.push_str(&format!("{label} <{action:?}>\n")),
            Entry::Separator => text.push_str("--\n"),
            Entry::Submenu(label, inner) => {
                text.push_str(&format!("{label} >\n"));
                draw(inner, depth + 1, text);
            }
        }
    }
}

#[test]
fn the_whole_menu_of_an_agent_that_is_ready() {
    let mut view = ready();
    view.recent = vec![
        Answered::new(
            UnixMillis(2),
            "Acme Okta",
            Verdict::Unsure,
            &[Reason::TooLittleInput],
        ),
        Answered::new(UnixMillis(1), "Acme Okta", Verdict::Same, &[]),
    ];
    let expected = r#"[Ready] Selfsame: Ready
Selfsame: Ready
For alice@example.com at https://idp.example.com
--
Why was I asked? >
    Acme Okta: Selfsame was not sure
      You have not typed enough since you last unlocked the computer.
    Acme Okta: Selfsame answered for you
Pause >
    For 15 minutes <PauseMinutes(15)>
    For 1 hour <PauseMinutes(60)>
    Until the screen is locked <PauseUntilLock>
What is stored >
    On this computer only, encrypted:
      how long you hold keys, and the time between them, by finger
      how you move the pointer and click
      how many keys were learnt on each of the last 14 days
    Never, not even for a moment on disk:
      which keys you pressed, or any text
    Sent to the server when a service asks:
      "same", "different" or "unsure", and why
--
Report a problem <Report>
Quit <Quit>
"#;
    assert_eq!(shown(&build(&view)), expected);
}

#[test]
fn while_it_learns_the_menu_says_how_far_it_is() {
    let mut view = ready();
    view.report.engine.profile.progress.percent = 42;
    view.report.engine.profile.trusted = false;
    view.report.engine.profile.forecast = Some(Forecast {
        fewest_days: 2,
        most_days: 5,
    });
    let model = build(&view);
    assert_eq!(model.title, "Selfsame: Learning how you type: 42 %");
    assert_eq!(
        model.entries[1],
        Entry::Label("  2 to 5 days more".to_owned())
    );
    assert_eq!(model.sign, Sign::Learning);
}

#[test]
fn while_the_pace_is_not_known_the_menu_promises_nothing() {
    let mut view = ready();
    view.report.engine.profile.progress.percent = 42;
    assert_eq!(
        build(&view).entries[1],
        Entry::Label("  how much longer is not yet known".to_owned())
    );
}

#[test]
fn while_it_is_paused_the_menu_offers_to_resume() {
    let mut view = ready();
    view.report.engine.paused = Some(PauseStatus::UntilLock);
    let model = build(&view);
    assert_eq!(model.title, "Selfsame: Paused until the screen is locked");
    assert_eq!(model.sign, Sign::Paused);
    assert!(
        model
            .entries
            .contains(&Entry::Item("Resume".to_owned(), Action::Resume))
    );
    assert!(!shown(&model).contains("PauseMinutes"));
}

#[test]
fn without_an_enrolment_the_menu_says_so_and_names_nobody() {
    let mut view = ready();
    view.report.identity = None;
    let model = build(&view);
    assert_eq!(model.title, "Selfsame: Not enrolled");
    assert_eq!(model.sign, Sign::Off);
    assert!(!shown(&model).contains("alice"));
}

#[test]
fn a_demonstration_build_says_so_in_its_title() {
    let view = View {
        demo: true,
        ..ready()
    };
    assert_eq!(build(&view).title, "Selfsame (demo): Ready");
}

#[test]
fn an_unreachable_server_calls_for_attention_only_when_there_is_something_to_say() {
    let mut view = ready();
    view.report.link.state = LinkState::Connecting;
    assert_eq!(
        build(&view).title,
        "Selfsame: Ready, but the server cannot be reached"
    );
    view.report.presence_port = None;
    assert_eq!(build(&view).sign, Sign::Attention);
}

#[test]
fn a_managed_computer_adds_to_what_is_said_of_the_record_and_takes_nothing_away() {
    let plain = shown(&build(&ready()));
    let mut view = ready();
    let policy = br#"{"Statement": "The works council agreed."}"#;
    let policy = selfsame_policy::Policy::parse(policy).expect("a policy");
    view.report.managed = Arc::new(Managed::from(policy));
    let with = shown(&build(&view));
    let added: Vec<&str> = with
        .lines()
        .filter(|line| !plain.contains(*line))
        .map(str::trim)
        .collect();
    assert_eq!(added, ["The works council agreed."]);
    assert!(plain.lines().all(|line| with.contains(line)));
}
