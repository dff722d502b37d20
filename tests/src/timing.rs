//! How true the times of played keys are where they are captured: raw events of the inner display against the schedule.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde::Serialize;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, EventMask, XIEventMask};
use x11rb::rust_connection::RustConnection;

use crate::keyboard::Keyboard;
use crate::recording::Action;
use crate::schedule::Due;

const ALL_MASTER_DEVICES: u16 = 1;

/// A listener to the raw key events of a display.
pub struct Listener {
    stop: Arc<AtomicBool>,
    heard: JoinHandle<Result<Vec<Stroke<u32>>>>,
}

/// One key event: its key code, whether the key went down, and when.
#[derive(Clone, Copy, Debug)]
struct Stroke<T> {
    code: u32,
    is_press: bool,
    at: T,
}

/// Errors of the captured times, in milliseconds.
#[derive(Debug, Serialize)]
pub struct TimingReport {
    /// Key events sent.
    pub sent: usize,
    /// Of these, captured.
    pub captured: usize,
    /// Events captured that nobody sent.
    pub unsent: usize,
    /// Of the interval between one key event and the next, captured against scheduled: the median of the error's size.
    pub interval_error_p50_ms: f64,
    /// Its 95th percentile.
    pub interval_error_p95_ms: f64,
    /// Its 99th percentile.
    pub interval_error_p99_ms: f64,
    /// Its largest value.
    pub interval_error_max_ms: f64,
}

impl Listener {
    /// Starts to listen on a display.
    pub fn start(display: &str) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        connection.xinput_xi_query_version(2, 2)?.reply()?;
        let wanted = EventMask {
            deviceid: ALL_MASTER_DEVICES,
            mask: vec![XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_KEY_RELEASE],
        };
        connection
            .xinput_xi_select_events(connection.setup().roots[screen].root, &[wanted])?
            .check()?;
        let stop = Arc::new(AtomicBool::new(false));
        let heard = spawn({
            let stop = Arc::clone(&stop);
            move || listen(&connection, &stop)
        });
        Ok(Self { stop, heard })
    }

    /// Stops, and compares what was captured with what was played.
    pub fn compare(self, line: &[Due], keyboard: &Keyboard) -> Result<TimingReport> {
        sleep(Duration::from_millis(300));
        self.stop.store(true, Ordering::Relaxed);
        let captured = self
            .heard
            .join()
            .map_err(|_| anyhow!("the listener failed"))??;
        let sent: Vec<_> = line
            .iter()
            .filter_map(|due| stroke(due, keyboard))
            .collect();
        Ok(report(&sent, &captured))
    }
}

fn listen(connection: &RustConnection, stop: &AtomicBool) -> Result<Vec<Stroke<u32>>> {
    let mut strokes = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        while let Some(event) = connection.poll_for_event()? {
            let (raw, is_press) = match event {
                Event::XinputRawKeyPress(raw) => (raw, true),
                Event::XinputRawKeyRelease(raw) => (raw, false),
                _ => continue,
            };
            strokes.push(Stroke {
                code: raw.detail,
                is_press,
                at: raw.time,
            });
        }
        sleep(Duration::from_millis(5));
    }
    Ok(strokes)
}

fn stroke(due: &Due, keyboard: &Keyboard) -> Option<Stroke<Duration>> {
    let (name, is_press) = match &due.action {
        Action::KeyDown(name) => (name, true),
        Action::KeyUp(name) => (name, false),
        _ => return None,
    };
    Some(Stroke {
        code: u32::from(keyboard.code(name)?),
        is_press,
        at: due.at,
    })
}

/// Walks both lists together; what was captured but not sent is counted and passed over.
fn report(sent: &[Stroke<Duration>], captured: &[Stroke<u32>]) -> TimingReport {
    let mut expected = sent.iter().peekable();
    let mut matched = Vec::new();
    for seen in captured {
        if let Some(due) =
            expected.next_if(|due| due.code == seen.code && due.is_press == seen.is_press)
        {
            matched.push((due.at, seen.at));
        }
    }
    let mut errors: Vec<f64> = matched
        .windows(2)
        .map(|pair| interval_error_ms(pair[0], pair[1]))
        .collect();
    errors.sort_by(f64::total_cmp);
    TimingReport {
        sent: sent.len(),
        captured: matched.len(),
        unsent: captured.len() - matched.len(),
        interval_error_p50_ms: percentile(&errors, 50),
        interval_error_p95_ms: percentile(&errors, 95),
        interval_error_p99_ms: percentile(&errors, 99),
        interval_error_max_ms: percentile(&errors, 100),
    }
}

fn interval_error_ms(first: (Duration, u32), second: (Duration, u32)) -> f64 {
    let due = (second.0 - first.0).as_secs_f64() * 1000.0;
    (f64::from(second.1.wrapping_sub(first.1)) - due).abs()
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    sorted[(last * percent) / 100]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes<T: Copy>(times: &[T]) -> Vec<Stroke<T>> {
        times
            .iter()
            .map(|&at| Stroke {
                code: 38,
                is_press: true,
                at,
            })
            .collect()
    }

    #[test]
    fn a_late_event_shows_in_both_its_intervals() {
        let sent = strokes(&[0, 100, 200].map(Duration::from_millis));
        let report = report(&sent, &strokes(&[5000, 5103, 5200]));
        assert_eq!((report.interval_error_max_ms, report.captured), (3.0, 3));
    }

    #[test]
    fn an_event_that_nobody_sent_is_counted_apart() {
        let mut captured = strokes(&[5000, 5050, 5100]);
        captured[1].code = 50;
        let report = report(&strokes(&[0, 100].map(Duration::from_millis)), &captured);
        assert_eq!((report.unsent, report.interval_error_max_ms), (1, 0.0));
    }
}
