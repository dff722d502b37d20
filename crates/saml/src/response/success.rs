//! The assertion that a person is the one (SAML profiles §4.1.4.2).

use std::time::Duration;

use crate::names::{EntityId, FreshId, NameIdFormat};
use crate::request::{AppContext, UNSPECIFIED_CONTEXT};
use crate::timestamp::Timestamp;
use crate::xml::{ASSERTION, Writer};

use super::{ReplyTo, ResponseError, Unsigned};

/// How long an assertion may be delivered.
const LIFETIME: Duration = Duration::from_secs(120);
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BASIC_NAME: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

/// The person's name at the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameId {
    format: NameIdFormat,
    name: String,
}

impl NameId {
    /// Names a person.
    ///
    /// # Errors
    /// `BadText` when the name is empty, longer than 1024 characters or holds control characters.
    pub fn new(format: NameIdFormat, name: &str) -> Result<Self, ResponseError> {
        Ok(Self {
            format,
            name: checked(name)?,
        })
    }

    /// The name itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// One attribute of an assertion, with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    name: String,
    value: String,
}

impl Attribute {
    /// An attribute by its basic name.
    ///
    /// # Errors
    /// `BadText`, as with [`NameId::new`].
    pub fn new(name: &str, value: &str) -> Result<Self, ResponseError> {
        Ok(Self {
            name: checked(name)?,
            value: checked(value)?,
        })
    }

    /// What Okta wants echoed about the application that is signed in to.
    ///
    /// # Errors
    /// `BadText`; not for a context that came from a checked request.
    pub fn echo(context: &AppContext) -> Result<Vec<Self>, ResponseError> {
        let mut echoed = vec![Self::new("OktaAppInstanceId", &context.instance_id)?];
        if let Some(name) = &context.name {
            echoed.push(Self::new("OktaAppName", name)?);
        }
        Ok(echoed)
    }
}

fn checked(text: &str) -> Result<String, ResponseError> {
    let length = text.chars().count();
    let carried = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if length == 0 || length > 1024 || !text.chars().all(carried) {
        return Err(ResponseError::BadText);
    }
    Ok(text.to_owned())
}

/// What of an answer is signed. The service verifies the one or the other; both are right for every service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignedParts {
    /// The assertion, and the response around it.
    #[default]
    Both,
    /// The response alone.
    Response,
    /// The assertion alone.
    Assertion,
}

/// What is stated about a person. Every identifier is fresh.
#[derive(Debug, Clone, Copy)]
pub struct Success<'a> {
    /// Which request is answered.
    pub reply_to: &'a ReplyTo,
    /// Identifier of the response.
    pub response_id: &'a FreshId,
    /// Identifier of the assertion.
    pub assertion_id: &'a FreshId,
    /// Identifier of the session that begins.
    pub session_index: &'a FreshId,
    /// The person's name at the service.
    pub subject: &'a NameId,
    /// When it was judged that the person is the one.
    pub judged_at: Timestamp,
    /// What else is told, mostly nothing.
    pub attributes: &'a [Attribute],
    /// What is signed.
    pub signed: SignedParts,
    /// How far the service's clock may be behind ours.
    pub clock_skew: Duration,
}

impl<'a> Success<'a> {
    pub(super) fn assertion(&self, issuer: &EntityId, now: Timestamp) -> Unsigned<'a> {
        let mut xml = Writer::with_capacity(4096);
        let attributes = [
            ("ID", self.assertion_id.as_str()),
            ("IssueInstant", &now.to_string()),
            ("Version", "2.0"),
        ];
        xml.open("saml:Assertion", &[("saml", ASSERTION)], &attributes);
        xml.leaf("saml:Issuer", &[], issuer.as_str());
        let signature_at = xml.position();
        let not_on_or_after = now.plus(LIFETIME).to_string();
        self.write_subject(&mut xml, &not_on_or_after);
        self.write_conditions(
            &mut xml,
            &now.minus(self.clock_skew).to_string(),
            &not_on_or_after,
        );
        self.write_authn_statement(&mut xml);
        self.write_attributes(&mut xml);
        Unsigned {
            id: self.assertion_id,
            xml: xml.finish(),
            signature_at,
        }
    }

    fn write_subject(&self, xml: &mut Writer, not_on_or_after: &str) {
        xml.open("saml:Subject", &[], &[]);
        xml.leaf(
            "saml:NameID",
            &[("Format", self.subject.format.uri())],
            &self.subject.name,
        );
        xml.open("saml:SubjectConfirmation", &[], &[("Method", BEARER)]);
        let data = [
            ("InResponseTo", self.reply_to.in_response_to.as_str()),
            ("NotOnOrAfter", not_on_or_after),
            ("Recipient", self.reply_to.acs.as_str()),
        ];
        xml.leaf("saml:SubjectConfirmationData", &data, "");
        xml.close();
        xml.close();
    }

    fn write_conditions(&self, xml: &mut Writer, not_before: &str, not_on_or_after: &str) {
        let window = [("NotBefore", not_before), ("NotOnOrAfter", not_on_or_after)];
        xml.open("saml:Conditions", &[], &window);
        xml.open("saml:AudienceRestriction", &[], &[]);
        xml.leaf("saml:Audience", &[], self.reply_to.service.as_str());
        xml.close();
        xml.close();
    }

    fn write_authn_statement(&self, xml: &mut Writer) {
        let attributes = [
            ("AuthnInstant", &*self.judged_at.to_string()),
            ("SessionIndex", self.session_index.as_str()),
        ];
        xml.open("saml:AuthnStatement", &[], &attributes);
        xml.open("saml:AuthnContext", &[], &[]);
        xml.leaf("saml:AuthnContextClassRef", &[], UNSPECIFIED_CONTEXT);
        xml.close();
        xml.close();
    }

    fn write_attributes(&self, xml: &mut Writer) {
        if self.attributes.is_empty() {
            return;
        }
        xml.open("saml:AttributeStatement", &[], &[]);
        for attribute in self.attributes {
            xml.open(
                "saml:Attribute",
                &[],
                &[("Name", &attribute.name), ("NameFormat", BASIC_NAME)],
            );
            xml.leaf("saml:AttributeValue", &[], &attribute.value);
            xml.close();
        }
        xml.close();
    }
}

pub(super) fn write_status(xml: &mut Writer) {
    xml.open("samlp:Status", &[], &[]);
    xml.leaf("samlp:StatusCode", &[("Value", SUCCESS)], "");
    xml.close();
}
