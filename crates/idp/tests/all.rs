//! Black-box tests: the real program on a free port, its real database, devices and browsers made
//! of a few lines each. One binary, so that the program is linked once.

#[path = "../../../tests/shared/small_disk.rs"]
mod small_disk;
mod support;

mod audit_log;
mod certificates;
mod command_line;
mod console;
mod console_acts;
mod console_pages;
mod consuming;
mod enrolment;
mod full_disk;
mod fuzz_corpora;
mod hard_factors;
mod links;
mod oidc_bad_input;
mod oidc_clients;
mod oidc_code;
mod oidc_discovery;
mod oidc_entra;
mod oidc_fetch;
mod oidc_peers;
mod oidc_tokens;
mod policies;
mod policy_forecast;
mod policy_migration;
mod radius;
mod radius_packets;
mod radius_peers;
mod rates;
mod restarts;
mod saml_conformance;
mod saml_judges;
mod saml_settings;
mod scim;
mod services;
mod sso_answers;
mod sso_checks;
mod sso_proofs;
mod sso_requests;
mod strangers;
