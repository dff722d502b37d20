//! Who may see and do what in the console: one table, and nothing else decides it.

use crate::store::Role::{self, Auditor, Helpdesk, Owner, PrivacyOfficer, Security};

/// Something that is seen or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// The overview and the server's health: numbers, nobody's name.
    SeeNumbers,
    /// People and their devices.
    SeePeople,
    /// Single checks: who signed in where, and why they were asked.
    SeeEvents,
    /// Services and certificates.
    SeeServices,
    /// Who has open enrolment tokens.
    SeeTokens,
    /// Who did what.
    SeeAudit,
    /// Who may open the console.
    SeeAccess,
    /// Suspend or revoke a device: the person is asked again.
    StopDevice,
    /// Let a suspended device answer again.
    RestoreDevice,
    /// Make an enrolment token, which is the power to answer for a person.
    MintToken,
    /// End an enrolment token.
    RevokeToken,
    /// Take a service back to observation.
    ObserveService,
    /// Let people into the console and out of it.
    ManageAccess,
}

const TABLE: [(Right, &[Role]); 13] = [
    (
        Right::SeeNumbers,
        &[Owner, Security, Helpdesk, Auditor, PrivacyOfficer],
    ),
    (
        Right::SeePeople,
        &[Owner, Security, Helpdesk, Auditor, PrivacyOfficer],
    ),
    (Right::SeeEvents, &[Owner, Security, Helpdesk, Auditor]),
    (Right::SeeServices, &[Owner, Security, Helpdesk, Auditor]),
    (Right::SeeTokens, &[Owner, Security, Helpdesk, Auditor]),
    (Right::SeeAudit, &[Owner, Security, Auditor, PrivacyOfficer]),
    (Right::SeeAccess, &[Owner, Auditor, PrivacyOfficer]),
    (Right::StopDevice, &[Owner, Security, Helpdesk]),
    (Right::RestoreDevice, &[Owner, Security]),
    (Right::MintToken, &[Owner, Security]),
    (Right::RevokeToken, &[Owner, Security, Helpdesk]),
    (Right::ObserveService, &[Owner, Security]),
    (Right::ManageAccess, &[Owner]),
];

impl Right {
    /// Whether a role has it.
    pub fn is_of(self, role: Role) -> bool {
        TABLE
            .iter()
            .any(|(right, roles)| *right == self && roles.contains(&role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(role: Role) -> Vec<Right> {
        let all = TABLE.iter().map(|(right, _)| *right);
        all.filter(|right| right.is_of(role)).collect()
    }

    #[test]
    fn an_owner_may_do_everything_and_nobody_else_lets_people_in() {
        assert_eq!(rights(Owner).len(), TABLE.len());
        for role in [Security, Helpdesk, Auditor, PrivacyOfficer] {
            assert!(!Right::ManageAccess.is_of(role), "{role}");
        }
    }

    #[test]
    fn whoever_watches_changes_nothing() {
        use Right::*;
        for role in [Auditor, PrivacyOfficer] {
            for right in [
                StopDevice,
                RestoreDevice,
                MintToken,
                RevokeToken,
                ObserveService,
                ManageAccess,
            ] {
                assert!(!right.is_of(role), "{role} may {right:?}");
            }
        }
    }

    #[test]
    fn a_helpdesk_can_only_make_people_be_asked_more() {
        use Right::*;
        let expected = [
            SeeNumbers,
            SeePeople,
            SeeEvents,
            SeeServices,
            SeeTokens,
            StopDevice,
            RevokeToken,
        ];
        assert_eq!(rights(Helpdesk), expected);
    }

    #[test]
    fn a_privacy_officer_sees_who_looked_and_not_who_signed_in() {
        assert!(Right::SeeAudit.is_of(PrivacyOfficer));
        assert!(!Right::SeeEvents.is_of(PrivacyOfficer));
    }

    #[test]
    fn every_right_is_in_the_table_once() {
        for (n, (right, _)) in TABLE.iter().enumerate() {
            assert!(TABLE[..n].iter().all(|(other, _)| other != right));
        }
    }
}
