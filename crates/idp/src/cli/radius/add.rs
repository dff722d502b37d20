//! `radius client add`.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    super::{ACTOR, Place},
    describe, value,
};
use crate::{
    audit::{Action, Record},
    decide::EVIDENCE_AT_MOST_S,
    keys,
    network::Network,
    radius::settings::{ClientSettings, CodeRule, MessageAuthenticator, Reach, Upstream},
    random,
    service_settings::{Asks, KeysAllowed, Mode},
    store::RadiusClient,
};

/// Where SSL VPNs listen.
const HTTPS: u16 = 443;
/// Shorter secrets can be guessed by whoever records packets.
const LONG_ENOUGH: usize = 24;
const SHORT_SECRET: &str =
    "the secret is shorter than 24 characters; whoever records packets can try to guess it";

/// Register a client.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// What people are shown: one line
    name: String,
    /// Where it comes from: an address, or a range such as 10.20.0.0/28
    #[arg(long, value_name = "ADDRESS")]
    address: Network,
    /// A file that holds the secret it shares with this server
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// What this server is to it
    #[arg(long, default_value = "second-factor")]
    mode: ServerMode,
    /// Where people's VPN programs connect to, by address and port [port: 443]; may be repeated
    #[arg(long = "gateway", value_name = "ADDRESS[:PORT]", value_parser = gateway)]
    gateways: Vec<SocketAddr>,
    /// The site's RADIUS server for the first factor
    #[arg(long, value_name = "ADDRESS:PORT", requires = "upstream_secret_file")]
    upstream: Option<SocketAddr>,
    /// A file that holds the secret shared with it
    #[arg(long, value_name = "FILE", requires = "upstream")]
    upstream_secret_file: Option<PathBuf>,
    /// The site's RADIUS server with its own second factor, which has the word wherever Selfsame is not sure
    #[arg(long, value_name = "ADDRESS:PORT", requires = "mfa_secret_file")]
    mfa: Option<SocketAddr>,
    /// A file that holds the secret shared with it
    #[arg(long, value_name = "FILE", requires = "mfa")]
    mfa_secret_file: Option<PathBuf>,
    /// Whether people are asked for a code from their screen where their connection does not show. It can be talked out of
    /// them, as every code
    #[arg(long, default_value = "offered")]
    code: CodeRule,
    /// Whether requests must carry Message-Authenticator. `optional` is UNSAFE (CVE-2024-3596)
    #[arg(long, default_value = "required")]
    message_authenticator: MessageAuthenticator,
    /// Whether it is answered, or only observed
    #[arg(long, default_value = "assist")]
    answers: Mode,
    /// Added to user names without `@`, such as example.com
    #[arg(long)]
    realm: Option<String>,
    /// How old the evidence may be, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=i64::from(EVIDENCE_AT_MOST_S)))]
    evidence_within: Option<u32>,
    /// Which device keys count
    #[arg(long)]
    keys: Option<KeysAllowed>,
}

/// What the server is to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServerMode {
    /// The client has seen to the first factor before it asks.
    SecondFactor,
    /// The first factor is handed on to `--upstream`.
    Proxy,
}

impl Add {
    /// Runs it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        self.check()?;
        let (store, clock) = self.place.open().await?;
        let before = store.radius_clients().await?;
        let same_name = |other: &&RadiusClient| other.name.eq_ignore_ascii_case(self.name.trim());
        self.check_addresses(before.iter().filter(|other| !same_name(other)))?;
        let secret = read_secret(&self.secret_file)?;
        let client = self.client(&secret)?;
        let record =
            Record::new(ACTOR, Action::RadiusClientAdded, &client.name).with(value(&client));
        store
            .put_radius_client(&client, record, clock.wall())
            .await?;
        if let Some(replaced) = before.iter().find(same_name) {
            forget_secrets(&self.place, replaced);
        }
        let mut text = "Registered; it counts within a second: ".to_owned();
        describe(&client, &mut text)?;
        let mut value = value(&client);
        if secret.chars().count() < LONG_ENOUGH {
            text.push_str("  Note: ");
            text.push_str(SHORT_SECRET);
            value["secret_note"] = json!(SHORT_SECRET);
        }
        self.place.say(&value, text)
    }

    fn check(&self) -> anyhow::Result<()> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            bail!("the name must be one line of 1 to 60 characters");
        }
        match self.mode {
            ServerMode::Proxy => ensure!(
                self.upstream.is_some(),
                "--mode proxy needs --upstream: who is asked for the first factor?"
            ),
            ServerMode::SecondFactor => ensure!(
                self.upstream.is_none() && self.mfa.is_none(),
                "--upstream and --mfa belong to --mode proxy"
            ),
        }
        let realm = self.realm.as_deref().unwrap_or("a");
        ensure!(
            !realm.is_empty() && !realm.contains(['@', '\\', ' ']),
            "--realm is what follows the @, such as example.com"
        );
        Ok(())
    }

    fn check_addresses<'a>(
        &self,
        mut others: impl Iterator<Item = &'a RadiusClient>,
    ) -> anyhow::Result<()> {
        let same = others.find(|other| {
            let Reach::Udp { address, .. } = &other.settings.reach;
            *address == self.address
        });
        match same {
            Some(other) => bail!("{} is already {}'s address", self.address, other.name),
            None => Ok(()),
        }
    }

    fn client(&self, secret: &str) -> anyhow::Result<RadiusClient> {
        let upstream = |address: Option<SocketAddr>, file: &Option<PathBuf>| {
            let both = address.zip(file.as_deref());
            both.map(|(address, file)| {
                let secret_file = self.keep(&read_secret(file)?)?;
                anyhow::Ok(Upstream {
                    address,
                    secret_file,
                })
            })
            .transpose()
        };
        let least = Asks::default();
        Ok(RadiusClient {
            name: self.name.trim().to_owned(),
            settings: ClientSettings {
                reach: Reach::Udp {
                    address: self.address,
                    secret_file: self.keep(secret)?,
                    message_authenticator: self.message_authenticator,
                },
                upstream: upstream(self.upstream, &self.upstream_secret_file)?,
                mfa: upstream(self.mfa, &self.mfa_secret_file)?,
                gateways: self.gateways.clone(),
                code: self.code,
                answers: self.answers,
                realm: self.realm.clone(),
                asks: Asks {
                    evidence_within_s: self.evidence_within.unwrap_or(least.evidence_within_s),
                    keys: self.keys.unwrap_or(least.keys),
                    ..least
                },
            },
        })
    }

    /// Keeps a secret among the server's keys, and returns the name of its file.
    fn keep(&self, secret: &str) -> anyhow::Result<String> {
        let name = format!("radius-{:016x}.secret", u64::from_be_bytes(random::bytes()));
        keys::store_shared_secret(&self.place.dir(), &name, secret)?;
        Ok(name)
    }
}

fn read_secret(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(file).map(Zeroizing::new);
    let text = text.with_context(|| format!("{} cannot be read", file.display()))?;
    let secret = Zeroizing::new(text.trim().to_owned());
    ensure!(!secret.is_empty(), "{} holds no secret", file.display());
    Ok(secret)
}

/// Deletes the files of a client that is not registered any more.
pub(super) fn forget_secrets(place: &Place, client: &RadiusClient) {
    for name in client.settings.secret_files() {
        // A file that is gone already, or stays behind, harms nobody: nothing names it any more.
        let _ = std::fs::remove_file(place.dir().key(name));
    }
}

fn gateway(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<SocketAddr>().ok();
    let without = || text.parse::<IpAddr>().ok().map(|ip| (ip, HTTPS).into());
    with_port
        .or_else(without)
        .ok_or_else(|| format!("`{text}` is not an address, nor an address with a port"))
}
