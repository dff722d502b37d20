//! A browser that signs in: it keeps cookies, follows one redirect, and reads forms.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{Answer, Browser, Server, service::ORIGIN};

/// One browser's way through a sign-in.
pub struct Visit {
    browser: Browser,
    own_origin: String,
    cookies: Vec<(String, String)>,
}

/// What a service is told, read without checking signatures; the protocol's own tests do that.
#[derive(Debug)]
pub struct Told {
    /// The document.
    pub xml: String,
    /// The form's relay state.
    pub relay_state: Option<String>,
    /// The form's address.
    pub action: String,
}

impl Visit {
    /// A browser with no cookies.
    pub fn new(server: &Server) -> Self {
        Self {
            browser: server.browser(),
            own_origin: server.origin().to_string(),
            cookies: Vec::new(),
        }
    }

    /// Posts a request as the service's page does; returns the address of the check's page.
    pub async fn arrive(&mut self, form: &str) -> String {
        let answer = self.post_request(form, Some(ORIGIN)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").expect("a redirect").to_owned()
    }

    /// Posts a request from a page of any origin. Browsers send no `Lax` cookie with that.
    pub async fn post_request(&mut self, form: &str, origin: Option<&str>) -> Answer {
        self.post_from(origin, "/saml/sso", form).await
    }

    /// Posts a form from a page of any origin.
    pub async fn post_from(&mut self, origin: Option<&str>, path: &str, form: &str) -> Answer {
        let headers: Vec<_> = origin
            .map(|origin| ("origin", origin))
            .into_iter()
            .collect();
        let answer = self.browser.post_form(path, &headers, form).await;
        self.keep(answer)
    }

    /// Gets a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let cookies = self.cookie_header();
        let answer = self.browser.get(path, &[("cookie", &cookies)]).await;
        self.keep(answer)
    }

    /// Posts a form from a page of the check origin.
    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let (cookies, own) = (self.cookie_header(), self.own_origin.clone());
        let headers = [("cookie", &*cookies), ("origin", &*own)];
        let answer = self.browser.post_form(path, &headers, form).await;
        self.keep(answer)
    }

    /// Hands a proof in, and waits for what the page is to do.
    pub async fn prove(&self, page: &str, proof: &str) -> Answer {
        let cookies = self.cookie_header();
        let headers = [("cookie", &*cookies), ("origin", &*self.own_origin)];
        let path = format!("{page}/proof");
        self.browser
            .post_json(&path, &headers, &json!({ "proof": proof }))
            .await
    }

    /// Tells what the page does.
    pub async fn tell(&self, page: &str, state: &str) -> Answer {
        let cookies = self.cookie_header();
        let headers = [("cookie", &*cookies), ("origin", &*self.own_origin)];
        let path = format!("{page}/ask");
        self.browser
            .post_json(&path, &headers, &json!({ "state": state }))
            .await
    }

    /// Fetches the answer for the service.
    pub async fn respond(&mut self, page: &str) -> Answer {
        self.post(&format!("{page}/respond"), "").await
    }

    /// Chooses another method.
    pub async fn other(&mut self, page: &str) -> Answer {
        self.post(&format!("{page}/other"), "").await
    }

    /// The same cookies as another browser.
    pub fn clone_cookies(&mut self, of: &Self) {
        self.cookies.clone_from(&of.cookies);
    }

    /// From now on its pages are of another origin.
    pub fn pretend_to_be(&mut self, origin: &str) {
        origin.clone_into(&mut self.own_origin);
    }

    /// A browser that has lost its cookies.
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for (_, line) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let (name, value) = line
                .split(';')
                .next()
                .and_then(|c| c.split_once('='))
                .expect("a cookie");
            self.cookies.retain(|(other, _)| other != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    fn cookie_header(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

/// What stands between two marks.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

impl Told {
    /// Reads the page that carries an answer.
    pub fn by(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let field = |name: &str| {
            let before = format!(r#"name="{name}" value=""#);
            between(&answer.body, &before, "\"").map(unescape)
        };
        let response =
            field("SAMLResponse").unwrap_or_else(|| panic!("no answer: {}", answer.body));
        Self {
            xml: String::from_utf8(STANDARD.decode(response).expect("base64")).expect("text"),
            relay_state: field("RelayState"),
            action: between(&answer.body, r#"id="answer" method="post" action=""#, "\"")
                .map(unescape)
                .expect("an address"),
        }
    }

    /// The last status code's last word.
    pub fn status(&self) -> &str {
        let codes = self
            .xml
            .split("urn:oasis:names:tc:SAML:2.0:status:")
            .skip(1);
        codes
            .last()
            .and_then(|rest| rest.split('"').next())
            .expect("a status")
    }

    /// Whom the assertion names, if there is one.
    pub fn person(&self) -> Option<&str> {
        between(&self.xml, "<saml:NameID", "</saml:NameID>")?
            .split_once('>')
            .map(|(_, name)| name)
    }
}

/// What a page's text means.
pub fn unescape(text: &str) -> String {
    let numbered = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    numbered
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
