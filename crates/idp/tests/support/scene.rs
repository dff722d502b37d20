//! What most tests of sign-on start from.

use selfsame_idp::store::Store;
use serde_json::Value;

use super::{Answer, Link, Server, TestDevice, Visit, answering::challenge, service::TestService};

/// The person.
pub const ADA: &str = "ada@example.com";

/// A service or a relying party, a trusted device, and a browser on its computer.
pub struct Scene<Asker = TestService> {
    /// The program.
    pub server: Server,
    /// Who asks.
    pub service: Asker,
    /// The computer.
    pub device: TestDevice,
    /// The browser on it.
    pub visit: Visit,
}

impl Scene {
    /// Everything is ready for a sign-in by this person.
    pub async fn set() -> Self {
        Self::set_on(Server::start()).await
    }

    /// Everything is ready on this server.
    pub async fn set_on(server: Server) -> Self {
        Self::with(server, TestService::register).await
    }

    /// Comes from the service with a fresh request; returns the address of the check.
    pub async fn arrive(&mut self) -> String {
        let form = self.service.by_post(&self.service.request());
        self.visit.arrive(&form).await
    }

    /// What the audit log says of the last check.
    pub async fn last_rule(&self) -> (String, String, String) {
        let entries = Store::audit_tail(&self.server.store().await, 1)
            .await
            .expect("the log");
        let entry = entries.last().expect("a line");
        let details: Value = serde_json::from_str(&entry.details).expect("json");
        (
            entry.action.clone(),
            entry.actor.clone(),
            details["rule"].as_str().unwrap_or("").to_owned(),
        )
    }
}

impl<Asker> Scene<Asker> {
    /// Everything is ready on this server for a sign-in at whoever this registers.
    pub async fn with(server: Server, register: impl FnOnce(&Server) -> Asker) -> Self {
        let service = register(&server);
        let device = TestDevice::enrol(&server, ADA).await;
        device.trust(&server).await;
        let visit = Visit::new(&server);
        Self {
            server,
            service,
            device,
            visit,
        }
    }

    /// The device's proof for a page, which is loaded for it.
    pub async fn proof(&mut self, page: &str) -> String {
        let shown = self.visit.get(page).await;
        self.device
            .sign(&self.device.presence(&challenge(&self.device, &shown)))
    }

    /// Both legs of a check at once: the page brings the device's proof, and the device says `same`. Returns what the
    /// page is told.
    pub async fn both_legs(&mut self, page: &str, link: &mut Link) -> Answer {
        let proof = self.proof(page).await;
        let (told, ()) = tokio::join!(
            self.visit.prove(page, &proof),
            self.device.answer(link, |_| {})
        );
        told
    }

    /// Both legs of a check, which must lead on to an answer.
    pub async fn recognised(&mut self, page: &str, link: &mut Link) {
        let told = self.both_legs(page, link).await;
        assert_eq!(told.json()["next"], "respond", "{}", told.body);
    }

    /// The last line of the audit log: what happened, and the details.
    pub fn last(&self) -> (String, Value) {
        let line = self.server.last_line();
        let action = line["action"].as_str().expect("a word").to_owned();
        (action, line["details"].clone())
    }
}
