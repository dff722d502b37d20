//! The words for a request by OpenID Connect whose way back is not known, so that nothing can go there.

use super::{AT_THE_SERVICE, Words, sentences};
use crate::oidc::problem::Problem;

/// What the page says.
pub(super) fn words(problem: Problem) -> Words {
    let (what, advice) = sentences(&problem.to_string());
    Words {
        title: title(problem),
        what,
        blame: blame(problem),
        todo: AT_THE_SERVICE,
        advice,
    }
}

const fn title(problem: Problem) -> &'static str {
    match problem {
        Problem::Missing(_) => "This address is for services",
        Problem::UnknownClient => "The service is not known here",
        Problem::UnregisteredRedirectUri => "The answer would go to an unknown address",
        Problem::TooLarge | Problem::TooLong(_) => "The sign-in request is too large",
        _ => "The sign-in request cannot be read",
    }
}

const fn blame(problem: Problem) -> &'static str {
    match problem {
        Problem::Missing(_) => {
            "Nobody, if you typed the address; else the service that sent you here."
        }
        Problem::UnknownClient => "The administrator of this identity provider.",
        Problem::UnregisteredRedirectUri => {
            "The set-up of the service, or somebody who made this request in its name. You did nothing wrong."
        }
        Problem::Duplicate(_) => {
            "Whoever made this request: services do not write such requests, attackers do. You did nothing wrong."
        }
        _ => "The service that sent you here.",
    }
}
