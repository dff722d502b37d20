//! Somebody who is signed in to the console.

use selfsame_idp::{clock::Clock, console::make_link};

use super::{Answer, Browser, Server, server::free_port, visit::between};

/// A browser at the console's origin.
pub struct Console {
    browser: Browser,
    cookie: String,
}

/// The key of a fresh link, and a browser to use it in.
pub async fn link(server: &Server, port: u16) -> (Browser, String) {
    let origin = server.origin();
    let link = make_link(&server.store().await, &origin, Clock::start().wall())
        .await
        .expect("a link");
    let key = link.split_once("key=").expect("a key").1.to_owned();
    (server.browser().at(port), key)
}

/// A server with a console at this port.
pub fn server() -> (Server, u16) {
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    (Server::start_with(&["--console-listen", &listen]), port)
}

impl Console {
    /// Signs in.
    pub async fn open(server: &Server, port: u16) -> Self {
        let (browser, key) = link(server, port).await;
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
