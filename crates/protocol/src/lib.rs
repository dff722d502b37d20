//! Device and identity provider messages.
