//! What a device says in a check: its proof of presence and its verdict.

use selfsame_idp::{
    audit::{Action, Record},
    clock::Clock,
    random,
    secret::Secret,
    store::{CheckOutcome, Ended, HardFactor, NewCheck, Provable, ReplyKind},
};
use selfsame_protocol::{
    CheckId, Level, Nonce, UnixMillis, VERSION, Verdict, jws,
    message::{
        Challenge, Channel, CheckRequest, DeviceFrame, EvidenceAge, Presence, ServerFrame,
        VerdictMessage, Window,
    },
};

use super::{Answer, Link, Server, TestDevice, visit::between};

/// The challenge of a check's page, verified as an agent does.
pub fn challenge(device: &TestDevice, page: &Answer) -> Challenge {
    let jws = between(&page.body, r#"data-challenge=""#, "\"").expect("a challenge");
    jws::verify(&device.enrolled.challenge_keys, jws).expect("signed by a pinned key")
}

impl TestDevice {
    /// Proof that this page is open on the device's computer.
    pub fn presence(&self, challenge: &Challenge) -> Presence {
        Presence {
            v: VERSION,
            device: self.id(),
            check: challenge.check,
            nonce: challenge.nonce,
            origin: challenge.iss.clone(),
            channel: Channel::Loopback,
            iat: challenge.iat,
        }
    }

    /// A verdict `same`.
    pub fn same(&self, request: &CheckRequest) -> VerdictMessage {
        self.same_about(request.check, request.nonce, request.iat)
    }

    /// A verdict `same` about what was asked then under this nonce.
    pub fn same_about(&self, check: CheckId, nonce: Nonce, iat: UnixMillis) -> VerdictMessage {
        VerdictMessage {
            v: VERSION,
            device: self.id(),
            check,
            nonce,
            verdict: Verdict::Same,
            level: Some(Level::Fmr1e2),
            evidence_age: EvidenceAge::Under10s,
            reasons: Vec::new(),
            model: 1,
            generation: self.generation,
            demo: false,
            iat,
        }
    }

    /// Waits for the question and answers it.
    pub async fn answer(&self, link: &mut Link, change: impl FnOnce(&mut VerdictMessage)) {
        let request = self.question(link).await;
        let mut verdict = self.same(&request);
        change(&mut verdict);
        link.say(&DeviceFrame::Verdict {
            jws: self.sign(&verdict),
        })
        .await;
    }

    /// Waits for the question.
    pub async fn question(&self, link: &mut Link) -> CheckRequest {
        loop {
            if let ServerFrame::Check { jws } = link.frame().await {
                return jws::verify(&self.enrolled.challenge_keys, &jws)
                    .expect("signed by a pinned key");
            }
        }
    }

    /// Lets two hard factors have been seen beside this device, on two days.
    pub async fn trust(&self, server: &Server) {
        for day in ["2026-11-24", "2026-11-25"] {
            self.hard_factor(server, day).await;
        }
    }

    async fn hard_factor(&self, server: &Server, day: &str) {
        let (store, now) = (server.store().await, Clock::start().wall());
        let check = ended_check(&store, self, now).await;
        let seen = HardFactor {
            event: format!("{check}"),
            proves: Provable {
                check,
                device: self.id(),
                generation: self.generation,
            },
            window: Window::parse(day).expect("a day"),
            factor: "webauthn".to_owned(),
        };
        let record = Record::new("test", Action::HardFactorSeen, self.id());
        assert!(
            store
                .add_hard_factor(&seen, record, now)
                .await
                .expect("stored")
        );
    }
}

async fn ended_check(
    store: &selfsame_idp::store::Store,
    device: &TestDevice,
    now: UnixMillis,
) -> selfsame_protocol::CheckId {
    let new = NewCheck {
        id: random::check_id(),
        service: "https://other.example".to_owned(),
        request_id: format!("_{}", random::check_id()),
        acs: "https://other.example/acs".to_owned(),
        relay_state: None,
        name_id_format: None,
        reply: ReplyKind::Saml,
        cookie: Secret::random().hash(),
    };
    store
        .begin_check(new.clone(), now.plus(600_000), now)
        .await
        .expect("begun");
    let ended = Ended {
        check: new.id,
        outcome: CheckOutcome::OtherFactor,
        reason: "generation-not-trusted".to_owned(),
        presence: Some((device.id(), now)),
        generation: Some(device.generation),
        grounds: None,
    };
    let record = Record::new("test", Action::CheckOtherFactor, new.id);
    store.consume(ended, record, now).await.expect("stored");
    new.id
}
