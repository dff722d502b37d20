//! `cert`: the certificates that services verify our answers with, and their change in four steps.

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use selfsame_protocol::UnixMillis;
use selfsame_saml::Certificate;
use serde_json::{Value, json};

use super::{ACTOR, Place};
use crate::{
    audit::{Action, Record},
    clock::Clock,
    date,
    keys::{NewSamlKey, SamlKey},
    signing::{self, expiry},
    store::{Protocol, Stage, Store, StoredCertificate},
};

/// How long relying parties may keep the keys that they fetched, in milliseconds.
const OVERLAP_MS: i64 = 2 * 24 * 60 * 60_000;

/// The certificates that services verify answers with.
#[derive(Debug, Subcommand)]
pub enum Cert {
    /// Print the one that signs in PEM; in JSON every one, with its stage, fingerprint and end
    Show(Place),
    /// List every one with its stage, fingerprint and end
    List(Place),
    /// Step 1: make the next key and certificate. Nobody is told yet
    New(New),
    /// Step 2: give services the next one too, by the metadata. Let every service take it in
    Publish(Place),
    /// Step 3: sign with the next one. Services are still given the one before
    Switch(Switch),
    /// Step 4: stop giving services the one before, and delete its key
    Retire(Retire),
}

/// Make the next key and certificate.
#[derive(Debug, Args)]
pub struct New {
    #[command(flatten)]
    place: Place,
    /// How long it is valid
    #[arg(long, value_name = "DAYS", default_value_t = 3652, value_parser = clap::value_parser!(u16).range(1..=7304))]
    days: u16,
    /// The length of its RSA key
    #[arg(long, value_name = "BITS", default_value = "2048", value_parser = ["2048", "3072"])]
    bits: String,
}

/// Sign with the next one.
#[derive(Debug, Args)]
pub struct Switch {
    #[command(flatten)]
    place: Place,
    /// Do not wait until OpenID Connect clients have fetched the next key; those that have not will refuse answers
    #[arg(long)]
    at_once: bool,
}

/// Stop giving services a certificate.
#[derive(Debug, Args)]
pub struct Retire {
    #[command(flatten)]
    place: Place,
    /// Give up the next one instead, though it never signed
    #[arg(long)]
    next: bool,
}

/// What a command works on.
struct Change {
    place: Place,
    store: Store,
    clock: Clock,
    all: Vec<StoredCertificate>,
}

impl Cert {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Show(place) => Change::open(place).await?.show(),
            Self::List(place) => Change::open(place).await?.list(),
            Self::New(New { place, days, bits }) => {
                Change::open(place).await?.make(days, bits.parse()?).await
            }
            Self::Publish(place) => Change::open(place).await?.publish().await,
            Self::Switch(Switch { place, at_once }) => {
                Change::open(place).await?.switch(at_once).await
            }
            Self::Retire(Retire { place, next }) => Change::open(place).await?.retire(next).await,
        }
    }
}

impl Change {
    async fn open(place: Place) -> anyhow::Result<Self> {
        let (store, clock) = place.open().await?;
        let all = signing::certificates(&place.dir(), &store, clock).await?;
        Ok(Self {
            place,
            store,
            clock,
            all,
        })
    }

    fn at(&self, stage: Stage) -> Option<&StoredCertificate> {
        self.all.iter().find(|one| one.stage == stage)
    }

    fn signing(&self) -> anyhow::Result<&StoredCertificate> {
        self.at(Stage::Signing).context("no certificate is in use")
    }

    fn show(&self) -> anyhow::Result<()> {
        let signing = self.signing()?;
        let now = self.clock.wall();
        let all: Vec<_> = self
            .all
            .iter()
            .map(|one| value(one, now))
            .collect::<Result<_, _>>()?;
        let value =
            json!({ "certificate": signing.pem, "sha256": signing.id, "certificates": all });
        self.place.say(&value, &signing.pem)
    }

    fn list(&self) -> anyhow::Result<()> {
        let now = self.clock.wall();
        let (mut text, mut values) = (String::new(), Vec::new());
        for one in &self.all {
            let certificate = Certificate::from_pem(&one.pem)?;
            let days = expiry::days_left(&certificate, now);
            let notice = expiry::notice(days).map_or(String::new(), |words| format!("  ({words})"));
            let until = ends(&certificate);
            writeln!(
                text,
                "{:9}  until {until}{notice}\n  {}",
                one.stage.as_str(),
                one.id
            )?;
            values.push(value(one, now)?);
        }
        self.place.say(&values, text)
    }

    async fn make(self, days: u16, bits: usize) -> anyhow::Result<()> {
        if let Some(other) = self.all.iter().find(|one| one.stage != Stage::Signing) {
            bail!(
                "a change is under way: one more certificate is {}; finish it, or give it up with `cert retire`",
                other.stage.as_str()
            );
        }
        let settings = self.place.settings()?;
        let new = NewSamlKey::generate(settings.origin.as_str(), bits, days)?;
        let certificate = new.write(&settings.data, Stage::Made)?;
        let record = self.record(Action::CertificateMade, &certificate, Stage::Made);
        self.store
            .add_certificate(&certificate, record, self.clock.wall())
            .await?;
        self.done(
            &certificate,
            Stage::Made,
            "Next: `cert publish` gives it to services.",
        )
    }

    async fn publish(self) -> anyhow::Result<()> {
        let next = self
            .at(Stage::Made)
            .context("no certificate waits to be published; make one with `cert new`")?;
        self.advance(
            next,
            &[(&next.id, Stage::Made, Stage::Published)],
            Action::CertificatePublished,
        )
        .await?;
        self.done(
            next,
            Stage::Published,
            "The metadata carries both. Upload it at every service, or wait until each has fetched it; then `cert switch`.",
        )
    }

    async fn switch(self, at_once: bool) -> anyhow::Result<()> {
        let next = self.at(Stage::Published).context(
            "no published certificate waits; a service that was not given it would refuse every answer. See `cert publish`",
        )?;
        if !at_once {
            self.require_overlap(next).await?;
        }
        // Before anything is changed: the server would go on with the one before, and the two would differ.
        SamlKey::load(&self.place.dir(), &next.key_file)?;
        let old = self.signing()?;
        let moves = [
            (old.id.as_str(), Stage::Signing, Stage::Retiring),
            (next.id.as_str(), Stage::Published, Stage::Signing),
        ];
        self.advance(next, &moves, Action::CertificateSwitched)
            .await?;
        self.done(
            next,
            Stage::Signing,
            "Answers are signed with it within a second. When every service has it, `cert retire` drops the one before.",
        )
    }

    /// Relying parties fetch our keys by themselves, Entra ID once a day; the two days are its own advice.
    async fn require_overlap(&self, next: &StoredCertificate) -> anyhow::Result<()> {
        let services = self.store.services().await?;
        let fetches = services.iter().any(|one| one.protocol == Protocol::Oidc);
        let ready = next.since.plus(OVERLAP_MS);
        if fetches && self.clock.wall() < ready {
            bail!(
                "OpenID Connect clients may not have fetched the next key yet: wait until {}, or give --at-once",
                date::rfc3339(ready)
            );
        }
        Ok(())
    }

    async fn retire(self, next: bool) -> anyhow::Result<()> {
        let found = match next {
            true => self.at(Stage::Made).or_else(|| self.at(Stage::Published)),
            false => self.at(Stage::Retiring),
        };
        let old = found.context("there is none to retire; see `cert list`")?;
        self.advance(
            old,
            &[(&old.id, old.stage, Stage::Retired)],
            Action::CertificateRetired,
        )
        .await?;
        let file = self.place.dir().key(&old.key_file);
        std::fs::remove_file(&file).with_context(|| {
            format!(
                "it is retired, but its key {} is still there; delete it",
                file.display()
            )
        })?;
        self.done(old, Stage::Retired, "Its key was deleted.")
    }

    async fn advance(
        &self,
        about: &StoredCertificate,
        moves: &[(&str, Stage, Stage)],
        action: Action,
    ) -> anyhow::Result<()> {
        let to = moves.last().map_or(about.stage, |(_, _, to)| *to);
        let record = self.record(action, about, to);
        if !self
            .store
            .move_certificates(moves, record, self.clock.wall())
            .await?
        {
            bail!(
                "somebody else changed the certificates just now; nothing was changed. See `cert list`"
            );
        }
        Ok(())
    }

    fn record(&self, action: Action, about: &StoredCertificate, to: Stage) -> Record {
        Record::new(ACTOR, action, &about.id).with(json!({ "stage": to.as_str() }))
    }

    fn done(&self, about: &StoredCertificate, stage: Stage, next: &str) -> anyhow::Result<()> {
        let value = json!({ "sha256": about.id, "stage": stage.as_str() });
        let text = format!("{} is {}. {next}", about.id, stage.as_str());
        self.place.say(&value, text)
    }
}

fn ends(certificate: &Certificate) -> String {
    date::day(UnixMillis(certificate.valid_until().unix_millis()))
}

fn value(one: &StoredCertificate, now: UnixMillis) -> anyhow::Result<Value> {
    let certificate = Certificate::from_pem(&one.pem)?;
    let days = expiry::days_left(&certificate, now);
    Ok(json!({
        "sha256": one.id,
        "stage": one.stage.as_str(),
        "since": date::rfc3339(one.since),
        "valid_until": ends(&certificate),
        "days_left": days,
        "notice": expiry::notice(days),
        "certificate": one.pem,
    }))
}
