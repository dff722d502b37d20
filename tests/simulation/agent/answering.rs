//! From a question to a signed verdict: the agent's own rules over a model of the observer, and what other agents say.

use selfsame::{
    answer::{question, require_fresh, verdict},
    engine::{
        Answer,
        judge::{MODEL, Surroundings, in_surroundings, unsure},
    },
};
use selfsame_behaviour::{Assessment, Micros};
use selfsame_protocol::{
    CheckId, Level, Nonce, Reason, UnixMillis, VERSION, Verdict, jws,
    message::{CheckRequest, DeviceFrame, EvidenceAge, VerdictMessage},
};

use crate::{
    cast::{Computer, Key},
    ledger,
    mutant::Mutant,
    world::World,
};

impl World {
    pub(super) fn answer_question(&mut self, computer: Computer, asked: &CheckRequest) {
        if computer == Computer::Mallorys {
            return self.mallory_answers(asked);
        }
        let now = self.agents_now(computer);
        if require_fresh(asked, now).is_err() && !self.without(Mutant::QuestionFresh) {
            return self.say(|| format!("{computer:?}: the question is not fresh"));
        }
        let shown = self.desk(computer).proved.covers(asked.check, asked.nonce);
        if !shown && !self.without(Mutant::ShownHere) {
            return self.say(|| format!("{computer:?}: no page of this check was shown here"));
        }
        let mut said = verdict(
            computer.device(),
            asked,
            self.judged(computer, asked, now),
            now,
        );
        if self.is_old(computer) {
            self.say_more_than_is_true(&mut said);
        }
        let desk = self.desk(computer);
        let truth = ledger::Desk {
            unlocked: !desk.locked,
            remote: desk.remote,
            owner_typed_at: desk.owner_typed_at,
            injected_at: desk.injected_at,
            clock_error: self.clock_error(computer),
        };
        let run = desk.run;
        self.ledger.verdict((computer, run), asked, &said, truth);
        self.say(|| format!("{computer:?} says {:?} {:?}", said.verdict, said.reasons));
        self.send_as(computer, verdict_frame(computer.key(), &said));
    }

    /// The observer's word, and what the engine makes of it.
    fn judged(&self, computer: Computer, asked: &CheckRequest, now: UnixMillis) -> Answer {
        let (desk, asked) = (self.desk(computer), question(asked, now));
        let injected = desk
            .injected_at
            .is_some_and(|at| self.now - at <= asked.arrived_ms_ago);
        let around = Surroundings {
            locked: desk.locked && !self.without(Mutant::Unlocked),
            injected_since_request: injected && !self.without(Mutant::NotInjected),
            cannot_tell: false,
            max_evidence_age: match self.without(Mutant::EvidenceFresh) {
                true => std::time::Duration::MAX,
                false => asked.max_evidence_age,
            },
        };
        let assessment = match desk.observed {
            _ if desk.remote && !self.without(Mutant::NotRemote) => {
                unsure(Reason::RemoteSession, None)
            }
            None => unsure(Reason::TooLittleInput, None),
            Some((is_owner, at)) => assessment(is_owner, Micros::from_millis(self.now - at)),
        };
        Answer {
            assessment: in_surroundings(assessment, around),
            generation: computer.generation(),
            model: MODEL,
        }
    }

    pub(super) fn is_old(&self, computer: Computer) -> bool {
        computer == Computer::Bens && self.plan.ben.is_old
    }

    /// What an old or careless agent may say, and the server must not take at its word.
    fn say_more_than_is_true(&mut self, said: &mut VerdictMessage) {
        said.verdict = Verdict::Same;
        said.level = said.level.or(Some(Level::Fmr1e2));
        said.reasons.clear();
        match self.random.between(0, 6) {
            0 => said.level = Some(Level::Fmr1e2),
            1 => said.reasons = vec![Reason::RemoteSession],
            2 => said.iat = said.iat.plus(-60_000),
            3 => said.evidence_age = EvidenceAge::Older,
            4 => said.demo = true,
            _ => {}
        }
    }

    /// Mallory's device always knows its person, and now and then answers about something else.
    fn mallory_answers(&mut self, asked: &CheckRequest) {
        let nonce = match self.random.chance(50) {
            true => asked.nonce,
            false => Nonce::from_bytes([8; 32]),
        };
        let said = self.forged_verdict(Computer::Mallorys, asked.check, nonce);
        self.send_as(
            Computer::Mallorys,
            verdict_frame(Computer::Mallorys.key(), &said),
        );
    }

    /// `same`, in a device's name.
    pub fn forged_verdict(&self, named: Computer, check: CheckId, nonce: Nonce) -> VerdictMessage {
        VerdictMessage {
            v: VERSION,
            device: named.device(),
            check,
            nonce,
            verdict: Verdict::Same,
            level: Some(Level::Fmr1e3),
            evidence_age: EvidenceAge::Under10s,
            reasons: Vec::new(),
            model: MODEL,
            generation: named.generation(),
            demo: false,
            iat: self.server_wall(),
        }
    }
}

/// A verdict's frame, signed with a key.
pub fn verdict_frame(key: &Key, said: &VerdictMessage) -> String {
    let jws = jws::sign(&key.secret, said).expect("a key in memory signs");
    DeviceFrame::Verdict { jws }.to_text()
}

fn assessment(is_owner: bool, age: Micros) -> Assessment {
    let (verdict, level, reasons) = match is_owner {
        true => (Verdict::Same, Some(Level::Fmr1e3), Vec::new()),
        false => (Verdict::Different, None, vec![Reason::UnlikeUsualRhythm]),
    };
    Assessment {
        verdict,
        level,
        evidence_age: Some(age),
        reasons,
    }
}
