//! The end of a check at the server: claimed, decided, written down once, and only then sent.

use selfsame_idp::{
    checks::life::Life,
    decide::{
        Decision, DemoBuilds, Facts, Past, Presence, Said, age_of, decide, windows_that_vouch,
    },
    store::Standing,
};
use selfsame_protocol::{
    CheckId, DeviceId, Level, Verdict,
    check::{Ending, Step},
    message::{Channel, EvidenceAge, KeyStorage, VerdictMessage},
};

use super::Conclusion;
use crate::{
    cast::{Browser, Computer},
    ledger::Approval,
    mutant::Mutant,
    page::News,
    world::{Event, World},
};

impl World {
    pub(super) fn answer(&mut self, from: Browser, check: CheckId, end: fn(&mut Life) -> Step) {
        self.step(check, end);
        let Some(open) = self.server.open.get_mut(&check) else {
            return;
        };
        let Some(ended) = open.life.claim() else {
            return self.tell(from, check, News::AlreadyAnswered);
        };
        let approved = match (ended.ending, ended.rule, ended.presence) {
            (Ending::Judged { channel, verdict }, None, Some((device, _))) => {
                self.decided((device, channel), &verdict).then(|| {
                    let said = self.server.open[&check].said.clone();
                    (device, channel, said.unwrap_or(*verdict))
                })
            }
            _ => None,
        };
        self.conclude(from, check, approved);
    }

    /// What the decision function says to the facts, or to what the mutant makes of them.
    fn decided(
        &mut self,
        (device, channel): (DeviceId, Channel),
        verdict: &VerdictMessage,
    ) -> bool {
        let Some(row) = self.server.devices.get(&device) else {
            return false;
        };
        let standing = row.standing;
        let mut facts = Facts {
            said: Said::from(verdict),
            presence: Presence::Browser(channel),
            standing: Some(standing),
            key_storage: row.key_storage,
            demo: verdict.demo || row.demo,
            windows: windows_that_vouch(&row.windows, verdict.generation, DemoBuilds::Refused),
            verdict_age_ms: age_of(verdict, self.server_wall()),
            past: Past::default(),
        };
        self.take_away(&mut facts);
        let approves = decide(&self.server.service, &facts) == Decision::Approve;
        self.say(|| format!("decided: {approves}"));
        let active = standing == Standing::Active;
        self.ledger.hold(
            "a decision approves a device that may answer",
            active || !approves,
        );
        approves
    }

    /// Makes look right what a missing rule would not have looked at.
    fn take_away(&self, facts: &mut Facts) {
        let asked = self.server.service;
        match self.mutant {
            Some(Mutant::DecideStanding) => facts.standing = Some(Standing::Active),
            Some(Mutant::DecideDemo) => facts.demo = false,
            Some(Mutant::DecideChannel) => {
                facts.presence = Presence::Browser(Channel::Extension);
            }
            Some(Mutant::DecideKeys) => facts.key_storage = KeyStorage::Hardware,
            Some(Mutant::DecideVerdictFresh) => facts.verdict_age_ms = 0,
            Some(Mutant::DecideReasons) => facts.said.reasons.clear(),
            Some(Mutant::DecideSame) => {
                (facts.said.verdict, facts.said.level) = (Verdict::Same, Some(asked.level()));
                facts.said.reasons.clear();
            }
            Some(Mutant::DecideLevel) => facts.said.level = Some(Level::Fmr1e4),
            Some(Mutant::DecideEvidence) => facts.said.evidence_age = EvidenceAge::Under10s,
            Some(Mutant::DecideGeneration) => facts.windows = 2,
            _ => {}
        }
    }

    pub(super) fn answer_repeated(&mut self, from: Browser, check: CheckId) {
        match self.server.stored.get(&check) {
            // It leads to the other factor, whatever became of the first.
            Some(stored) if stored.ended => self.tell(from, check, News::Final),
            _ => self.conclude(from, check, None),
        }
    }

    pub(super) fn conclude(
        &mut self,
        to: Browser,
        check: CheckId,
        approved: Option<(DeviceId, Channel, VerdictMessage)>,
    ) {
        let starts = self.server.starts;
        let takes = self.random.between(1, 40);
        self.after(
            takes,
            Event::Consume(Box::new(Conclusion {
                check,
                to,
                starts,
                approved,
            })),
        );
    }

    /// The end of a check is written down, and only then its answer leaves.
    pub fn consume(&mut self, mut conclusion: Conclusion) {
        if conclusion.starts != self.server.starts {
            return;
        }
        if let Some(device) = self.server.revoke_while_deciding.take() {
            self.revoke(device);
        }
        let (check, to) = (conclusion.check, conclusion.to);
        let barred = conclusion
            .approved
            .as_ref()
            .is_some_and(|(device, ..)| !self.server.is_active(*device));
        if barred && !self.without(Mutant::StandingAtEnd) {
            conclusion.approved = None;
        }
        let Some(stored) = self.server.stored.get_mut(&check) else {
            return;
        };
        let already = std::mem::replace(&mut stored.ended, true);
        if let Some(open) = self.server.open.get_mut(&check) {
            open.life.leave();
        }
        if already && !self.without(Mutant::ConsumedOnce) {
            return self.tell(to, check, News::AlreadyAnswered);
        }
        self.ledger.answer(check);
        if let Some((device, channel, verdict)) = &conclusion.approved {
            self.say(|| format!("approved: {:?} in {to:?}'s browser", Computer::of(*device)));
            let approval = Approval {
                check,
                to,
                device: *device,
                verdict,
                channel: *channel,
                is_active: self.server.is_active(*device),
                wall: self.server_wall().0,
            };
            self.ledger.approval(&approval);
        }
        self.tell(to, check, News::Final);
    }
}
