//! What a SAML response must name.

use selfsame_saml::{
    AcsUrl, AuthnRequest, EntityId, MessageId, NameIdFormat, Refusal, RelayState, ReplyTo,
    response::Attribute,
};

use crate::{service_settings::SamlSettings, store::NewCheck};

/// What a SAML response must name.
#[derive(Debug, Clone)]
pub struct SamlReply {
    /// Which request, where to and to whom.
    pub reply_to: ReplyTo,
    /// Returned byte for byte.
    pub relay_state: Option<RelayState>,
    /// How to name the person.
    pub name_id_format: NameIdFormat,
    /// What the service wants echoed.
    pub echo: Vec<Attribute>,
    /// The status of a refusal.
    pub refused_with: Refusal,
    /// What is set for the service.
    pub settings: SamlSettings,
}

impl SamlReply {
    /// The reply to a verified request, as it is set for its service.
    pub fn to(request: AuthnRequest, settings: SamlSettings) -> Self {
        let echo = request.app_context.as_ref().map(Attribute::echo);
        let passive = match request.is_passive {
            true => Refusal::NoPassive,
            false => Refusal::AuthnFailed,
        };
        Self {
            reply_to: request.reply_to(),
            name_id_format: settings.name_id.unless_asked(request.name_id_format()),
            echo: echo.and_then(Result::ok).unwrap_or_default(),
            refused_with: request.refusal().unwrap_or(passive),
            relay_state: request.relay_state,
            settings,
        }
    }

    pub(super) fn asked_format(&self) -> Option<String> {
        let asked = self.name_id_format != NameIdFormat::Unspecified;
        asked.then(|| self.name_id_format.uri().to_owned())
    }

    pub(super) fn of_stored(stored: &NewCheck) -> Option<Self> {
        let relay_state = stored.relay_state.as_deref().map(RelayState::parse);
        Some(Self {
            reply_to: ReplyTo {
                in_response_to: MessageId::parse(&stored.request_id).ok()?,
                acs: AcsUrl::parse(&stored.acs).ok()?,
                service: EntityId::parse(&stored.service).ok()?,
            },
            relay_state: relay_state.transpose().ok()?,
            name_id_format: NameIdFormat::Unspecified,
            echo: Vec::new(),
            refused_with: Refusal::AuthnFailed,
            settings: SamlSettings::default(),
        })
    }
}
