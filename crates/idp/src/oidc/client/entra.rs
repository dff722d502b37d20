//! Microsoft's Entra ID as a relying party: one tenant that uses us as an external authentication method.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::HttpsUrl;
use crate::oidc::guid::Guid;

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntraClient {
    /// Which cloud it is in.
    pub cloud: Cloud,
    /// The tenant that asks.
    pub tenant: Guid,
    /// The application that stands for us there; hints are issued for it.
    pub application: Guid,
    /// Where the metadata is that leads to Microsoft's keys; `None` when they are loaded from files only.
    pub keys_from: Option<HttpsUrl>,
}

/// Microsoft's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Global Azure.
    Public,
    /// Azure for US Government.
    UsGov,
    /// Azure operated by 21Vianet.
    China,
}

impl Cloud {
    /// Where people sign in.
    pub const fn origin(self) -> &'static str {
        match self {
            Self::Public => "https://login.microsoftonline.com",
            Self::UsGov => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
        }
    }

    /// The one address that answers go to.
    pub const fn redirect_uri(self) -> &'static str {
        match self {
            Self::Public => {
                "https://login.microsoftonline.com/common/federation/externalauthprovider"
            }
            Self::UsGov => {
                "https://login.microsoftonline.us/common/federation/externalauthprovider"
            }
            Self::China => {
                "https://login.partner.microsoftonline.cn/common/federation/externalauthprovider"
            }
        }
    }

    /// Where the metadata is that leads to the keys.
    pub fn metadata(self) -> String {
        format!(
            "{}/common/v2.0/.well-known/openid-configuration",
            self.origin()
        )
    }
}

impl EntraClient {
    /// The name that the tenant's hints are issued in.
    pub fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.cloud.origin(), self.tenant)
    }
}
