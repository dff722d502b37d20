//! Somebody who is signed in to the console.

use selfsame_idp::{clock::Clock, console::make_link, store::Role};

use super::{Answer, Browser, Server, server::free_port, visit::between};

/// A browser at the console's origin.
pub struct Console {
    browser: Browser,
    cookie: String,
}

/// The key of a fresh link, and a browser to use it in.
pub async fn link(server: &Server, port: u16, role: Role) -> (Browser, String) {
    let origin = server.origin();
    let store = server.store().await;
    let people = store.console_people().await.expect("people");
    let person = people.iter().find(|person| person.role == role);
    let person = person.expect("somebody of this role");
    let link = make_link(&store, &origin, person, "test", Clock::start().wall())
        .await
        .expect("a link");
    let key = link.split_once("key=").expect("a key").1.to_owned();
    (server.browser().at(port), key)
}

/// A server with a console at this port.
pub fn server() -> (Server, u16) {
    let port = free_port();
    let mut server = Server::stopped(&["--console-listen", &format!("127.0.0.1:{port}")]);
    let settings = server.path().join("settings.json");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let text = text.replace("null", &format!("\"https://localhost:{port}\""));
    std::fs::write(&settings, text).expect("written");
    server.resume();
    (server, port)
}

impl Console {
    /// Signs in as the owner.
    pub async fn open(server: &Server, port: u16) -> Self {
        Self::open_as(server, port, Role::Owner).await
    }

    /// Signs in as somebody of this role, who is let in for it.
    pub async fn open_as(server: &Server, port: u16, role: Role) -> Self {
        if role != Role::Owner {
            let put = [
                "console",
                "person",
                "put",
                role.as_str(),
                "--role",
                role.as_str(),
            ];
            assert!(server.cli(&put).status.success());
        }
        let (browser, key) = link(server, port, role).await;
        Self::enter(browser, &key).await
    }

    /// Signs in by the key of a link.
    pub async fn use_link(server: &Server, port: u16, key: &str) -> Self {
        Self::enter(server.browser().at(port), key).await
    }

    async fn enter(browser: Browser, key: &str) -> Self {
        let answer = browser
            .post_form("/sign-in", &[], &format!("key={key}"))
            .await;
        let cookie = answer.cookie().expect("a session").to_owned();
        Self { browser, cookie }
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.browser.get(path, &[("cookie", &self.cookie)]).await
    }

    /// Gets a page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Posts what a form of this session holds besides its token.
    pub async fn post(&self, path: &str, fields: &str) -> Answer {
        let page = self.page("/").await;
        let token = between(&page, r#"name="csrf" value=""#, "\"").expect("a token");
        self.post_bare(path, &format!("csrf={token}&{fields}"))
            .await
    }

    /// Posts exactly this.
    pub async fn post_bare(&self, path: &str, body: &str) -> Answer {
        let cookie = [("cookie", self.cookie.as_str())];
        self.browser.post_form(path, &cookie, body).await
    }
}
