//! `play`: types and moves as recorded people did, at their own speed, into a display. Keys and pointer may come from
//! different people; the caller chooses and says so. Prints a JSON line every ten keys and one at the end.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use selfsame_tests::pad::Pad;
use selfsame_tests::player::{Player, Progress};
use selfsame_tests::recording;
use selfsame_tests::schedule::{Due, Pauses, limit_keys, overlay, sequence};
use selfsame_tests::timing::Listener;
use serde_json::json;

/// Plays recordings into a display.
#[derive(Parser)]
struct Options {
    /// Display that gets the input (with a nested server: the outer one).
    #[arg(long)]
    display: String,
    /// Display on which to lay a window that swallows what is typed.
    #[arg(long)]
    pad: Option<String>,
    /// Display on which to capture the keys and measure how true their times are.
    #[arg(long)]
    measure: Option<String>,
    /// Recording of a keyboard.
    #[arg(long, requires = "keys_user")]
    keys: Option<PathBuf>,
    /// Whose keys.
    #[arg(long)]
    keys_user: Option<String>,
    /// Which of that person's sessions, in the order of the file, as FIRST..END (END not played).
    #[arg(long, value_parser = sessions, default_value = "0..1")]
    keys_sessions: Range<usize>,
    /// Stops after so many key presses.
    #[arg(long)]
    keys_limit: Option<usize>,
    /// Recording of a pointer.
    #[arg(long, requires = "pointer_user")]
    pointer: Option<PathBuf>,
    /// Whose pointer.
    #[arg(long)]
    pointer_user: Option<String>,
    /// Which sessions of the pointer.
    #[arg(long, value_parser = sessions, default_value = "0..1")]
    pointer_sessions: Range<usize>,
    /// Pause between sessions, in milliseconds.
    #[arg(long, default_value_t = 1500)]
    gap_ms: u64,
    /// Longest pause kept inside a session, in milliseconds.
    #[arg(long, default_value_t = 2000)]
    longest_pause_ms: u64,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let line = schedule(&options)?;
    ensure!(
        !line.is_empty(),
        "nothing to play: give --keys or --pointer"
    );
    let player = Player::connect(&options.display)?;
    let pad = options.pad.as_deref().map(Pad::open).transpose()?;
    let listener = options
        .measure
        .as_deref()
        .map(Listener::start)
        .transpose()?;
    let ended = player.play(&line, |progress| report(pad.as_ref(), &line, progress))?;
    let timing = listener
        .map(|listener| listener.compare(&line, player.keyboard()))
        .transpose()?;
    println!(
        "{}",
        json!({ "done": true, "keys": ended.keys, "seconds": ended.elapsed.as_secs_f64(), "timing": timing })
    );
    Ok(())
}

fn schedule(options: &Options) -> Result<Vec<Due>> {
    let pauses = Pauses {
        between_sessions: Duration::from_millis(options.gap_ms),
        longest: Duration::from_millis(options.longest_pause_ms),
    };
    let read =
        |file: &Option<PathBuf>, user: &Option<String>, wanted: &Range<usize>| match (file, user) {
            (Some(file), Some(user)) => recording::read(file, user, wanted),
            _ => Ok(Vec::new()),
        };
    let keys = sequence(
        &read(&options.keys, &options.keys_user, &options.keys_sessions)?,
        pauses,
    );
    let keys = limit_keys(keys, options.keys_limit.unwrap_or(usize::MAX));
    let pointer = sequence(
        &read(
            &options.pointer,
            &options.pointer_user,
            &options.pointer_sessions,
        )?,
        pauses,
    );
    Ok(overlay(keys, pointer))
}

fn report(pad: Option<&Pad>, line: &[Due], progress: Progress) -> Result<()> {
    const KEYS_BETWEEN_REPORTS: usize = 10;
    if !progress.keys.is_multiple_of(KEYS_BETWEEN_REPORTS) {
        return Ok(());
    }
    let seconds = progress.elapsed.as_secs();
    println!("{}", json!({ "keys": progress.keys, "seconds": seconds }));
    let total = line.last().map_or(0, |due| due.at.as_secs());
    let text = format!(
        "A recorded person types and moves here: {} keys, {seconds} of {total} s",
        progress.keys
    );
    pad.map_or(Ok(()), |pad| pad.show(&text))
}

fn sessions(text: &str) -> Result<Range<usize>> {
    let (first, end) = text.split_once("..").context("write FIRST..END")?;
    let range = first.parse()?..end.parse()?;
    ensure!(!range.is_empty(), "the range is empty");
    Ok(range)
}
