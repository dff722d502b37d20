//! Says on standard error how far the work has come: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Plain lines come at every fifth of the work.
const LINES: u64 = 5;

pub struct Progress {
    what: &'static str,
    bar: ProgressBar,
    plain: bool,
}

impl Progress {
    pub fn of(what: &'static str, steps: usize) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let target = if plain {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:40} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { what, bar, plain }
    }

    /// One step is done; any thread may say so.
    pub fn step(&self) {
        self.bar.inc(1);
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or(0));
        if self.plain && (done * LINES) / all.max(1) > ((done - 1) * LINES) / all.max(1) {
            eprintln!("{}: {done} of {all}", self.what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// One line about what was just done.
pub fn say(line: &str) {
    eprintln!("{line}");
}
