//! The Selfsame identity provider: SAML sign-on, factor checks, enrolment and the devices' hub.

pub mod app;
pub mod audit;
pub mod checks;
pub mod cli;
pub mod clock;
pub mod console;
pub mod date;
pub mod enrol;
pub mod hard_factor;
pub mod hooks;
pub mod hub;
pub mod keys;
pub mod metadata;
pub mod platform;
pub mod random;
pub mod refusal;
pub mod router;
pub mod secret;
pub mod server;
pub mod settings;
pub mod store;
pub mod strangers;
pub mod tls;

pub use app::App;
