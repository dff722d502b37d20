//! Session state: whether the person's own session is in front, unlocked and local.
