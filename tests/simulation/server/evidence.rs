//! What counts as evidence at the server: a proof of presence, the question to its device, and the verdict.

use selfsame_idp::checks::{
    life::{Life, Stage},
    proof::believe,
    request::Expected,
};
use selfsame_protocol::{
    CheckId, DeviceId, Millis, Nonce, VERSION,
    check::{Ending, Step},
    jws,
    message::{CheckRequest, Presence as Proof, ServerFrame, VerdictMessage},
};

use super::signer_of;
use crate::{
    cast::{Browser, Computer, ORIGIN, SERVER},
    mutant::Mutant,
    page::News,
    world::World,
};

/// How long a device may take to answer, in milliseconds.
const QUESTION_LIFE_MS: i64 = 5_000;

impl World {
    pub(super) fn take_proof(&mut self, from: Browser, check: CheckId, stage: Stage, text: &str) {
        match stage {
            Stage::Click => return,
            Stage::Over | Stage::Answered => {
                return self.tell(from, check, News::Next { respond: true });
            }
            Stage::Ask => {}
        }
        let Some(proof) = self.believed(text) else {
            return self.tell(from, check, News::ProofRefused);
        };
        self.count(check, text, proof);
        match self.server.open.get_mut(&check) {
            Some(open) if !open.life.has_ended() => open.waiting.push(from),
            _ => self.tell(from, check, News::Next { respond: true }),
        }
    }

    fn believed(&self, text: &str) -> Option<Proof> {
        let named: Proof = jws::read_unverified(text).ok()?;
        let mut key = Computer::of(named.device)?.key().public;
        if self.without(Mutant::ProofSignature) {
            key = signer_of::<Proof>(text)?;
        }
        let now = if self.without(Mutant::ProofFresh) {
            named.iat
        } else {
            self.server_wall()
        };
        believe(text, key, now).ok()
    }

    /// As the server counts a proof that it believes.
    fn count(&mut self, check: CheckId, text: &str, mut proof: Proof) {
        let device = proof.device;
        if !self.server.is_active(device) && !self.without(Mutant::DeviceActive) {
            self.step(check, |life| life.end_by("device-barred"));
            return;
        }
        let is_named = self.is_named(check, device);
        if !is_named && !self.without(Mutant::NamesAnother) {
            self.step(check, |life| life.end_by("service-names-another"));
            return;
        }
        let open = &self.server.open[&check];
        let is_second = open.asked.is_some_and(|asked| asked != device);
        if self.without(Mutant::ProofAbout) {
            (proof.check, proof.nonce) = (check, open.nonce);
        }
        if self.without(Mutant::ProofOrigin) {
            proof.origin = ORIGIN.clone();
        }
        if is_second {
            self.ledger.brought(check, device, text);
        }
        if is_second && self.without(Mutant::FirstProofFixes) {
            return;
        }
        let (now, wall) = (Millis(self.now), self.server_wall());
        if let Step::AskDevice(device) = self.step(check, |life| life.presence(now, wall, &proof)) {
            self.ledger.counted(check, device, text);
            self.ask_device(check, device, is_named);
        }
    }

    fn is_named(&self, check: CheckId, device: DeviceId) -> bool {
        let sign_in = self.sign_in(self.server.open[&check].sign_in);
        let hints = sign_in
            .hint
            .iter()
            .map(|person| person.login().to_string())
            .collect();
        Computer::of(device)
            .is_some_and(|computer| !Expected::Hints(hints).is_another_than(&computer.login()))
    }

    fn ask_device(&mut self, check: CheckId, device: DeviceId, is_named: bool) {
        let request = self.question(check, device);
        let is_active = self.server.is_active(device);
        self.ledger.question(&request, is_active, is_named);
        if let Some(open) = self.server.open.get_mut(&check) {
            open.asked = Some(device);
        }
        match self.server.only_link(device) {
            Some(connection) => {
                let jws = jws::sign(&SERVER[0].secret, &request).expect("a key in memory signs");
                self.send_frame(connection, false, ServerFrame::Check { jws }.to_text());
            }
            None => drop(self.step(check, Life::device_offline)),
        }
    }

    /// The question about a check to a device, as the server puts it now.
    pub fn question(&self, check: CheckId, device: DeviceId) -> CheckRequest {
        let (iat, open) = (self.server_wall(), self.server.open.get(&check));
        CheckRequest {
            v: VERSION,
            iss: ORIGIN.clone(),
            device,
            check,
            nonce: open.map_or(Nonce::from_bytes([0; 32]), |open| open.nonce),
            service: "Okta".to_owned(),
            level: self.server.service.level(),
            max_evidence_age_s: self.server.service.max_evidence_age_s(),
            arrived_ms_ago: u32::try_from(self.now - open.map_or(self.now, |open| open.arrived))
                .unwrap_or(u32::MAX),
            iat,
            exp: iat.plus(QUESTION_LIFE_MS),
        }
    }

    /// A verdict came by a link that vouches for it.
    pub fn take_verdict(&mut self, mut verdict: VerdictMessage) {
        let Some(open) = self.server.open.get_mut(&verdict.check) else {
            return;
        };
        let (check, said) = (verdict.check, verdict.clone());
        if let Some(asked) = open
            .asked
            .filter(|_| self.mutant == Some(Mutant::VerdictDevice))
        {
            verdict.device = asked;
        }
        if self.mutant == Some(Mutant::VerdictAbout) {
            verdict.nonce = open.nonce;
        }
        let now = if self.mutant == Some(Mutant::Deadline) {
            0
        } else {
            self.now
        };
        let judged = |step: &Step| matches!(step, Step::End(Ending::Judged { .. }));
        let step = self.step(check, |life| life.verdict(Millis(now), verdict));
        if let Some(open) = self.server.open.get_mut(&check).filter(|_| judged(&step)) {
            open.said = Some(said);
        }
    }
}
