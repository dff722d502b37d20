//! The rules of the behaviour model, as somebody outside it would notice them.

mod drift;
mod freshness;
mod learning;
mod mouse;
mod person;
mod provenance;
mod storage;
mod streams;
