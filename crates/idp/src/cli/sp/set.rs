//! `sp set`: whether a service is answered, and how it may ask.

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{ACTOR, Place},
    checked_name, registered,
};
use crate::{
    audit::{Action, Record},
    oidc::client::Client,
    service_settings::{
        CLOCK_SKEW_AT_MOST_S, Mode, NameIdRule, RedirectRule, SamlSettings, Signed,
    },
    services::Party,
    store::{Service, Store, TestKind, TestResult},
};

/// A reason is one line in the audit log.
const REASON_CHARS: usize = 200;

/// Change what is set for a service.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    place: Place,
    /// Its entity id, as `sp list` shows it
    entity_id: String,
    /// Whether it is answered. `assist` needs both tests of `sp test` passed since its metadata was registered; for Entra
    /// ID `other-browser` alone
    #[arg(long)]
    mode: Option<Mode>,
    /// Answer it without the tests, for this reason, which is recorded. Whoever does this has made sure otherwise that
    /// the service refuses answers about others and from other browsers
    #[arg(long, value_name = "REASON", requires = "mode")]
    without_tests: Option<String>,
    /// What becomes of a request that comes as a link
    #[arg(long)]
    redirect: Option<RedirectRule>,
    /// What people are shown
    #[arg(long)]
    name: Option<String>,
    /// The form of the person's name where a SAML request asks for none
    #[arg(long, value_name = "FORMAT")]
    name_id: Option<NameIdRule>,
    /// What of a SAML answer is signed
    #[arg(long, value_name = "PARTS")]
    signed: Option<Signed>,
    /// How far the clock of a SAML service may be from ours, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(0..=i64::from(CLOCK_SKEW_AT_MOST_S)))]
    clock_skew: Option<u16>,
}

impl Set {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (store, clock) = self.place.open().await?;
        let old = registered(&store, &self.entity_id).await?;
        let new = self.changed(&old)?;
        if new == old {
            return self.place.say(&value(&new), "Nothing was changed");
        }
        let begins = old.settings.mode == Mode::Observe && new.settings.mode == Mode::Assist;
        if begins && self.without_tests.is_none() {
            require_tests(&store, &old).await?;
        }
        let record = Record::new(ACTOR, Action::ServiceChanged, &self.entity_id).with(json!({
            "old": value(&old),
            "new": value(&new),
            "without_tests": self.without_tests.as_ref().filter(|_| begins),
        }));
        if !store.change_service(&new, record, clock.wall()).await? {
            bail!("the service was removed meanwhile; nothing was changed");
        }
        self.place
            .say(&value(&new), "Changed; it counts within a second")
    }

    fn changed(&self, old: &Service) -> anyhow::Result<Service> {
        let mut new = old.clone();
        if let Some(name) = &self.name {
            new.name = checked_name(name)?;
        }
        if let Some(reason) = &self.without_tests
            && (reason.trim().is_empty() || reason.chars().count() > REASON_CHARS)
        {
            bail!("--without-tests needs a reason of 1 to {REASON_CHARS} characters");
        }
        new.settings.mode = self.mode.unwrap_or(old.settings.mode);
        new.settings.redirect = self.redirect.unwrap_or(old.settings.redirect);
        new.settings.saml = self.changed_saml(old)?;
        Ok(new)
    }

    fn changed_saml(&self, old: &Service) -> anyhow::Result<SamlSettings> {
        let saml = old.settings.saml;
        let new = SamlSettings {
            name_id: self.name_id.unwrap_or(saml.name_id),
            signed: self.signed.unwrap_or(saml.signed),
            clock_skew_s: self.clock_skew.unwrap_or(saml.clock_skew_s),
        };
        match Party::parse(old)? {
            Party::Oidc(_) if new != saml => {
                bail!("--name-id, --signed and --clock-skew are for SAML services")
            }
            Party::Saml(provider)
                if provider.wants_assertions_signed && new.signed == Signed::Response =>
            {
                bail!("the service's metadata asks for signed assertions; nothing was changed")
            }
            _ => Ok(new),
        }
    }
}

fn value(service: &Service) -> Value {
    json!({
        "entity_id": service.entity_id,
        "name": service.name,
        "mode": service.settings.mode,
        "redirect": service.settings.redirect,
        "saml": service.settings.saml,
    })
}

/// Entra ID names the person whom it means, and nobody else is ever answered for: no answer about another person can be
/// made for it.
fn needed(service: &Service) -> anyhow::Result<&'static [TestKind]> {
    Ok(match Party::parse(service)? {
        Party::Oidc(Client::Entra(_)) => &[TestKind::OtherBrowser],
        _ => &TestKind::ALL,
    })
}

/// A service that takes answers about others, or from other browsers, would let a thief in with
/// somebody's help.
async fn require_tests(store: &Store, service: &Service) -> anyhow::Result<()> {
    let mut judged = store.judged_tests(&service.entity_id).await?;
    judged.retain(|test| test.answered >= service.added);
    for &kind in needed(service)? {
        let last = judged.iter().rev().find(|test| test.kind == kind);
        match last.map(|test| test.result) {
            Some(TestResult::Refused) => {}
            Some(TestResult::SignedIn) => bail!(
                "in the test {} the service signed somebody in; it must not be answered until it refuses that",
                kind.as_str()
            ),
            None => bail!(
                "the test {} was not recorded since the service's metadata was registered; see `sp test start`, \
                 or give --without-tests REASON",
                kind.as_str()
            ),
        }
    }
    Ok(())
}
