//! `/health`: whether the server itself can do its work.

use askama::Template;
use axum::{extract::State, response::Html};

use super::{
    certificates::{self, CertificateRow},
    fleet::Fleet,
    frame::{Frame, Place, render},
    notice::Notice,
    rights::Right,
    session::Session,
};
use crate::App;

/// Services refuse answers that are off by minutes; agents' clocks differ by less than this.
const OFF_MS: i64 = 30_000;

#[derive(Template)]
#[template(path = "console/health.html")]
struct Health {
    frame: Frame,
    database_kb: u64,
    log_kb: u64,
    lines: i64,
    fleet: Fleet,
    clocks: Option<Clocks>,
    certificate: Option<CertificateRow>,
    version: &'static str,
}

/// How this server's clock compares with those of the agents that are online.
#[derive(Debug, PartialEq, Eq)]
struct Clocks {
    agents: usize,
    ahead_ms: i64,
}

/// Shows it.
pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, Notice> {
    let frame = Frame::of(&app, &session, Place::Health)?;
    let database = app.settings.data.database();
    let links = app.hub.connected().into_iter();
    let ahead = links.filter_map(|device| Some(app.hub.link_of(device)?.clock_ahead_ms));
    Ok(render(&Health {
        frame,
        lines: app.store.last_line().await?,
        database_kb: kib(&database).await,
        log_kb: kib(&database.with_extension("db-wal")).await,
        fleet: Fleet::read(&app).await?,
        clocks: Clocks::compared(ahead.collect()),
        certificate: certificates::signing(&app).await?,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// The size of a file; 0 for one that is not there.
async fn kib(file: &std::path::Path) -> u64 {
    let metadata = tokio::fs::metadata(file).await;
    metadata.map_or(0, |metadata| metadata.len() / 1024)
}

impl Clocks {
    /// By the middle one, which a few wrong clocks do not move.
    fn compared(mut ahead_ms: Vec<i64>) -> Option<Self> {
        ahead_ms.sort_unstable();
        let middle = *ahead_ms.get(ahead_ms.len() / 2)?;
        Some(Self {
            agents: ahead_ms.len(),
            ahead_ms: middle,
        })
    }

    const fn is_off(&self) -> bool {
        self.ahead_ms.abs() > OFF_MS
    }

    const fn seconds(&self) -> i64 {
        self.ahead_ms.abs() / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_clock_among_agents_says_nothing_of_the_servers() {
        let clocks = Clocks::compared(vec![-3_600_000, 10, 20]).unwrap();
        assert_eq!((clocks.agents, clocks.is_off()), (3, false));
        let clocks = Clocks::compared(vec![-60_000, -61_000, 0]).unwrap();
        assert_eq!((clocks.seconds(), clocks.is_off()), (60, true));
        assert_eq!(Clocks::compared(Vec::new()), None);
    }
}
