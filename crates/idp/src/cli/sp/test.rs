//! `sp test`: what a service must refuse before it is answered.
//!
//! In observation nobody is answered for. A test makes one exception: the next check at this service that a named
//! person's device would approve is answered, once, and whoever runs the test says what the service did with it.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    super::{ACTOR, Place},
    registered,
};
use crate::{
    audit::{Action, Record},
    date,
    lifetime::{self, Lifetime},
    service_settings::Mode,
    store::{Login, NewTest, TestKind, TestResult},
};

/// What a service must refuse.
#[derive(Debug, Subcommand)]
pub enum Test {
    /// Make a test ready: the next check that this person's device approves is answered, once
    Start(Start),
    /// Record what the service did with the answer
    Result(Judge),
}

/// Make a test ready.
#[derive(Debug, Args)]
pub struct Start {
    #[command(flatten)]
    place: Place,
    /// The service's entity id
    entity_id: String,
    /// What is tested
    #[arg(long)]
    kind: TestKind,
    /// Whose device will answer
    #[arg(long, value_name = "LOGIN")]
    user: String,
    /// How long it waits
    #[arg(long, value_name = "SPAN", default_value = "30m", value_parser = lifetime::parse)]
    expires: Lifetime,
}

/// Record what the service did.
#[derive(Debug, Args)]
pub struct Judge {
    #[command(flatten)]
    place: Place,
    /// The service's entity id
    entity_id: String,
    /// What was tested
    #[arg(long)]
    kind: TestKind,
    /// What the service did
    #[arg(value_name = "DID")]
    result: TestResult,
}

impl Test {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Start(start) => start.run().await,
            Self::Result(judge) => judge.run().await,
        }
    }
}

impl Start {
    async fn run(self) -> anyhow::Result<()> {
        let login = Login::parse(&self.user).context("--user must be a login")?;
        let (store, clock) = self.place.open().await?;
        let service = registered(&store, &self.entity_id).await?;
        if service.settings.mode != Mode::Observe {
            bail!(
                "the service is answered already; `sp set --mode observe` puts it back into observation"
            );
        }
        let person = store.person(&login).await?;
        person.with_context(|| format!("nobody here is called {login}; see `user list`"))?;
        let now = clock.wall();
        let test = NewTest {
            service: self.entity_id.clone(),
            kind: self.kind,
            login,
            expires: now.plus(self.expires.0),
        };
        let until = date::rfc3339(test.expires);
        let value =
            json!({ "test": self.kind.as_str(), "user": test.login.as_str(), "until": until });
        let record =
            Record::new(ACTOR, Action::ServiceTestPrepared, &self.entity_id).with(value.clone());
        store.prepare_test(&test, record, now).await?;
        self.place.say(&value, steps(&test, &service.name, &until))
    }
}

/// What to do now.
fn steps(test: &NewTest, service: &str, until: &str) -> String {
    let login = &test.login;
    let what = match test.kind {
        TestKind::OtherPerson => format!(
            "1. On {login}'s computer, start signing in to {service} as somebody else, and choose Selfsame.\n\
             2. The answer will name {login}. {service} must not sign anybody in."
        ),
        TestKind::OtherBrowser => format!(
            "1. As {login}, start signing in to {service} and choose Selfsame. The browser saves a file.\n\
             2. Open the file in another browser and send it within two minutes. {service} must not sign anybody in."
        ),
    };
    format!(
        "The next check at {service} that {login}'s device approves is answered, once, until {until}.\n{what}\n\
         3. Record what it did: selfsame-idp sp test result {} --kind {} refused|signed-in",
        test.service,
        test.kind.as_str()
    )
}

impl Judge {
    async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        registered(&store, &self.entity_id).await?;
        let value = json!({ "test": self.kind.as_str(), "result": self.result.as_str() });
        let record =
            Record::new(ACTOR, Action::ServiceTestJudged, &self.entity_id).with(value.clone());
        let (kind, now) = (self.kind, clock.wall());
        if !store
            .judge_test(&self.entity_id, kind, self.result, record, now)
            .await?
        {
            bail!(
                "no answer of a test {} waits to be judged; see `sp test start`",
                kind.as_str()
            );
        }
        self.place.say(&value, "Recorded")
    }
}
