//! What a gateway's request comes to: decided by the one function that decides everything, and written down before the
//! answer leaves.

use selfsame_protocol::{CheckId, DeviceId, GenerationId, message::VerdictMessage};
use serde_json::{Value, json};

use super::{book::Client, caller, desks::AskedDesk};
use crate::{
    App,
    audit::Record,
    decide::{self, Presence, Rule},
    judging::{self, OBSERVED},
    policy::Asked,
    secret::Secret,
    service_settings::Mode,
    store::{
        Begun, CheckOutcome, Consumed, Device, Ended, Grounds, NewCheck, ReplyKind, StoreError,
    },
};

/// The rule where a device may say who types there and does not.
pub const NO_VERDICT: &str = "no-verdict";
/// A request is known again for so long, should the server be started anew meanwhile.
const REMEMBER_MS: i64 = 60_000;

/// What a request comes to.
#[derive(Debug)]
pub struct Conclusion {
    /// Whether the person is let in.
    pub outcome: CheckOutcome,
    /// The rule that brought it about.
    pub rule: &'static str,
    /// Whether a code may take the place of what is missing.
    pub asks_for_a_code: bool,
    tied_to: Option<DeviceId>,
    /// Whether the device itself saw the person begin this, so that a hard factor beside it vouches for its profile.
    was_present: bool,
    generation: Option<GenerationId>,
    details: Value,
    grounds: Option<Grounds>,
}

impl Conclusion {
    /// The other factor, by this rule, with nothing known of any device.
    pub fn other_factor(rule: &'static str) -> Self {
        Self {
            outcome: CheckOutcome::OtherFactor,
            rule,
            asks_for_a_code: false,
            tied_to: None,
            was_present: false,
            generation: None,
            details: json!({}),
            grounds: None,
        }
    }

    /// The other factor, before any verdict.
    pub fn refused(rule: Rule) -> Self {
        Self {
            asks_for_a_code: rule.asks_for_a_code(),
            ..Self::other_factor(rule.code())
        }
    }

    /// Decides about a device that was tied to the request.
    pub async fn reach(
        app: &App,
        (client, asked): (&Client, &Asked),
        desk: &AskedDesk,
        presence: Presence,
    ) -> Result<Self, StoreError> {
        let verdict = desk
            .answer
            .as_ref()
            .and_then(|answer| answer.verdict.as_ref());
        let Some(verdict) = verdict else {
            return Ok(Self {
                tied_to: Some(desk.device.id),
                ..Self::other_factor(NO_VERDICT)
            });
        };
        let judged = (&desk.device, verdict);
        let mut conclusion = Self::judge(app, (client, asked), judged, presence).await?;
        if asked.policy.mode() == Mode::Observe {
            conclusion.details["would"] = conclusion.outcome.as_str().into();
            if conclusion.outcome == CheckOutcome::Approved {
                (conclusion.outcome, conclusion.rule) = (CheckOutcome::OtherFactor, OBSERVED);
            }
        }
        Ok(conclusion)
    }

    async fn judge(
        app: &App,
        (client, asked): (&Client, &Asked),
        (device, verdict): (&Device, &VerdictMessage),
        presence: Presence,
    ) -> Result<Self, StoreError> {
        let (decision, facts) = judging::judge(app, asked, (device, verdict), presence).await?;
        let (outcome, asks_for_a_code) = match decision {
            decide::Decision::Approve => (CheckOutcome::Approved, false),
            decide::Decision::Refuse(rule) => (CheckOutcome::OtherFactor, rule.asks_for_a_code()),
        };
        Ok(Self {
            outcome,
            rule: decision.code(),
            asks_for_a_code,
            tied_to: Some(device.id),
            was_present: matches!(presence, Presence::Gateway(_)),
            generation: Some(verdict.generation),
            details: judging::details(presence, verdict, &asked.by),
            grounds: Some(Grounds {
                device: device.id,
                service: client.service(),
                address: asked.address,
                facts: Some(facts),
                objection: None,
                by: asked.by.clone(),
            }),
        })
    }

    /// Ends the check with its audit record; `true` when the person may be let in now, and only now.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written, and nobody is let in.
    pub async fn write(
        &self,
        app: &App,
        client: &Client,
        (check, login, request): (CheckId, &str, &selfsame_radius::Request),
    ) -> Result<bool, StoreError> {
        let now = app.clock.wall();
        let counts = self.was_present || self.outcome == CheckOutcome::Approved;
        let ended = Ended {
            check,
            outcome: self.outcome,
            reason: self.rule.to_owned(),
            presence: self.tied_to.filter(|_| counts).map(|device| (device, now)),
            generation: self.generation,
            grounds: self.grounds.clone(),
        };
        let record = self.record(client, (check, login, request));
        match app.store.consume(ended, record, now).await? {
            Consumed::Now => Ok(self.outcome == CheckOutcome::Approved),
            Consumed::Already => Ok(false),
            Consumed::DeviceBarred(_) => {
                let barred = Self::other_factor(Rule::DeviceRevoked.code());
                Box::pin(barred.write(app, client, (check, login, request))).await
            }
        }
    }

    fn record(
        &self,
        client: &Client,
        (check, login, request): (CheckId, &str, &selfsame_radius::Request),
    ) -> Record {
        let known = json!({
            "check": check,
            "rule": self.rule,
            "device": self.tied_to,
            "caller": caller::address(request).map(|address| address.to_string()),
        });
        let details = (known, &self.details);
        judging::record(login, &client.service(), self.outcome, details)
    }
}

/// Enters a check for a request; `false` when this very request was seen before, as after a restart.
///
/// # Errors
/// [`StoreError`].
pub async fn enter(
    app: &App,
    client: &Client,
    check: CheckId,
    request: &selfsame_radius::Request,
) -> Result<bool, StoreError> {
    let now = app.clock.wall();
    let authenticator = u128::from_be_bytes(request.authenticator.0);
    let new = NewCheck {
        id: check,
        service: client.service(),
        request_id: format!("{:02x}{authenticator:032x}", request.identifier),
        acs: "radius".to_owned(),
        relay_state: None,
        name_id_format: None,
        reply: ReplyKind::Radius,
        // There is no browser to hold its other half.
        cookie: Secret::random().hash(),
    };
    let begun = app
        .store
        .begin_check(new, now.plus(REMEMBER_MS), now)
        .await?;
    Ok(begun == Begun::New)
}
