//! What a check comes to: approval or the other factor, by which rule, and what is written down.

use selfsame_protocol::{
    CheckId, GenerationId, Level,
    check::Ending,
    message::{KeyStorage, VerdictMessage},
};
use serde_json::{Value, json};

use super::{CHOSEN, Proven, RESTARTED, Target, reply::Reply};
use crate::{
    App,
    audit::{Action, Record},
    checks::{life, live::LiveCheck},
    decide::{Decision, Presence as ShownBy, Rule},
    judging::{self, OBSERVED},
    oidc::methods,
    policy::Asked,
    service_settings::Mode,
    store::{CheckOutcome, Device, Ended, Grounds, Login, StoreError, TestKind},
};

/// The service expects another person than the device's.
const NAMES_ANOTHER: &str = "service-names-another";
/// The relying party says that a stricter level is essential.
const ACR_NOT_MET: &str = "acr-not-met";
/// The relying party does not take the kind of key that the device has.
const AMR_NOT_ASKED: &str = "amr-not-asked";

/// What a check comes to.
#[derive(Debug)]
pub(super) struct Conclusion {
    outcome: CheckOutcome,
    rule: &'static str,
    presence: Presence,
    generation: Option<GenerationId>,
    person: Option<Login>,
    storage: KeyStorage,
    level: Option<Level>,
    test: Option<TestKind>,
    details: Value,
    grounds: Option<Grounds>,
}

type Presence = Option<(selfsame_protocol::DeviceId, selfsame_protocol::UnixMillis)>;

impl Conclusion {
    /// The other factor, with nothing known of any device.
    pub(super) fn other_factor(rule: &'static str) -> Self {
        Self {
            outcome: CheckOutcome::OtherFactor,
            rule,
            presence: None,
            generation: None,
            person: None,
            storage: KeyStorage::Software,
            level: None,
            test: None,
            details: json!({}),
            grounds: None,
        }
    }

    /// Decides an ended check. Whatever cannot be looked up ends in the other factor.
    pub(super) async fn reach(app: &App, live: &LiveCheck, ended: &life::Ended) -> Self {
        match Self::try_reach(app, live, ended).await {
            Ok(conclusion) => conclusion,
            Err(error) => {
                tracing::error!(%error, check = %live.id, "a check could not be decided");
                Self::other_factor("store-unavailable")
            }
        }
    }

    async fn try_reach(
        app: &App,
        live: &LiveCheck,
        ended: &life::Ended,
    ) -> Result<Self, StoreError> {
        let mut conclusion = Self {
            presence: ended.presence,
            ..Self::other_factor(rule_of(ended))
        };
        let (Some((device, _)), Some(asked)) = (ended.presence, live.asked.get()) else {
            return Ok(conclusion);
        };
        conclusion.grounds = Some(Grounds {
            device,
            service: live.request.service.registered.entity_id.clone(),
            address: asked.address,
            facts: None,
            objection: None,
            by: asked.by.clone(),
        });
        let device = app.store.device(device).await?;
        conclusion.person = device.as_ref().map(|device| device.login.clone());
        conclusion.generation = device.as_ref().and_then(|device| device.generation);
        if let Some(device) = &device {
            conclusion.storage = device.key_storage;
        }
        if let (Ending::Judged { channel, verdict }, None) = (&ended.ending, ended.rule) {
            let shown_by = ShownBy::Browser(*channel);
            let judged = (device.as_ref(), &**verdict);
            let decision = conclusion.judge(app, asked, judged, shown_by).await?;
            tracing::info!(check = %live.id, rule = decision.code(), "decided");
            if let Some(rule) = conclusion.objection(app, live).await? {
                conclusion.object(rule);
            }
            if asked.policy.mode() == Mode::Observe {
                conclusion.only_observed(app, live).await?;
            }
        }
        Ok(conclusion)
    }

    async fn judge(
        &mut self,
        app: &App,
        asked: &Asked,
        (device, verdict): (Option<&Device>, &VerdictMessage),
        shown_by: ShownBy,
    ) -> Result<Decision, StoreError> {
        let (decision, facts) = match device {
            Some(device) => {
                let (decision, facts) =
                    judging::judge(app, asked, (device, verdict), shown_by).await?;
                (decision, Some(facts))
            }
            None => (Decision::Refuse(Rule::DeviceUnknown), None),
        };
        self.outcome = match decision {
            Decision::Approve => CheckOutcome::Approved,
            Decision::Refuse(_) => CheckOutcome::OtherFactor,
        };
        self.rule = decision.code();
        self.generation = Some(verdict.generation);
        // A verdict may meet more than was asked for, which a key in software could not vouch for.
        self.level = verdict.level.min(Some(asked.policy.level()));
        self.details = judging::details(shown_by, verdict, &asked.by);
        if let Some(grounds) = &mut self.grounds {
            grounds.facts = facts;
        }
        Ok(decision)
    }

    /// Turns an approval into the other factor, because it is of no use to whoever asked.
    fn object(&mut self, rule: &'static str) {
        self.bar(rule);
        if let Some(grounds) = &mut self.grounds {
            grounds.objection = Some(rule.to_owned());
        }
    }

    /// Why an approval is of no use to whoever asked, by the rules of its protocol.
    async fn objection(
        &self,
        app: &App,
        live: &LiveCheck,
    ) -> Result<Option<&'static str>, StoreError> {
        let Some(login) = self.subject() else {
            return Ok(None);
        };
        if live.request.names_another(login) {
            return Ok(Some(NAMES_ANOTHER));
        }
        match &live.request.reply {
            Reply::Saml(_) => Ok(None),
            Reply::OidcCode(reply) => {
                let falls_short = self.level < reply.essential_level;
                Ok(falls_short.then_some(ACR_NOT_MET))
            }
            Reply::OidcForm(reply) => {
                // Read afresh: whoever was unlinked meanwhile is not answered for.
                let linked = match &reply.account {
                    Some(account) => app.store.login_of_account(account).await?,
                    None => None,
                };
                if !linked.is_some_and(|linked| linked.is_same_as(login)) {
                    return Ok(Some(NAMES_ANOTHER));
                }
                let is_asked = reply.asked.takes(methods::method(self.storage));
                Ok((!is_asked).then_some(AMR_NOT_ASKED))
            }
        }
    }

    /// What a service in observation is told: the other factor, unless this is the one answer that a test of the
    /// service waits for.
    async fn only_observed(&mut self, app: &App, live: &LiveCheck) -> Result<(), StoreError> {
        self.details["would"] = self.outcome.as_str().into();
        let Some(login) = self.subject() else {
            return Ok(());
        };
        let service = &live.request.service.registered.entity_id;
        let record = |kind: TestKind| {
            Record::new(login.as_str(), Action::ServiceTestAnswered, service)
                .with(json!({ "test": kind.as_str(), "check": live.id }))
        };
        let now = app.clock.wall();
        self.test = app
            .store
            .take_test(service, login, live.id, record, now)
            .await?;
        if self.test.is_none() {
            self.bar(OBSERVED);
        }
        Ok(())
    }

    /// The test whose answer this is.
    pub(super) fn test(&self) -> Option<TestKind> {
        self.test
    }

    /// Turns an approval into the other factor.
    pub(super) fn bar(&mut self, rule: &'static str) {
        self.outcome = CheckOutcome::OtherFactor;
        self.rule = rule;
    }

    pub(super) fn outcome(&self) -> CheckOutcome {
        self.outcome
    }

    pub(super) fn rule(&self) -> &'static str {
        self.rule
    }

    /// Whether the person was sent to the other factor without having asked for it.
    pub(super) fn is_failure(&self) -> bool {
        self.outcome == CheckOutcome::OtherFactor && ![CHOSEN, RESTARTED].contains(&self.rule)
    }

    /// Whom a success names; `None` when there is none.
    pub(super) fn subject(&self) -> Option<&Login> {
        match self.outcome {
            CheckOutcome::Approved => self.person.as_ref(),
            CheckOutcome::OtherFactor => None,
        }
    }

    /// What a success states; `None` when there is none.
    pub(super) fn proven(&self, check: CheckId) -> Option<Proven> {
        let (_, proved) = self.presence?;
        Some(Proven {
            login: self.subject()?.clone(),
            storage: self.storage,
            level: self.level?,
            proved,
            check,
        })
    }

    /// For the check's row.
    pub(super) fn ended(&self, check: CheckId) -> Ended {
        Ended {
            check,
            outcome: self.outcome,
            reason: self.rule.to_owned(),
            presence: self.presence,
            generation: self.generation,
            grounds: self.grounds.clone(),
        }
    }

    /// For the audit log.
    pub(super) fn record(&self, target: &Target) -> Record {
        let actor = self.person.as_ref().map_or("nobody", Login::as_str);
        let known = json!({
            "check": target.check,
            "request": target.reply.request_id(),
            "rule": self.rule,
            "device": self.presence.map(|(device, _)| device),
        });
        let details = (known, &self.details);
        judging::record(actor, &target.service, self.outcome, details)
    }
}

/// The rule that ended a check before policy was asked.
fn rule_of(ended: &life::Ended) -> &'static str {
    match (ended.rule, &ended.ending) {
        (Some(rule), _) => rule,
        (None, Ending::OtherFactor(why)) => why.code(),
        (None, Ending::Judged { .. }) => "not-decided",
    }
}
