//! What public black-box kits ask of a SAML identity provider, by both bindings: each case is named after the section of
//! the standard that it is about.
//!
//! Such a kit takes an error page with an HTTP status for an answer to what is no valid request; so do we, on purpose:
//! nothing leaves for an address before its request is believed.

use selfsame_saml::xml::{Document, Element, Limits};

use crate::support::{
    Answer,
    scene::{ADA, Scene},
    service::{ACS, ENTITY, Request, deflated, encode, form, unsigned_query},
    visit::Told,
};

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// How a request is brought.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    Post,
    Redirect,
}

pub(crate) const BOTH: [By; 2] = [By::Post, By::Redirect];

impl Scene {
    /// Sends a request; what comes back is a redirect to a check, or a refusal.
    async fn send(&mut self, by: By, request: &Request) -> Answer {
        match by {
            By::Post => {
                let form = self.service.by_post(request);
                self.visit
                    .post_request(&form, Some("https://sp.example"))
                    .await
            }
            By::Redirect => {
                let path = self.service.by_redirect(request);
                self.visit.get(&path).await
            }
        }
    }

    /// Signs in, and returns what the service is told.
    pub(crate) async fn answered(&mut self, by: By, request: &Request, counter: u64) -> Told {
        let mut link = self.device.link(&self.server, counter).await;
        let sent = self.send(by, request).await;
        assert_eq!(sent.status, 303, "{by:?}: {}", sent.body);
        let page = sent.header("location").expect("a check").to_owned();
        if let By::Redirect = by {
            self.visit.post(&format!("{page}/begin"), "").await;
        }
        self.recognised(&page, &mut link).await;
        Told::by(&self.visit.respond(&page).await)
    }
}

fn document(xml: &str) -> Document<'_> {
    Document::parse(
        xml.as_bytes(),
        Limits {
            max_octets: 1 << 16,
        },
    )
    .expect("well-formed")
}

fn one<'d, 'a>(parent: Element<'d, 'a>, namespace: &'d str, name: &'d str) -> Element<'d, 'a> {
    let mut found = parent.children_named(namespace, name);
    let first = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "two {name}");
    first
}

/// Core 3.2.2, 2.3.3 and 2.4, Profiles 4.1.4.2: what a response and its one assertion must say.
fn check_response(told: &Told, request: &Request) {
    let document = document(&told.xml);
    let response = document.root().expect("a root");
    assert!(response.is(PROTOCOL, "Response"));
    check_head(response);
    assert_eq!(response.attribute("Destination"), Some(ACS));
    assert_eq!(response.attribute("InResponseTo"), Some(&*request.id));
    let status = one(one(response, PROTOCOL, "Status"), PROTOCOL, "StatusCode");
    assert_eq!(
        status.attribute("Value"),
        Some("urn:oasis:names:tc:SAML:2.0:status:Success")
    );
    let assertion = one(response, ASSERTION, "Assertion");
    check_head(assertion);
    check_subject(one(assertion, ASSERTION, "Subject"), request);
    check_conditions(one(assertion, ASSERTION, "Conditions"));
    let statement = one(assertion, ASSERTION, "AuthnStatement");
    assert!(
        statement
            .attribute("AuthnInstant")
            .is_some_and(|at| at.ends_with('Z'))
    );
    assert!(
        statement
            .attribute("SessionIndex")
            .is_some_and(|index| !index.is_empty())
    );
    one(
        one(statement, ASSERTION, "AuthnContext"),
        ASSERTION,
        "AuthnContextClassRef",
    );
}

/// Core 1.3.3, 1.3.4 and 2.2.5: version, time in UTC, an identifier that is an NCName, an issuer without a format.
fn check_head(element: Element<'_, '_>) {
    assert_eq!(element.attribute("Version"), Some("2.0"));
    assert!(
        element
            .attribute("IssueInstant")
            .is_some_and(|at| at.ends_with('Z'))
    );
    let id = element.attribute("ID").expect("an identifier");
    assert!(id.starts_with('_') && id.len() > 30, "{id}");
    let issuer = one(element, ASSERTION, "Issuer");
    assert!(issuer.attribute("Format").is_none() && issuer.attribute("NameQualifier").is_none());
}

/// Profiles 4.1.4.2: a bearer confirmation with recipient, end and request, and without a beginning.
fn check_subject(subject: Element<'_, '_>, request: &Request) {
    assert_eq!(one(subject, ASSERTION, "NameID").text().expect("text"), ADA);
    let confirmation = one(subject, ASSERTION, "SubjectConfirmation");
    assert_eq!(confirmation.attribute("Method"), Some(BEARER));
    let data = one(confirmation, ASSERTION, "SubjectConfirmationData");
    assert_eq!(data.attribute("Recipient"), Some(ACS));
    assert_eq!(data.attribute("InResponseTo"), Some(&*request.id));
    assert!(data.attribute("NotOnOrAfter").is_some());
    assert!(data.attribute("NotBefore").is_none());
}

/// Profiles 4.1.4.2: the audience is the service.
fn check_conditions(conditions: Element<'_, '_>) {
    let audience = one(
        one(conditions, ASSERTION, "AudienceRestriction"),
        ASSERTION,
        "Audience",
    );
    assert_eq!(audience.text().expect("text"), ENTITY);
    assert!(conditions.attribute("NotBefore") < conditions.attribute("NotOnOrAfter"));
}

#[tokio::test]
async fn profiles_4_1_4_2_every_success_has_the_form_of_the_browser_profile_by_both_bindings() {
    let mut scene = Scene::set().await;
    for (counter, by) in (1..).zip(BOTH) {
        let request = scene.service.request();
        let told = scene.answered(by, &request, counter).await;
        check_response(&told, &request);
        assert_eq!(told.action, ACS);
    }
}

#[tokio::test]
async fn bindings_3_4_3_and_3_5_3_a_relay_state_comes_back_exactly_and_none_comes_back_as_none() {
    let mut scene = Scene::set().await;
    let eighty_and_more = "r".repeat(200);
    let mut counter = 0;
    for by in BOTH {
        for sent in ["", "https://sp.example/?a=1&b=\"<2>\"", &eighty_and_more] {
            counter += 1;
            let request = scene.service.request().beside(sent);
            let told = scene.answered(by, &request, counter).await;
            assert_eq!(told.relay_state.unwrap_or_default(), sent, "{by:?}");
        }
    }
}

#[tokio::test]
async fn core_3_4_1_without_an_assertion_consumer_the_answer_goes_to_the_registered_default() {
    let mut scene = Scene::set().await;
    for (counter, by) in (1..).zip(BOTH) {
        let request = scene
            .service
            .request()
            .without("AssertionConsumerServiceURL");
        let told = scene.answered(by, &request, counter).await;
        assert_eq!(told.action, ACS);
        check_response(&told, &request);
    }
}

#[tokio::test]
async fn core_3_4_1_1_the_person_is_named_in_the_form_that_is_asked_for() {
    let mut scene = Scene::set().await;
    let mut counter = 0;
    for by in BOTH {
        for format in [
            "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
            "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        ] {
            counter += 1;
            let policy = format!(r#"<samlp:NameIDPolicy Format="{format}"></samlp:NameIDPolicy>"#);
            let request = scene.service.request().holding(&policy);
            let told = scene.answered(by, &request, counter).await;
            assert!(
                told.xml
                    .contains(&format!("<saml:NameID Format=\"{format}\">")),
                "{by:?} {format}"
            );
        }
    }
}

#[tokio::test]
async fn core_3_4_1_1_a_form_that_names_nobody_is_refused_as_an_invalid_policy() {
    let mut scene = Scene::set().await;
    for by in BOTH {
        let policy = r#"<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"></samlp:NameIDPolicy>"#;
        let sent = scene
            .send(by, &scene.service.request().holding(policy))
            .await;
        let told = Told::by(&sent);
        assert_eq!(
            (told.status(), told.person()),
            ("InvalidNameIDPolicy", None),
            "{by:?}"
        );
    }
}

#[tokio::test]
async fn core_3_2_1_a_destination_that_is_not_ours_is_refused_by_both_bindings() {
    let mut scene = Scene::set().await;
    for by in BOTH {
        let request = scene
            .service
            .request()
            .with("Destination", "https://elsewhere.example/sso");
        let sent = scene.send(by, &request).await;
        assert_refused(&sent, "wrong-destination");
    }
}

#[tokio::test]
async fn profiles_4_1_4_1_an_empty_or_halved_request_is_refused_by_both_bindings() {
    let mut scene = Scene::set().await;
    let empty = format!(r#"<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}"></samlp:AuthnRequest>"#);
    let by_post = scene
        .visit
        .post_request(&form(&empty, ""), Some("https://sp.example"))
        .await;
    assert_refused(&by_post, "wrong-version");
    let query = format!("/saml/sso?SAMLRequest={}", deflated(empty.as_bytes()));
    assert_refused(&scene.visit.get(&query).await, "wrong-version");

    let whole = scene.service.request().xml("");
    let half = &whole[..whole.len() / 2];
    let by_post = scene
        .visit
        .post_request(&form(half, ""), Some("https://sp.example"))
        .await;
    assert_eq!(by_post.status, 400, "{}", by_post.body);
    let query = unsigned_query(&scene.service.request());
    let by_redirect = scene
        .visit
        .get(&format!("/saml/sso?{}", &query[..query.len() / 3]))
        .await;
    assert_eq!(by_redirect.status, 400, "{}", by_redirect.body);
}

#[tokio::test]
async fn bindings_3_4_4_1_a_signature_by_dsa_is_refused() {
    let mut scene = Scene::set().await;
    let algorithm = encode("http://www.w3.org/2000/09/xmldsig#dsa-sha1");
    let query = unsigned_query(&scene.service.request());
    let sent = scene
        .visit
        .get(&format!(
            "/saml/sso?{query}&SigAlg={algorithm}&Signature=AAAA"
        ))
        .await;
    assert!(
        sent.status == 400 && sent.body.contains("<code>"),
        "{}",
        sent.body
    );
}

#[tokio::test]
async fn profiles_4_1_4_1_a_subject_whom_nobody_here_is_gets_no_assertion() {
    let mut scene = Scene::set().await;
    for by in BOTH {
        let subject = format!(
            r#"<saml:Subject xmlns:saml="{ASSERTION}"><saml:NameID>unknown@nowhere.example</saml:NameID></saml:Subject>"#
        );
        let request = scene.service.request().holding(&subject);
        let sent = scene.send(by, &request).await;
        let page = sent.header("location").expect("a check").to_owned();
        scene.visit.post(&format!("{page}/begin"), "").await;
        let proof = scene.proof(&page).await;
        scene.visit.prove(&page, &proof).await;
        let told = Told::by(&scene.visit.respond(&page).await);
        assert_eq!(
            (told.status(), told.person()),
            ("AuthnFailed", None),
            "{by:?}"
        );
    }
}

/// A page with a status, and nothing that could be posted anywhere.
fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(
        answer.body.contains(&format!("<code>{code}</code>")),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("SAMLResponse"));
}
