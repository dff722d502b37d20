//! `sp show`: one service in full.

use std::fmt::Write;

use clap::Args;
use serde_json::json;

use super::{super::Place, registered};
use crate::{
    date,
    service_settings::word,
    store::{Judged, Service},
};

/// Show one service.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    place: Place,
    /// Its entity id, as `sp list` shows it
    entity_id: String,
}

impl Show {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open().await?.0;
        let service = registered(&store, &self.entity_id).await?;
        let tests = store.judged_tests(&self.entity_id).await?;
        let value = json!({
            "entity_id": service.entity_id,
            "name": service.name,
            "posts_from": service.post_origins,
            "added": date::rfc3339(service.added),
            "settings": service.settings,
            "tests": tests.iter().map(test_value).collect::<Vec<_>>(),
        });
        self.place.say(&value, text(&service, &tests)?)
    }
}

fn test_value(test: &Judged) -> serde_json::Value {
    json!({
        "test": test.kind.as_str(),
        "result": test.result.as_str(),
        "answered": date::rfc3339(test.answered),
    })
}

fn text(service: &Service, tests: &[Judged]) -> Result<String, std::fmt::Error> {
    let settings = &service.settings;
    let mut text = format!(
        "{} ({})\nRequests come from: {}\nMetadata of: {}\nMode: {}\nRequests by link: {}\nAsks: {}\n",
        service.name,
        service.entity_id,
        service.post_origins.join(", "),
        date::rfc3339(service.added),
        word(settings.mode),
        word(settings.redirect),
        settings.asks,
    );
    for test in tests {
        let (kind, result) = (test.kind.as_str(), test.result.as_str());
        writeln!(
            text,
            "Test {kind}: {result} ({})",
            date::rfc3339(test.answered)
        )?;
    }
    Ok(text)
}
