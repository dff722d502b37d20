//! The program as its users run it: recordings in, findings or a refusal out. Every recording is made here.

mod background;
mod bad_input;
mod evaluate;
mod import;
mod lab;
