//! The agent from outside: its commands, its link to a real identity provider, its loopback port.

#[path = "agent/bench.rs"]
mod bench;
#[path = "agent/commands.rs"]
mod commands;
#[path = "agent/gateway.rs"]
mod gateway;
#[path = "agent/life.rs"]
mod life;
#[path = "agent/managed.rs"]
mod managed;
#[path = "agent/presence.rs"]
mod presence;
#[path = "agent/proxy.rs"]
mod proxy;
#[path = "agent/tunnel.rs"]
mod tunnel;
