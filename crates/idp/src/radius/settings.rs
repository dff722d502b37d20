//! What an administrator sets for one RADIUS client.

use std::net::SocketAddr;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::network::Network;
use crate::service_settings::{Asks, Mode};

/// Everything that is set for one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// How it comes and how it is known.
    pub reach: Reach,
    /// The server that is asked for the first factor; without one the gateway has seen to it.
    pub upstream: Option<Upstream>,
    /// The server with the site's own second factor, which has the word wherever ours is not enough.
    pub mfa: Option<Upstream>,
    /// Where the gateway takes people's connections.
    #[serde(default)]
    pub gateways: Vec<SocketAddr>,
    /// Whether a code from the device's screen may be typed.
    #[serde(default)]
    pub code: CodeRule,
    /// Whether it is answered at all.
    pub answers: Mode,
    /// What is added to a user name without `@`, to make a login of it.
    pub realm: Option<String>,
    /// What an answer must be worth.
    #[serde(default)]
    pub asks: Asks,
}

/// How a client comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reach {
    /// By UDP, from these addresses.
    Udp {
        /// Where it comes from.
        address: Network,
        /// The file of the shared secret, among the server's keys.
        secret_file: String,
        /// Whether its requests must carry a Message-Authenticator.
        message_authenticator: MessageAuthenticator,
    },
}

/// Another RADIUS server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Where it is.
    pub address: SocketAddr,
    /// The file of the shared secret.
    pub secret_file: String,
}

/// Whether requests must carry a Message-Authenticator (CVE-2024-3596).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum MessageAuthenticator {
    /// One without it is dropped.
    #[default]
    Required,
    /// One without it is read, unless it carries Proxy-State. For clients that cannot send it: UNSAFE on any network
    /// that somebody else may listen in on.
    Optional,
}

/// Whether a code may be typed where the connection does not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum CodeRule {
    /// The person is asked for it. It can be talked out of them, as every such code.
    #[default]
    Offered,
    /// They are refused.
    Off,
}

impl ClientSettings {
    /// The files of all its secrets.
    pub fn secret_files(&self) -> impl Iterator<Item = &str> {
        let Reach::Udp { secret_file, .. } = &self.reach;
        let upstreams = [&self.upstream, &self.mfa].into_iter().flatten();
        std::iter::once(secret_file.as_str())
            .chain(upstreams.map(|upstream| upstream.secret_file.as_str()))
    }

    /// Whether a weakness of its own is left open, which its administrator should see in red.
    pub fn is_unsafe(&self) -> bool {
        let Reach::Udp {
            message_authenticator,
            ..
        } = &self.reach;
        *message_authenticator == MessageAuthenticator::Optional
    }
}
