//! The engine's thread: feeds the observer, answers, saves. It sleeps until it is woken or a date is due.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use selfsame_behaviour::{ClearReason, Context, GenerationId, Micros, Observer, Provenance};
use selfsame_protocol::{Millis, message::Window};
use tokio::sync::watch;

use super::{
    Answer, CaptureState, EngineError, EngineStatus, PauseUntil, Question,
    judge::{self, MODEL, Surroundings},
    mailbox::{Command, Mailbox, Reply},
    pace::{Day, Forecast, Pace},
    pause::{Pause, PauseFile},
    profile_file::{Kept, ProfileFile, WINDOWS_TO_TRUST, counts},
    seat::{Locker, Seat},
};
use crate::{
    capture::{CaptureReport, Consumer, Gate, StopHandle},
    clock,
    vault::Vault,
};

/// A changed profile is on disk at most this long after the change, in milliseconds.
const SAVE_AFTER_MS: u64 = 60_000;
/// The status is told at most this often while the person types, in milliseconds.
const TELL_AFTER_MS: u64 = 1_000;

/// What a worker is made of.
pub struct Parts {
    pub vault: Arc<Vault>,
    pub kept: Kept,
    pub pauses: PauseFile,
    pub consumer: Consumer,
    pub gate: Arc<Gate>,
    pub stop: StopHandle,
}

/// The state of the engine's thread.
pub struct Worker {
    vault: Arc<Vault>,
    file: ProfileFile,
    windows: Vec<Window>,
    observer: Observer,
    pace: Pace,
    /// Keys of the profile that are in the pace already, or were learnt before one was kept.
    counted: u32,
    consumer: Consumer,
    gate: Arc<Gate>,
    _stop: StopHandle,
    pause: Option<Pause>,
    pauses: PauseFile,
    seat: Seat,
    last_injected: Option<Micros>,
    events: u64,
    /// When the profile changed first since it was saved.
    changed: Option<Millis>,
    told: Millis,
    tell: bool,
    status: watch::Sender<EngineStatus>,
}

/// Whether the thread goes on.
enum Next {
    Go,
    End,
}

impl Worker {
    pub fn new(parts: Parts, first: EngineStatus) -> Self {
        let Parts {
            vault,
            kept,
            pauses,
            consumer,
            gate,
            stop,
        } = parts;
        let Kept {
            profile,
            windows,
            pace,
            file,
        } = kept;
        let pause = pauses.load(clock::monotonic(), clock::wall());
        gate.set_open(pause.is_none());
        let mut worker = Self {
            vault,
            file,
            windows,
            counted: profile.progress().keys_learnt,
            observer: Observer::new(profile),
            pace,
            consumer,
            gate,
            _stop: stop,
            pause,
            pauses,
            seat: Seat::default(),
            last_injected: None,
            events: 0,
            changed: None,
            told: clock::monotonic(),
            tell: false,
            status: watch::Sender::new(first),
        };
        worker.tell_now();
        worker
    }

    pub fn watch(&self) -> watch::Receiver<EngineStatus> {
        self.status.subscribe()
    }

    /// Starts the thread.
    pub fn spawn(mut self) -> std::io::Result<Mailbox> {
        let (commands, inbox) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || self.run(&inbox))?;
        Ok(Mailbox::new(commands, thread.thread().clone()))
    }

    fn run(&mut self, inbox: &Receiver<Command>) {
        loop {
            self.drain();
            while let Ok(command) = inbox.try_recv() {
                // What was typed before the command must count before it.
                self.drain();
                if let Next::End = self.obey(command) {
                    return;
                }
            }
            let now = clock::monotonic();
            self.keep_dates(now);
            match self.next_date() {
                None => thread::park(),
                Some(date) => thread::park_timeout(Duration::from_millis(date.since(now).max(1))),
            }
        }
    }

    fn drain(&mut self) {
        while let Some(event) = self.consumer.pop() {
            if self.pause.is_some() {
                continue;
            }
            if event.provenance == Provenance::Injected {
                self.last_injected = Some(event.at);
            }
            self.observer.feed(&event);
            self.events += 1;
            self.tell = true;
            if event.provenance == Provenance::Physical {
                self.changed.get_or_insert_with(clock::monotonic);
            }
        }
        self.keep_pace();
    }

    fn keep_pace(&mut self) {
        let learnt = self.observer.progress().keys_learnt;
        if learnt > self.counted {
            self.pace.learnt(today(), learnt - self.counted);
            self.counted = learnt;
        }
    }

    /// Until the profile is judged by, and then until first learning is over.
    fn forecast(&self) -> Option<Forecast> {
        let missing = self.observer.progress().keys_missing()?;
        self.pace.forecast(today(), missing)
    }

    /// Whoever waits for a reply finds its effect in the status.
    fn obey(&mut self, command: Command) -> Next {
        match command {
            Command::Answer(question, reply) => {
                return self.reply(&reply, |worker| worker.answer(question));
            }
            Command::Pause(until, reply) => {
                return self.reply(&reply, |worker| worker.begin_pause(until));
            }
            Command::Resume(reply) => return self.reply(&reply, Self::end_pause),
            Command::Confirmed(generation, window, reply) => {
                return self.reply(&reply, |worker| worker.confirm(generation, window));
            }
            Command::Save(reply) => return self.reply(&reply, Self::save_now),
            Command::Erase(reply) => return self.reply(&reply, Self::erase),
            Command::Shutdown(reply) => {
                self.reply(&reply, Self::save_if_changed);
                return Next::End;
            }
            Command::Clear(why) => self.clear(why),
            Command::Capture(report) => self.hear_capture(report),
            Command::Session(session) => self.hear_seat(|seat| seat.hear_session(session)),
            Command::ScreenSaver(on) => {
                self.hear_seat(|seat| seat.hear_locker(Locker::Desktop, on));
            }
        }
        self.tell_now();
        Next::Go
    }

    fn reply<T>(&mut self, reply: &Reply<T>, work: impl FnOnce(&mut Self) -> T) -> Next {
        let done = work(self);
        self.tell_now();
        // Nobody waits any more when this fails.
        let _ = reply.send(done);
        Next::Go
    }

    fn clear(&mut self, why: ClearReason) {
        tracing::debug!("evidence is thrown away: {why:?}");
        self.observer.clear(why);
    }

    fn answer(&self, question: Question) -> Answer {
        let now = now();
        let assessment = self.observer.assess(now, question.level, self.context());
        let arrived = Micros(
            now.0
                .saturating_sub(question.arrived_ms_ago.saturating_mul(1000)),
        );
        let around = Surroundings {
            locked: self.seat.is_away(),
            injected_since_request: self.last_injected.is_some_and(|at| at >= arrived),
            cannot_tell: !self.status.borrow().capture.tells_injected,
            max_evidence_age: question.max_evidence_age,
        };
        Answer {
            assessment: judge::in_surroundings(assessment, around),
            generation: self.observer.profile().generation(),
            model: MODEL,
        }
    }

    fn context(&self) -> Context {
        let session = self.seat.status();
        Context {
            generation_trusted: self.windows.len() >= WINDOWS_TO_TRUST,
            remote: session.remote,
            sessions_ambiguous: session.ambiguous,
            paused: self.pause.is_some(),
        }
    }

    fn begin_pause(&mut self, until: PauseUntil) {
        self.gate.set_open(false);
        self.clear(ClearReason::Pause);
        let (now, wall) = (clock::monotonic(), clock::wall());
        let pause = Pause::begin(until, now);
        self.pause = Some(pause);
        if let Err(error) = self.pauses.keep(&pause, now, wall) {
            tracing::warn!("the pause ends with the agent: it cannot be kept: {error}");
        }
    }

    fn end_pause(&mut self) {
        self.pause = None;
        if let Err(error) = self.pauses.forget() {
            tracing::warn!("the pause would come back at the next start: {error}");
        }
        self.gate.set_open(true);
    }

    fn confirm(&mut self, generation: GenerationId, window: Window) -> Result<(), EngineError> {
        if generation != self.observer.profile().generation() {
            return Err(EngineError::OtherGeneration);
        }
        if !counts(&window) {
            return Err(EngineError::DemoWindow);
        }
        if self.windows.len() < WINDOWS_TO_TRUST && !self.windows.contains(&window) {
            self.windows.push(window);
        }
        self.observer.confirm();
        self.keep_pace();
        self.save()
            .map_err(|error| EngineError::Os("the confirmation cannot be kept", error))
    }

    fn erase(&mut self) -> Result<(), EngineError> {
        let Kept {
            profile,
            windows,
            pace,
            file,
        } = self.file.erase(&self.vault)?;
        self.observer = Observer::new(profile);
        (self.pace, self.counted) = (pace, 0);
        self.windows = windows;
        self.file = file;
        self.changed = None;
        self.status.send_modify(|status| {
            status.profile.set_aside = None;
            status.profile.save_error = None;
        });
        Ok(())
    }

    fn hear_capture(&mut self, report: CaptureReport) {
        match report {
            CaptureReport::State(state) => self
                .status
                .send_modify(|status| status.capture.state = state),
            CaptureReport::Devices { physical, other } => self.status.send_modify(|status| {
                status.capture.physical_devices = physical;
                status.capture.other_devices = other;
            }),
            CaptureReport::DisplayGone => self.hear_seat(Seat::hear_display_gone),
            CaptureReport::ScreenSaver(on) => {
                self.hear_seat(|seat| seat.hear_locker(Locker::Display, on));
            }
            CaptureReport::RemoteDisplay(remote) => {
                self.hear_seat(|seat| seat.hear_remote_display(remote));
            }
            CaptureReport::Events => {}
        }
    }

    fn hear_seat(&mut self, hear: impl FnOnce(&mut Seat) -> Vec<ClearReason>) {
        let ended = hear(&mut self.seat);
        self.gate.set_attended(!self.seat.is_away());
        for why in ended {
            self.clear(why);
            if why == ClearReason::Lock && self.pause.is_some_and(|pause| pause.ends_with_lock()) {
                self.end_pause();
            }
        }
    }

    fn keep_dates(&mut self, now: Millis) {
        if self.pause.is_some_and(|pause| pause.is_over(now)) {
            self.end_pause();
            self.tell_now();
        }
        if self
            .changed
            .is_some_and(|since| now >= since.plus(SAVE_AFTER_MS))
        {
            self.save_if_changed();
        }
        if self.tell && now >= self.told.plus(TELL_AFTER_MS) {
            self.tell_now();
        }
    }

    fn next_date(&self) -> Option<Millis> {
        let pause = self.pause.and_then(|pause| pause.ends());
        let save = self.changed.map(|since| since.plus(SAVE_AFTER_MS));
        let tell = self.tell.then(|| self.told.plus(TELL_AFTER_MS));
        [pause, save, tell].into_iter().flatten().min()
    }

    fn save_if_changed(&mut self) {
        if self.changed.is_some() {
            // The error is in the status; the next date tries again.
            let _ = self.save();
            self.tell_now();
        }
    }

    fn save_now(&mut self) -> Result<(), EngineError> {
        match self.changed {
            None => Ok(()),
            Some(_) => self
                .save()
                .map_err(|error| EngineError::Os("the profile cannot be kept", error)),
        }
    }

    fn save(&mut self) -> std::io::Result<()> {
        let saved = self
            .file
            .save(self.observer.profile(), &self.windows, &self.pace);
        self.changed = saved.is_err().then(clock::monotonic);
        let told = saved.as_ref().err().map(ToString::to_string);
        self.status
            .send_modify(|status| status.profile.save_error = told);
        saved
    }

    fn tell_now(&mut self) {
        self.tell = false;
        self.told = clock::monotonic();
        let mut next = self.status.borrow().clone();
        next.profile.generation = self.observer.profile().generation();
        next.profile.trusted = self.windows.len() >= WINDOWS_TO_TRUST;
        next.profile.confirmed_windows = u8::try_from(self.windows.len()).unwrap_or(u8::MAX);
        next.profile.progress = self.observer.progress();
        next.profile.forecast = self.forecast();
        next.capture.events = self.events;
        next.capture.dropped = self.consumer.dropped();
        next.paused = self.pause.map(|pause| pause.status);
        next.session = self.seat.status();
        self.status.send_if_modified(|status| {
            let differs = *status != next;
            *status = next;
            differs
        });
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.status.send_modify(|status| {
            status.capture.state = CaptureState::Unavailable("the agent has stopped".to_owned());
        });
    }
}

fn today() -> Day {
    Day::of(clock::wall())
}

/// Now, on the clock on which capture places events.
fn now() -> Micros {
    Micros::from_millis(clock::monotonic().0)
}
