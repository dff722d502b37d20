//! The capture back end on a display, with a test in the engine's place.

use std::{
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use selfsame::{
    capture::{self, CaptureReport, Consumer, Decoder, Gate, StopHandle, StopSignal},
    engine::{BackendChoice, CaptureState},
};
use selfsame_behaviour::{Event, EventKind};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Senses {
    consumer: Consumer,
    reports: mpsc::Receiver<CaptureReport>,
    virtual_devices: u16,
    _stop: StopHandle,
}

impl Senses {
    /// Watches a display; returns when it sees it.
    pub fn on(display: &str) -> Self {
        let (producer, consumer) = capture::ring();
        let decoder = Decoder::new(producer, Arc::new(Gate::default()));
        let (stop, stopped) = StopSignal::new().expect("a pipe");
        let mut back_end = capture::back_end(BackendChoice::X11, Some(display.to_owned()))
            .expect("this system has X11");
        let (sender, reports) = mpsc::channel();
        let told = Box::new(move |report| drop(sender.send(report)));
        std::thread::spawn(move || back_end.run(decoder, told, stopped));
        let mut senses = Self {
            consumer,
            reports,
            virtual_devices: 0,
            _stop: stop,
        };
        let counted = std::cell::Cell::new(0);
        senses.wait_until(|report| {
            if let CaptureReport::Devices { other, .. } = report {
                counted.set(*other);
            }
            *report == CaptureReport::State(CaptureState::Running)
        });
        senses.virtual_devices = counted.get();
        senses
    }

    /// Devices that are no hardware, as they were counted before the first event.
    pub fn virtual_devices(&self) -> u16 {
        self.virtual_devices
    }

    pub fn wait_for(&self, awaited: &CaptureReport) {
        self.wait_until(|report| report == awaited);
    }

    pub fn wait_until(&self, is_it: impl Fn(&CaptureReport) -> bool) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Ok(report) = self.reports.recv_timeout(PATIENCE)
                && is_it(&report)
            {
                return;
            }
        }
        panic!("the report never came");
    }

    /// Events until there are `count` of the kind that is asked for; all of them are returned.
    pub fn events(&mut self, count: usize, of_kind: impl Fn(&EventKind) -> bool) -> Vec<Event> {
        let until = Instant::now() + PATIENCE;
        let mut seen: Vec<Event> = Vec::new();
        while seen.iter().filter(|event| of_kind(&event.kind)).count() < count {
            assert!(Instant::now() < until, "saw only {seen:?}");
            seen.extend(std::iter::from_fn(|| self.consumer.pop()));
            std::thread::sleep(Duration::from_millis(10));
        }
        seen
    }
}
