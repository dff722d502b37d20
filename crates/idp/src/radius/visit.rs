//! One request's way: the first factor, the person's devices, the decision, and where that is not an approval a code, the
//! site's own second factor, or a refusal in plain words.

use std::time::Duration;

use selfsame_protocol::{CheckId, Millis, message::GatewayTie};
use selfsame_radius::{Answer, Credentials, Kind, Password, Purpose, Reply, Request, Verdict};
use serde_json::json;

use super::{
    book::{Client, Site},
    caller,
    challenges::{Waiting, WhichSite},
    conclude::{self, Conclusion},
    desks::{self, AskedDesk, Asking},
    settings::CodeRule,
    site,
};
use crate::{
    App,
    audit::{Action, Record},
    decide::{Caller, FirstFactor, GatewayFacts, Policy, Presence, Way},
    policy::Asked,
    random,
    service_settings::Mode,
    store::{Login, StoreError},
};

const PASSWORDS_ONLY: &str = "This server reads passwords (PAP) only. Tell your administrator.";
const NAMELESS: &str = "A user name is needed.";
const TOO_LATE: &str = "That took too long. Please start again.";
const SITE_SILENT: &str =
    "The server that checks passwords does not answer. Please try again later.";
const OUT_OF_ORDER: &str = "Signing in does not work at the moment. Please try again later.";
const NOT_TODAY: &str = "Selfsame could not tell that it is you. Unlock your computer, type there for a minute, and try again.";

pub(super) type Outcome = Result<Option<Reply>, StoreError>;

/// A request whose answer is being made.
pub(super) struct Visit<'a> {
    pub(super) app: &'a App,
    pub(super) client: &'a Client,
    pub(super) request: &'a Request,
    pub(super) user_name: &'a str,
    pub(super) password: &'a Password,
    pub(super) arrived: Millis,
    pub(super) asked: Asked,
}

/// Makes the answer; `None` when there must not be one. Whatever fails is a refusal, never an approval.
pub async fn answer(app: &App, client: &Client, request: &Request) -> Option<Reply> {
    if request.purpose == Purpose::Status {
        return Some(Reply::accept());
    }
    let Some(user_name) = request.user_name.as_deref() else {
        return Some(refuse(NAMELESS));
    };
    let Credentials::Password(password) = &request.credentials else {
        return Some(refuse(PASSWORDS_ONLY));
    };
    let mut visit = Visit {
        app,
        client,
        request,
        user_name,
        password,
        arrived: app.clock.now(),
        asked: Asked::of_nobody(own_policy(app, client), caller::address(request)),
    };
    visit.answer().await.unwrap_or_else(|error| {
        tracing::error!(%error, client = client.name, "a request could not be decided");
        Some(refuse(OUT_OF_ORDER))
    })
}

fn own_policy(app: &App, client: &Client) -> Policy {
    let settings = &client.settings;
    app.sign_in.own_policy(settings.answers, &settings.asks)
}

/// Access-Reject, and why.
pub(super) fn refuse(why: &str) -> Reply {
    Reply::reject().message(why)
}

impl Visit<'_> {
    async fn answer(&mut self) -> Outcome {
        if let Some(login) = self.login() {
            let place = (&*self.client.service(), self.asked.address);
            let policies = &self.app.sign_in.policies;
            self.asked = policies.ask(self.asked.policy, &login, place).await?;
        }
        let Some(state) = &self.request.state else {
            return self.first_factor(None).await;
        };
        let now = self.app.clock.now();
        match self.app.radius.challenges.take(state, self.key(), now) {
            Some(Waiting::Code(asked)) => self.code_typed(asked).await,
            Some(Waiting::Site {
                which: WhichSite::FirstFactor,
                state,
                ..
            }) => self.first_factor(state).await,
            Some(Waiting::Site { state, login, .. }) => Ok(self.other_factor(state, login).await),
            None => Ok(Some(refuse(TOO_LATE))),
        }
    }

    /// Whom a challenge of this request belongs to.
    pub(super) fn key(&self) -> (&str, &str) {
        (&self.client.name, self.user_name)
    }

    /// The first factor, where it is ours to see to.
    async fn first_factor(&self, state: Option<Vec<u8>>) -> Outcome {
        let Some(site) = &self.client.upstream else {
            return self.second_factor(Vec::new()).await;
        };
        match self.ask(site, state, site::FIRST_FACTOR_WITHIN).await {
            Some(answer) if answer.verdict == Verdict::Accept => {
                self.second_factor(answer.others).await
            }
            Some(answer) => Ok(Some(self.relay(&answer, WhichSite::FirstFactor, None))),
            None => Ok(Some(refuse(SITE_SILENT))),
        }
    }

    /// Ours. `granted` is what the first factor's server wants the gateway to know.
    async fn second_factor(&self, granted: Vec<(Kind, Vec<u8>)>) -> Outcome {
        let check = random::check_id();
        if !conclude::enter(self.app, self.client, check, self.request).await? {
            return Ok(None);
        }
        let Some(login) = self.login() else {
            let conclusion = Conclusion::other_factor("no-such-login");
            return self.otherwise(check, None, &conclusion).await;
        };
        let now = self.app.clock.now();
        self.app.radius.rivals.note(login.as_str(), now);
        let key = login.as_str().to_ascii_lowercase();
        if !self.app.radius.people.take(key, now) {
            let conclusion = Conclusion::other_factor("too-many-for-person");
            return self.otherwise(check, Some(&login), &conclusion).await;
        }
        let asking = self.asking(check, GatewayTie::Connection);
        let desks = desks::ask_all(self.app, asking, &login).await?;
        let facts = self.facts(&desks, &login);
        let conclusion = self.conclude(&desks, facts).await?;
        if self.is_approved(&conclusion, check, &login).await? {
            return Ok(Some(site::grant(Reply::accept(), &granted)));
        }
        if self.may_ask_for_a_code(&conclusion)
            && let Some(reply) = self.ask_for_a_code(check, &login, &desks, facts, granted)
        {
            return Ok(Some(reply));
        }
        self.otherwise(check, Some(&login), &conclusion).await
    }

    pub(super) fn asking(&self, check: CheckId, tie: GatewayTie) -> Asking<'_> {
        Asking {
            client: self.client,
            check,
            tie,
            policy: &self.asked.policy,
            arrived: self.arrived,
        }
    }

    /// The six proofs but for the verdict.
    fn facts(&self, desks: &[AskedDesk], login: &Login) -> GatewayFacts {
        let mut open = desks.iter().filter(|desk| desk.may_be_open());
        let only = match (open.next(), open.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        };
        let now = self.app.clock.now();
        let age = only.and_then(|desk| {
            let since = u32::try_from(now.since(desk.asked)).unwrap_or(u32::MAX);
            let opened = desk.connection(self.client)?.opened_within_ms;
            Some(opened.saturating_add(since))
        });
        GatewayFacts {
            // Without an upstream the gateway asks us last, as its administrator has set it up.
            first_factor: FirstFactor::Passed,
            open_desks: desks.iter().filter(|desk| desk.may_be_open()).count(),
            connection_age_ms: age,
            caller: only.map_or(Caller::NotTold, |desk| {
                caller::compare(self.request, desk.peer)
            }),
            rivals: self.app.radius.rivals.beside(login.as_str(), now),
        }
    }

    async fn conclude(
        &self,
        desks: &[AskedDesk],
        facts: GatewayFacts,
    ) -> Result<Conclusion, StoreError> {
        if let Some(rule) = facts.broken_rule() {
            return Ok(Conclusion::refused(rule));
        }
        let Some(desk) = desks.iter().find(|desk| desk.may_be_open()) else {
            return Ok(Conclusion::other_factor(conclude::NO_VERDICT));
        };
        let presence = Presence::Gateway(facts);
        Conclusion::reach(self.app, (self.client, &self.asked), desk, presence).await
    }

    /// Consumes the check as approved, if it is to be.
    pub(super) async fn is_approved(
        &self,
        conclusion: &Conclusion,
        check: CheckId,
        login: &Login,
    ) -> Result<bool, StoreError> {
        if conclusion.outcome != crate::store::CheckOutcome::Approved {
            return Ok(false);
        }
        let about = (check, login.as_str(), self.request);
        conclusion.write(self.app, self.client, about).await
    }

    fn may_ask_for_a_code(&self, conclusion: &Conclusion) -> bool {
        let settings = &self.client.settings;
        conclusion.asks_for_a_code
            && self.client.mfa.is_none()
            && settings.code == CodeRule::Offered
            && self.asked.policy.mode() == Mode::Assist
            && self.asked.policy.takes(Way::Code)
    }

    /// Ours is not enough: the site's own second factor has the word, and where there is none nobody is let in.
    pub(super) async fn otherwise(
        &self,
        check: CheckId,
        login: Option<&Login>,
        conclusion: &Conclusion,
    ) -> Outcome {
        let actor = login.map_or("nobody", Login::as_str);
        let about = (check, actor, self.request);
        conclusion.write(self.app, self.client, about).await?;
        match &self.client.mfa {
            Some(_) => Ok(self.other_factor(None, login.cloned()).await),
            None => Ok(Some(refuse(NOT_TODAY))),
        }
    }

    /// Hands the request on to the site's own second factor, and its answer back.
    async fn other_factor(&self, state: Option<Vec<u8>>, login: Option<Login>) -> Option<Reply> {
        let site = self.client.mfa.as_ref()?;
        let answer = self.ask(site, state, site::OTHER_FACTOR_WITHIN).await;
        let word = match answer.as_ref().map(|answer| answer.verdict) {
            Some(Verdict::Accept) => "accept",
            Some(Verdict::Reject) => "reject",
            Some(Verdict::Challenge) => "challenge",
            None => "none",
        };
        let actor = login.as_ref().map_or("nobody", Login::as_str);
        let record = Record::new(actor, Action::OtherFactorAnswered, self.client.service())
            .with(json!({ "answer": word, "site": site.address.to_string() }));
        let written = self.app.store.append_audit(record, self.app.clock.wall());
        if let Err(error) = written.await {
            tracing::error!(%error, "an answer of the other factor could not be written down");
            return Some(refuse(OUT_OF_ORDER));
        }
        let answer = answer?;
        Some(self.relay(&answer, WhichSite::OtherFactor, login))
    }

    async fn ask(&self, site: &Site, state: Option<Vec<u8>>, within: Duration) -> Option<Answer> {
        let who = (self.user_name, self.password);
        site::ask(site, self.request, who, state, within).await
    }

    /// The site's verdict in our own answer.
    fn relay(&self, answer: &Answer, which: WhichSite, login: Option<Login>) -> Reply {
        if answer.verdict != Verdict::Challenge {
            return site::relay(answer, None);
        }
        let waiting = Waiting::Site {
            which,
            state: answer.state.clone(),
            login,
        };
        let now = self.app.clock.now();
        let handle = self.app.radius.challenges.put(self.key(), waiting, now);
        site::relay(answer, handle.as_ref().map(<[u8; 16]>::as_slice))
    }

    /// The person's login: without a domain before it, and with the client's realm where it has none.
    fn login(&self) -> Option<Login> {
        let name = self.user_name.rsplit('\\').next().unwrap_or_default();
        match &self.client.settings.realm {
            Some(realm) if !name.contains('@') => Login::parse(&format!("{name}@{realm}")),
            _ => Login::parse(name),
        }
    }
}
