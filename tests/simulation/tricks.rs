//! What attackers do about a check that is open, and what goes wrong meanwhile.

use selfsame_protocol::{
    CheckId, Nonce, PRESENCE_PORTS, VERSION, jws,
    message::{
        CHALLENGE_AUDIENCE, CHALLENGE_LIFE_MS, Challenge, Channel, DeviceFrame, Presence,
        ServerFrame,
    },
};

use crate::{
    agent::{Ask, Peer, answering::verdict_frame},
    cast::{Browser, Computer, EVIL, ORIGIN, SERVER},
    ledger::Asker,
    page::News,
    plan::{Page, Trick},
    server::{Call, Connection},
    world::{Event, World},
};

impl World {
    /// Plays a trick on a check.
    pub fn play(&mut self, check: CheckId, sign_in: usize, trick: Trick) {
        let nonce = self
            .server
            .nonce_of(check)
            .unwrap_or(Nonce::from_bytes([0; 32]));
        match trick {
            Trick::Lure(browser) => self.open_page(browser, check, sign_in, Page::Plain),
            Trick::EvilPageAsks(_)
            | Trick::ReboundPageAsks(_)
            | Trick::TunnelAsks(_)
            | Trick::OtherSessionAsks(_) => {
                self.impostor_asks(check, trick);
            }
            Trick::ForgedChallenge(computer) => self.forge_challenge(computer, check),
            Trick::ForgedProof(computer) => self.forge_proof(check, nonce, computer),
            Trick::MallorysProof => self.forge_proof(check, nonce, Computer::Mallorys),
            Trick::ProofOfAnotherCheck => self.bring_another_proof(check),
            Trick::StealAnswer(browser) => self.call(browser, check, Call::Respond),
            Trick::MallorysVerdict => self.say_as_mallory(Computer::Mallorys, check, nonce),
            Trick::VerdictInTheNameOf(computer) => self.say_as_mallory(computer, check, nonce),
            Trick::ForgedVerdict(computer) => {
                let said = self.forged_verdict(computer, check, nonce);
                self.inject(computer, verdict_frame(Computer::Mallorys.key(), &said));
            }
            Trick::ForgedQuestion(computer) => self.forge_question(computer, check),
            Trick::MisroutedQuestion(computer) => self.misroute_question(computer, check),
            Trick::OtherMethod => self.other_method(check),
            Trick::Inject(computer) => self.desk_mut(computer).injected_at = Some(self.now),
            Trick::Lock(computer) => self.lock(computer),
            Trick::Revoke(computer) => self.revoke(computer.device()),
            Trick::RevokeWhileDeciding(computer) => {
                self.server.revoke_while_deciding = Some(computer.device());
            }
            Trick::CrashAgent(computer) => self.crash_agent(computer),
            Trick::CrashServer => self.crash_server(),
        }
    }

    /// Somebody who is not the check's page asks an agent with the check's challenge, and has the proof brought.
    fn impostor_asks(&mut self, check: CheckId, trick: Trick) {
        let (own, evil) = (ORIGIN.to_string(), EVIL.to_string());
        let (here, elsewhere) = (PRESENCE_PORTS[0], PRESENCE_PORTS[1]);
        let (computer, origin, port, peer, who) = match trick {
            Trick::EvilPageAsks(computer) => (computer, evil, here, Peer::Browser, "an evil page"),
            Trick::ReboundPageAsks(computer) => {
                (computer, own, elsewhere, Peer::Browser, "a rebound page")
            }
            Trick::TunnelAsks(computer) => (computer, own, here, Peer::Program, "a tunnel"),
            Trick::OtherSessionAsks(computer) => (
                computer,
                own,
                here,
                Peer::BrowserOfAnotherSession,
                "another session",
            ),
            _ => return,
        };
        let (Some(challenge), Some(to)) =
            (self.pages.challenge_of(check), self.pages.holder_of(check))
        else {
            return;
        };
        let asker = Asker::Impostor(who);
        self.after(
            0,
            Event::Ask(Ask {
                computer,
                check,
                challenge,
                asker,
                origin,
                port,
                peer,
                channel: Channel::Loopback,
                to,
            }),
        );
    }

    fn forge_challenge(&mut self, computer: Computer, check: CheckId) {
        let iat = self.server_wall();
        let challenge = Challenge {
            v: VERSION,
            iss: ORIGIN.clone(),
            aud: CHALLENGE_AUDIENCE.to_owned(),
            check,
            nonce: Nonce::from_bytes(self.random.bytes()),
            service: "Okta".to_owned(),
            iat,
            exp: iat.plus(CHALLENGE_LIFE_MS),
        };
        let challenge =
            jws::sign(&Computer::Mallorys.key().secret, &challenge).expect("a key in memory signs");
        let to = Browser::ALL[computer as usize];
        self.after(
            0,
            Event::Ask(Ask {
                computer,
                check,
                challenge,
                asker: Asker::CheckPage(to),
                origin: ORIGIN.to_string(),
                port: PRESENCE_PORTS[0],
                peer: Peer::Browser,
                channel: Channel::Loopback,
                to,
            }),
        );
    }

    /// A proof in a device's name with Mallory's key; for Mallory's own device it is as good as any.
    fn forge_proof(&mut self, check: CheckId, nonce: Nonce, named: Computer) {
        let presence = Presence {
            v: VERSION,
            device: named.device(),
            check,
            nonce,
            origin: ORIGIN.clone(),
            channel: Channel::Extension,
            iat: self.server_wall(),
        };
        let text =
            jws::sign(&Computer::Mallorys.key().secret, &presence).expect("a key in memory signs");
        self.have_brought(check, text);
    }

    fn bring_another_proof(&mut self, check: CheckId) {
        let another = self
            .ledger
            .proofs
            .iter()
            .rev()
            .find(|proof| proof.check != check);
        if let Some(text) = another.map(|proof| proof.text.clone()) {
            self.have_brought(check, text);
        }
    }

    fn have_brought(&mut self, check: CheckId, text: String) {
        if let Some(to) = self.pages.holder_of(check) {
            self.hear(to, check, News::Proof(text));
        }
    }

    fn link_of(&self, computer: Computer) -> Option<Connection> {
        self.desk(computer).connection
    }

    /// A frame on a computer's own connection that its agent did not send.
    fn inject(&mut self, computer: Computer, text: String) {
        if let Some(connection) = self.link_of(computer) {
            self.send_frame(connection, true, text);
        }
    }

    fn say_as_mallory(&mut self, named: Computer, check: CheckId, nonce: Nonce) {
        let mut said = self.forged_verdict(named, check, nonce);
        // The profile that hard factors vouch for is the person's; Mallory knows what it is called.
        if let Some(person) = self.pages.holder_of(check) {
            said.generation = person.computer().generation();
        }
        let jws =
            jws::sign(&Computer::Mallorys.key().secret, &said).expect("a key in memory signs");
        self.inject(Computer::Mallorys, DeviceFrame::Verdict { jws }.to_text());
    }

    fn forge_question(&mut self, computer: Computer, check: CheckId) {
        let mut question = self.question(check, computer.device());
        question.service = "Mallory".to_owned();
        let jws =
            jws::sign(&Computer::Mallorys.key().secret, &question).expect("a key in memory signs");
        self.tell_device(computer, jws);
    }

    fn misroute_question(&mut self, computer: Computer, check: CheckId) {
        let question = self.question(check, Computer::Mallorys.device());
        let jws = jws::sign(&SERVER[0].secret, &question).expect("a key in memory signs");
        self.tell_device(computer, jws);
    }

    fn tell_device(&mut self, computer: Computer, jws: String) {
        if let Some(connection) = self.link_of(computer) {
            self.send_frame(connection, false, ServerFrame::Check { jws }.to_text());
        }
    }

    fn other_method(&mut self, check: CheckId) {
        if let Some(browser) = self.pages.holder_of(check) {
            self.call(browser, check, Call::OtherMethod);
        }
    }
}
