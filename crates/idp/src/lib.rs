//! The Selfsame identity provider: SAML sign-on, factor checks, enrolment and the devices' hub.

pub mod app;
pub mod audit;
pub mod checks;
pub mod cli;
pub mod clock;
pub mod console;
pub mod cookies;
pub mod date;
pub mod decide;
pub mod enrol;
pub mod hard_factor;
pub mod hooks;
pub mod housekeeping;
pub mod hub;
pub mod keys;
pub mod limits;
pub mod metadata;
pub mod page;
pub mod platform;
pub mod random;
pub mod refusal;
pub mod respond;
pub mod router;
pub mod secret;
pub mod server;
pub mod service_settings;
pub mod services;
pub mod settings;
pub mod sign_in;
pub mod signing;
pub mod sso;
pub mod store;
pub mod strangers;
pub mod tls;

pub use app::App;
