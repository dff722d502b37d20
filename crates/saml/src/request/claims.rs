//! What an AuthnRequest says, read from the tree and not yet compared with anything.

use crate::names::{EntityId, MessageId, NameIdFormat};
use crate::timestamp::Timestamp;
use crate::xml::{ASSERTION, Document, Element, Limits, PROTOCOL};

use super::{
    AppContext, Comparison, MAX_OCTETS, NameIdPolicy, RequestError, RequestedAuthnContext,
    SubjectHint,
};

pub(super) const LIMITS: Limits = Limits {
    max_octets: MAX_OCTETS,
};

/// Names and values that are only compared or shown are cut off here; longer ones are refused.
const MAX_TEXT: usize = 1024;

#[derive(Debug, Clone)]
pub(super) struct Claims {
    pub id: MessageId,
    pub issuer: EntityId,
    pub issue_instant: Timestamp,
    pub destination: Option<String>,
    pub acs_url: Option<String>,
    pub acs_index: Option<u16>,
    pub protocol_binding: Option<String>,
    pub force_authn: bool,
    pub is_passive: bool,
    pub name_id_policy: Option<NameIdPolicy>,
    pub subject_hint: Option<SubjectHint>,
    pub requested_authn_context: Option<RequestedAuthnContext>,
    pub app_context: Option<AppContext>,
}

impl Claims {
    pub(super) fn read(document: &Document<'_>) -> Result<Self, RequestError> {
        let root = request_root(document)?;
        if root.attribute("Version") != Some("2.0") {
            return Err(RequestError::WrongVersion);
        }
        Ok(Self {
            id: MessageId::parse(root.attribute("ID").unwrap_or_default())
                .map_err(|_| RequestError::BadId)?,
            issuer: issuer(root)?,
            issue_instant: issue_instant(root)?,
            destination: root.attribute("Destination").map(str::to_owned),
            acs_url: root
                .attribute("AssertionConsumerServiceURL")
                .map(str::to_owned),
            acs_index: acs_index(root)?,
            protocol_binding: root.attribute("ProtocolBinding").map(str::to_owned),
            force_authn: flag(root, "ForceAuthn")?,
            is_passive: flag(root, "IsPassive")?,
            name_id_policy: name_id_policy(root)?,
            subject_hint: subject_hint(root)?,
            requested_authn_context: requested_authn_context(root)?,
            app_context: app_context(root)?,
        })
    }
}

/// The document element, if it is an AuthnRequest and the only one in the document.
pub(super) fn request_root<'d, 'a>(
    document: &'d Document<'a>,
) -> Result<Element<'d, 'a>, RequestError> {
    let root = document.root()?;
    if !root.is(PROTOCOL, "AuthnRequest") {
        return Err(RequestError::NotAuthnRequest);
    }
    let requests = document
        .elements()
        .filter(|element| element.local_name() == "AuthnRequest");
    if requests.count() > 1 {
        return Err(RequestError::SignatureWrapping);
    }
    Ok(root)
}

fn issuer(root: Element<'_, '_>) -> Result<EntityId, RequestError> {
    let issuer = root
        .child(ASSERTION, "Issuer")?
        .ok_or(RequestError::Malformed("it names no issuer"))?;
    EntityId::parse(&issuer.text()?)
        .map_err(|_| RequestError::Malformed("its issuer is no entity ID"))
}

fn issue_instant(root: Element<'_, '_>) -> Result<Timestamp, RequestError> {
    let instant = root.attribute("IssueInstant").and_then(Timestamp::parse);
    instant.ok_or(RequestError::Malformed(
        "its IssueInstant is no time in UTC",
    ))
}

fn acs_index(root: Element<'_, '_>) -> Result<Option<u16>, RequestError> {
    let index = root
        .attribute("AssertionConsumerServiceIndex")
        .map(str::parse);
    index.transpose().map_err(|_| RequestError::UnregisteredAcs)
}

fn flag(element: Element<'_, '_>, name: &str) -> Result<bool, RequestError> {
    match element.attribute(name) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(RequestError::Malformed(
            "one of its flags is neither true nor false",
        )),
    }
}

fn format(element: Element<'_, '_>) -> Option<NameIdFormat> {
    element.attribute("Format").map(NameIdFormat::from_uri)
}

fn name_id_policy(root: Element<'_, '_>) -> Result<Option<NameIdPolicy>, RequestError> {
    let Some(policy) = root.child(PROTOCOL, "NameIDPolicy")? else {
        return Ok(None);
    };
    Ok(Some(NameIdPolicy {
        format: format(policy),
        allow_create: flag(policy, "AllowCreate")?,
    }))
}

fn subject_hint(root: Element<'_, '_>) -> Result<Option<SubjectHint>, RequestError> {
    let Some(subject) = root.child(ASSERTION, "Subject")? else {
        return Ok(None);
    };
    let Some(name_id) = subject.child(ASSERTION, "NameID")? else {
        return Ok(None);
    };
    Ok(Some(SubjectHint {
        format: format(name_id),
        name: short_text(name_id)?,
    }))
}

fn requested_authn_context(
    root: Element<'_, '_>,
) -> Result<Option<RequestedAuthnContext>, RequestError> {
    let Some(context) = root.child(PROTOCOL, "RequestedAuthnContext")? else {
        return Ok(None);
    };
    let comparison = match context.attribute("Comparison") {
        None | Some("exact") => Comparison::Exact,
        Some("minimum") => Comparison::Minimum,
        Some("maximum") => Comparison::Maximum,
        Some("better") => Comparison::Better,
        Some(_) => {
            return Err(RequestError::Malformed(
                "it compares authentication contexts in an unknown way",
            ));
        }
    };
    let classes = context.children_named(ASSERTION, "AuthnContextClassRef");
    Ok(Some(RequestedAuthnContext {
        comparison,
        class_refs: classes.map(short_text).collect::<Result<_, _>>()?,
    }))
}

/// Okta documents the names but not the place; taken from `samlp:Extensions`, as an attribute or as an element of that name.
fn app_context(root: Element<'_, '_>) -> Result<Option<AppContext>, RequestError> {
    let Some(extensions) = root.child(PROTOCOL, "Extensions")? else {
        return Ok(None);
    };
    let Some(instance_id) = extension_value(extensions, "OktaAppInstanceId")? else {
        return Ok(None);
    };
    Ok(Some(AppContext {
        instance_id,
        name: extension_value(extensions, "OktaAppName")?,
    }))
}

fn extension_value(element: Element<'_, '_>, name: &str) -> Result<Option<String>, RequestError> {
    for child in element.children() {
        if child.local_name() == name {
            return short_text(child).map(Some);
        }
        if child.is(ASSERTION, "Attribute") && child.attribute("Name") == Some(name) {
            return child
                .child(ASSERTION, "AttributeValue")?
                .map(short_text)
                .transpose();
        }
        if let Some(value) = extension_value(child, name)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn short_text(element: Element<'_, '_>) -> Result<String, RequestError> {
    let text = element.text()?;
    if text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
        return Err(RequestError::Malformed(
            "one of its texts is longer than 1024 characters or holds control characters",
        ));
    }
    Ok(text.into_owned())
}
