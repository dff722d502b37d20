//! The tray icon: shows how the agent is, and lets its person pause, look and report.
//!
//! The menu is a plain value; each system has one small file that draws it. The agent is complete
//! without a tray.

pub mod icon;
pub mod menu;

#[cfg(target_os = "linux")]
mod status_notifier;
#[cfg(target_os = "linux")]
use status_notifier as imp;

#[cfg(windows)]
mod notify_icon;
#[cfg(windows)]
use notify_icon as imp;

#[cfg(target_os = "macos")]
mod absent;
#[cfg(target_os = "macos")]
use absent as imp;

use std::{path::PathBuf, sync::Arc};

use tokio::sync::mpsc;

use crate::{DEMO, agent::Agent, clock, control::pause_of, report};
use menu::{Action, MenuModel, View};

/// What a tray of any system can do.
trait Shown {
    /// Shows another menu and icon.
    async fn update(&self, model: MenuModel);
}

/// Shows the tray and follows the agent, for as long as it is polled.
pub async fn show(agent: Arc<Agent>) {
    let (sender, mut actions) = mpsc::unbounded_channel();
    let mut reported = None;
    let mut model = model(&agent, reported.as_ref());
    let tray = imp::show(model.clone(), sender).await;
    let mut engine = agent.engine.watch();
    let mut identity = agent.identity.subscribe();
    let mut link = agent.link.subscribe();
    let mut answered = agent.answered.subscribe();
    let mut codes = agent.gateways.codes.subscribe();
    loop {
        tokio::select! {
            Ok(()) = engine.changed() => {}
            Ok(()) = identity.changed() => {}
            Ok(()) = link.changed() => {}
            Ok(()) = answered.changed() => {}
            Ok(()) = codes.changed() => {}
            Some(action) = actions.recv() => carry_out(&agent, action, &mut reported),
            else => return,
        }
        let now = self::model(&agent, reported.as_ref());
        if now != model {
            model = now;
            tray.update(model.clone()).await;
        }
    }
}

fn model(agent: &Agent, reported: Option<&PathBuf>) -> MenuModel {
    menu::build(&View {
        demo: DEMO,
        report: agent.report(),
        recent: agent.recent(),
        codes: agent.gateways.codes.borrow().clone(),
        reported: reported.cloned(),
    })
}

fn carry_out(agent: &Agent, action: Action, reported: &mut Option<PathBuf>) {
    match action {
        Action::PauseMinutes(minutes) => drop(agent.pause(pause_of(Some(minutes)))),
        Action::PauseUntilLock => drop(agent.pause(pause_of(None))),
        Action::Resume => drop(agent.resume()),
        Action::Report => match report::write(agent, clock::wall()) {
            Ok(path) => *reported = Some(path),
            Err(failure) => tracing::warn!("no report was written: {failure}"),
        },
        Action::Quit => drop(agent.stop.send_replace(true)),
    }
}
