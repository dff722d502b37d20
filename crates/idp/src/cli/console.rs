//! `console link`: a way back into the console when its session has ended.

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use super::Place;
use crate::console::make_link;

/// The way into the console.
#[derive(Debug, Subcommand)]
pub enum Console {
    /// Print a link that signs one browser in, once, within an hour
    Link(Place),
}

impl Console {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Link(place) = self;
        let settings = place.settings()?;
        let origin = settings.console_origin.with_context(|| {
            let file = settings.data.settings();
            format!("this server has no console; add \"console_origin\" to {} and start it with --console-listen", file.display())
        })?;
        let (store, clock) = place.open().await?;
        let link = make_link(&store, &origin, clock.wall()).await?;
        place.say(&json!({ "link": link }), &link)
    }
}
