//! What an answer by OpenID Connect must name.

use selfsame_protocol::Level;

use crate::{
    oidc::{
        challenge::CodeChallenge,
        client::HttpsUrl,
        methods::AskedMethods,
        way_back::{Mode, WayBack},
    },
    store::{EntraAccount, NewCheck},
};

/// What an authorization code stands for.
#[derive(Debug, Clone)]
pub struct CodeReply {
    /// What this request is called here.
    pub request_id: String,
    /// Where the code goes.
    pub way: WayBack,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// Whose preimage redeems the code.
    pub challenge: Option<CodeChallenge>,
    /// The least level that the relying party says is essential.
    pub essential_level: Option<Level>,
}

impl CodeReply {
    pub(super) fn of_stored(stored: &NewCheck) -> Option<Self> {
        Some(Self {
            request_id: stored.request_id.clone(),
            way: way_back(stored, Mode::Query)?,
            nonce: None,
            challenge: None,
            essential_level: None,
        })
    }
}

/// What an ID token by form post must state.
#[derive(Debug, Clone)]
pub struct FormReply {
    /// What this request is called here.
    pub request_id: String,
    /// Where the token is posted.
    pub way: WayBack,
    /// Returned in the token.
    pub nonce: Option<String>,
    /// The person, as the relying party calls them.
    pub subject: String,
    /// Who that is in the directory.
    pub account: Option<EntraAccount>,
    /// What it takes for an answer.
    pub asked: AskedMethods,
}

impl FormReply {
    pub(super) fn of_stored(stored: &NewCheck) -> Option<Self> {
        Some(Self {
            request_id: stored.request_id.clone(),
            way: way_back(stored, Mode::FormPost)?,
            nonce: None,
            subject: String::new(),
            account: None,
            asked: AskedMethods::default(),
        })
    }
}

fn way_back(stored: &NewCheck, mode: Mode) -> Option<WayBack> {
    Some(WayBack {
        redirect_uri: HttpsUrl::parse(&stored.acs).ok()?,
        state: stored.relay_state.clone(),
        mode,
    })
}
