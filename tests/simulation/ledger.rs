//! What truly happened, whatever the machines believe, and the property that is held against it.

use std::collections::{BTreeMap, BTreeSet};

use selfsame_idp::decide::{DemoBuilds, Policy};
use selfsame_protocol::{
    CheckId, DeviceId, Nonce, Verdict,
    message::{Channel, CheckRequest, VerdictMessage},
};

use crate::{
    cast::{Browser, Computer},
    plan::Plan,
};

/// Who truly asked an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    CheckPage(Browser),
    Impostor(&'static str),
}

/// What is true of a check.
pub struct CheckFact {
    /// The sign-in at the service that its request belongs to.
    pub sign_in: usize,
    /// The browser that started that sign-in.
    pub starter: Browser,
    pub nonce: Nonce,
    pub begun: u64,
    /// The devices whose genuine proofs the server was brought.
    pub proved: BTreeSet<DeviceId>,
    pub answers: u32,
}

/// A proof that an agent truly made.
#[derive(Debug, Clone)]
pub struct ProofFact {
    pub text: String,
    pub computer: Computer,
    pub run: u32,
    pub check: CheckId,
    pub nonce: Nonce,
    pub channel: Channel,
    pub at: u64,
    /// How far the agent's idea of the server's clock is off, in milliseconds.
    pub clock_error: u64,
    pub asker: Asker,
}

/// Who was at a computer when its agent signed a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    pub unlocked: bool,
    pub remote: bool,
    pub owner_typed_at: Option<u64>,
    pub injected_at: Option<u64>,
    /// How far the agent's idea of the server's clock is off, in milliseconds.
    pub clock_error: u64,
}

/// A verdict that an agent truly signed.
pub struct VerdictFact {
    pub device: DeviceId,
    pub check: CheckId,
    pub nonce: Nonce,
    pub verdict: Verdict,
}

/// An approval on its way to the service.
pub struct Approval<'a> {
    pub check: CheckId,
    pub to: Browser,
    pub device: DeviceId,
    pub verdict: &'a VerdictMessage,
    pub channel: Channel,
    pub is_active: bool,
    pub wall: i64,
}

/// The property, broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub clause: &'static str,
    pub at: u64,
}

/// The truth.
pub struct Ledger {
    pub checks: BTreeMap<CheckId, CheckFact>,
    pub challenges: BTreeMap<CheckId, Vec<u64>>,
    pub proofs: Vec<ProofFact>,
    pub questions: Vec<(CheckRequest, u64)>,
    pub verdicts: Vec<VerdictFact>,
    pub approved: BTreeSet<usize>,
    pub broken: Option<Broken>,
    plan_service: Policy,
    ben_hardware_key: bool,
    keys_in_software_ok: bool,
    channel_loopback_ok: bool,
    ben_windows: usize,
    ben_demo: bool,
    ben_is_old: bool,
    clocks_jump: bool,
    pub now: u64,
}

impl Ledger {
    pub fn new(plan: &Plan) -> Self {
        use selfsame_idp::service_settings::{Channels, KeysAllowed, Mode};
        Self {
            checks: BTreeMap::new(),
            challenges: BTreeMap::new(),
            proofs: Vec::new(),
            questions: Vec::new(),
            verdicts: Vec::new(),
            approved: BTreeSet::new(),
            broken: None,
            plan_service: plan.service.policy(Mode::Assist, DemoBuilds::Refused),
            ben_hardware_key: plan.ben.hardware_key,
            keys_in_software_ok: plan.service.keys == KeysAllowed::Any,
            channel_loopback_ok: plan.service.channels == Channels::Any,
            ben_windows: plan.ben.windows,
            ben_demo: plan.ben.demo,
            ben_is_old: plan.ben.is_old,
            clocks_jump: plan.has_jumps(),
            now: 0,
        }
    }

    /// Holds `true` of the run, or notes the first clause that does not hold.
    pub fn hold(&mut self, clause: &'static str, holds: bool) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken {
                clause,
                at: self.now,
            });
        }
    }

    /// An agent answered: it must have been asked by the check's own page on its own computer.
    pub fn proof(&mut self, proof: ProofFact) {
        let on_this_computer = matches!(proof.asker, Asker::CheckPage(browser) if browser.computer() == proof.computer);
        // An old agent does not look at the origin; the server does.
        let is_old = self.is_old(proof.computer);
        self.hold(
            "a proof was asked for by the check's page on this computer",
            on_this_computer || is_old,
        );
        let made = self
            .challenges
            .get(&proof.check)
            .cloned()
            .unwrap_or_default();
        let is_ours = self
            .checks
            .get(&proof.check)
            .is_some_and(|check| check.nonce == proof.nonce);
        self.hold(
            "a proof is about a challenge that the server made",
            is_ours && !made.is_empty(),
        );
        let is_fresh = made
            .iter()
            .any(|at| proof.at <= at + 60_000 + proof.clock_error);
        self.hold(
            "a proof is about a challenge of the last minute",
            is_fresh || self.clocks_jump,
        );
        let once = (proof.computer, proof.run, proof.nonce, proof.channel);
        let again = self.proofs.iter().any(|earlier| {
            (
                earlier.computer,
                earlier.run,
                earlier.nonce,
                earlier.channel,
            ) == once
        });
        self.hold("an agent answers a challenge once by each channel", !again);
        self.proofs.push(proof);
    }

    /// The server counted a proof.
    pub fn counted(&mut self, check: CheckId, device: DeviceId, text: &str) {
        let genuine = self.proofs.iter().find(|proof| proof.text == text).cloned();
        let asked_here = genuine.as_ref().is_none_or(|proof| {
            matches!(proof.asker, Asker::CheckPage(browser) if browser.computer() == proof.computer)
        });
        self.hold(
            "a proof that counts was asked for by the check's page",
            asked_here,
        );
        let is_fresh = genuine
            .as_ref()
            .is_none_or(|proof| self.now <= proof.at + 60_000 + proof.clock_error);
        self.hold(
            "a proof that counts was made within the last minute",
            is_fresh || self.clocks_jump,
        );
        self.brought(check, device, text);
    }

    /// A device's proof was brought for a check that is open, counted or not.
    pub fn brought(&mut self, check: CheckId, device: DeviceId, text: &str) {
        let is_mallorys = device == Computer::Mallorys.device();
        let is_genuine = is_mallorys || self.proofs.iter().any(|proof| proof.text == text);
        if let Some(fact) = self.checks.get_mut(&check).filter(|_| is_genuine) {
            fact.proved.insert(device);
        }
    }

    /// The server asks a device.
    pub fn question(&mut self, request: &CheckRequest, is_active: bool, is_named: bool) {
        let (device, check) = (request.device, request.check);
        let is_mallorys = device == Computer::Mallorys.device();
        let proved = self.proofs.iter().any(|proof| {
            proof.computer.device() == device
                && (proof.check, proof.nonce) == (check, request.nonce)
        });
        self.hold(
            "a device is asked after it proved presence",
            proved || is_mallorys,
        );
        self.hold("a device is asked while it may answer", is_active);
        self.hold(
            "a device is asked about the person whom the service names",
            is_named,
        );
        self.questions.push((request.clone(), self.now));
    }

    /// An agent signed a verdict.
    pub fn verdict(
        &mut self,
        (computer, run): (Computer, u32),
        asked: &CheckRequest,
        said: &VerdictMessage,
        desk: Desk,
    ) {
        self.hold_question((computer, run), asked, desk.clock_error);
        if said.verdict == Verdict::Same && !self.is_old(computer) {
            self.hold_desk(asked, desk);
        }
        self.verdicts.push(VerdictFact {
            device: said.device,
            check: said.check,
            nonce: said.nonce,
            verdict: said.verdict,
        });
    }

    fn hold_question(
        &mut self,
        (computer, run): (Computer, u32),
        asked: &CheckRequest,
        clock_error: u64,
    ) {
        let put = self.questions.iter().rev().find(|(put, _)| put == asked);
        let put_at = put.map(|(_, at)| *at);
        let to_this_device = asked.device == computer.device();
        self.hold(
            "a verdict answers a question that the server put",
            put_at.is_some() || !to_this_device,
        );
        self.hold(
            "a verdict answers a question that was put to this device",
            to_this_device,
        );
        let is_open = put_at.is_none_or(|at| self.now <= at + 5_000 + clock_error);
        self.hold(
            "a verdict answers a question that is open",
            is_open || self.clocks_jump,
        );
        let shown = self
            .proofs
            .iter()
            .any(|proof| (proof.computer, proof.run, proof.check) == (computer, run, asked.check));
        self.hold(
            "a verdict is about a check that this computer showed",
            shown,
        );
    }

    fn hold_desk(&mut self, asked: &CheckRequest, desk: Desk) {
        let begun = self.checks.get(&asked.check).map_or(0, |check| check.begun);
        self.hold("`same` is said of an unlocked session", desk.unlocked);
        self.hold("`same` is said of a local session", !desk.remote);
        let limit = u64::from(asked.max_evidence_age_s) * 1_000;
        let fresh = desk.owner_typed_at.is_some_and(|at| self.now <= at + limit);
        self.hold(
            "`same` is said of the person, by evidence of this session newer than the limit",
            fresh,
        );
        let calm = desk
            .injected_at
            .is_none_or(|at| at < begun + desk.clock_error);
        self.hold(
            "`same` is said when nothing was injected since the request",
            calm,
        );
    }

    /// A link went live: `genuine` says that the device itself opened and signed it.
    pub fn link(&mut self, genuine: bool, counter_grew: bool, may_answer: bool) {
        self.hold("a live link is the device's own", genuine);
        self.hold(
            "a live link's counter is larger than any before",
            counter_grew,
        );
        self.hold("a live link is of a device that may answer", may_answer);
    }

    /// An answer leaves.
    pub fn answer(&mut self, check: CheckId) {
        let Some(fact) = self.checks.get_mut(&check) else {
            return;
        };
        fact.answers += 1;
        let once = fact.answers == 1;
        self.hold("a check is answered once", once);
    }

    /// An approval leaves: the property itself.
    pub fn approval(&mut self, approval: &Approval<'_>) {
        let Some(fact) = self.checks.get(&approval.check) else {
            return;
        };
        let (sign_in, starter, nonce) = (fact.sign_in, fact.starter, fact.nonce);
        let (device, check) = (approval.device, approval.check);
        let one_device = fact.proved.len() <= 1;
        let first = self.approved.insert(sign_in);
        self.hold("a sign-in is approved once", first);
        self.hold(
            "an approval is held by the browser that asked",
            approval.to == starter,
        );
        self.hold("an approval has presence of one device", one_device);
        self.hold(
            "an approval is of a device that may answer",
            approval.is_active,
        );
        if device != Computer::Mallorys.device() {
            self.hold_presence(check, nonce, device, starter);
        }
        let said = approval.verdict;
        self.hold(
            "an approval has a verdict of the same device",
            said.device == device,
        );
        self.hold(
            "an approval has a verdict about its own check",
            (said.check, said.nonce) == (check, nonce),
        );
        self.hold_worth(approval);
    }

    fn hold_presence(&mut self, check: CheckId, nonce: Nonce, device: DeviceId, starter: Browser) {
        let present = self.proofs.iter().any(|proof| {
            (proof.computer.device(), proof.check, proof.nonce) == (device, check, nonce)
                && proof.asker == Asker::CheckPage(starter)
                && proof.computer == starter.computer()
        });
        self.hold(
            "an approval has presence of the browser that asked",
            present,
        );
        let same = self.verdicts.iter().any(|said| {
            (said.device, said.check, said.nonce, said.verdict)
                == (device, check, nonce, Verdict::Same)
        });
        self.hold(
            "an approval has a verdict `same` that the device signed",
            same,
        );
    }

    fn hold_worth(&mut self, approval: &Approval<'_>) {
        let said = approval.verdict;
        let Some(computer) = Computer::of(approval.device) else {
            return;
        };
        let demo = said.demo || (computer == Computer::Bens && self.ben_demo);
        self.hold("an approval is not of a demonstration", !demo);
        let channel_ok = approval.channel == Channel::Extension || self.channel_loopback_ok;
        self.hold("an approval came by an allowed channel", channel_ok);
        let policy = self.plan_service;
        let in_software = computer == Computer::Mallorys
            || (computer == Computer::Bens && !self.ben_hardware_key);
        let keys_ok = !in_software
            || (self.keys_in_software_ok && policy.level() == selfsame_protocol::Level::Fmr1e2);
        self.hold("an approval is by an allowed key", keys_ok);
        self.hold(
            "an approval is of a verdict signed just now",
            (approval.wall - said.iat.0).abs() <= 10_000,
        );
        self.hold(
            "an approval has no reason against it",
            said.reasons.is_empty(),
        );
        self.hold("an approval says `same`", said.verdict == Verdict::Same);
        self.hold(
            "an approval meets the level",
            said.level >= Some(policy.level()),
        );
        let age_ok = said
            .evidence_age
            .at_most_s()
            .is_some_and(|age| age <= policy.max_evidence_age_s());
        self.hold("an approval has evidence newer than the limit", age_ok);
        let windows = if computer == Computer::Bens {
            self.ben_windows
        } else {
            2
        };
        self.hold(
            "an approval is of a profile that hard factors vouch for",
            windows >= 2,
        );
    }

    fn is_old(&self, computer: Computer) -> bool {
        computer == Computer::Bens && self.ben_is_old
    }
}
