//! The harness: a server, a browser and a device, each as small as the tests allow.

pub mod answering;
pub mod authority;
pub mod browser;
pub mod console;
pub mod device;
pub mod directory;
pub mod entra;
pub mod gateway;
pub mod https_peer;
pub mod parameters;
pub mod peer;
pub mod relying_party;
pub mod scene;
pub mod server;
pub mod service;
pub mod visit;

pub use browser::{Answer, Browser};
pub use console::Console;
pub use device::{Link, TestDevice};
pub use server::Server;
pub use visit::Visit;
