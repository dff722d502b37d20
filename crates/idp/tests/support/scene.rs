//! What most tests of sign-on start from.

use selfsame_idp::store::Store;

use super::{Answer, Link, Server, TestDevice, Visit, answering::challenge, service::TestService};

/// The person.
pub const ADA: &str = "ada@example.com";

/// A service, a trusted device, and a browser on its computer.
pub struct Scene {
    /// The program.
    pub server: Server,
    /// Who asks.
    pub service: TestService,
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
        let service = TestService::register(&server);
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

    /// Comes from the service with a fresh request; returns the address of the check.
    pub async fn arrive(&mut self) -> String {
        let form = self.service.by_post(&self.service.request());
        self.visit.arrive(&form).await
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

    /// What the audit log says of the last check.
    pub async fn last_rule(&self) -> (String, String, String) {
        let entries = Store::audit_tail(&self.server.store().await, 1)
            .await
            .expect("the log");
        let entry = entries.last().expect("a line");
        let details: serde_json::Value = serde_json::from_str(&entry.details).expect("json");
        (
            entry.action.clone(),
            entry.actor.clone(),
            details["rule"].as_str().unwrap_or("").to_owned(),
        )
    }
}
