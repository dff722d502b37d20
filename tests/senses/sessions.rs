//! Lock, user switch and second sessions, told by a stand-in for logind on a real private bus.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tokio::runtime::Runtime;
use zbus::{
    Connection, connection, interface, object_server::InterfaceRef, zvariant::OwnedObjectPath,
};

use crate::{agent::Agent, nested::Nested};

const MANAGER: &str = "/org/freedesktop/login1";

/// A bus daemon that ends with the test.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        let output = daemon.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut address)
            .expect("it says its address");
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct Manager {
    sessions: Vec<String>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSessionByPID")]
    fn get_session_by_pid(&self, _pid: u32) -> OwnedObjectPath {
        path(&self.sessions[0])
    }

    fn list_sessions(&self) -> Vec<(String, u32, String, String, OwnedObjectPath)> {
        let user = rustix::process::getuid().as_raw();
        self.sessions
            .iter()
            .map(|id| {
                (
                    id.clone(),
                    user,
                    "ada".to_owned(),
                    "seat0".to_owned(),
                    path(id),
                )
            })
            .collect()
    }
}

struct Session {
    id: String,
    active: bool,
    locked: bool,
    remote: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn id(&self) -> String {
        self.id.clone()
    }

    #[zbus(property)]
    fn active(&self) -> bool {
        self.active
    }

    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }

    #[zbus(property)]
    fn remote(&self) -> bool {
        self.remote
    }

    #[zbus(property)]
    fn state(&self) -> &'static str {
        if self.active { "active" } else { "online" }
    }

    #[zbus(property)]
    fn class(&self) -> &'static str {
        "user"
    }
}

fn path(id: &str) -> OwnedObjectPath {
    let path = format!("{MANAGER}/session/_3{id}");
    OwnedObjectPath::try_from(path).expect("a path")
}

/// The stand-in, with one calm local session `2` to begin with.
struct Logind {
    runtime: Runtime,
    bus: Connection,
}

impl Logind {
    fn on(bus: &Bus) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let address = bus.address.as_str();
        let bus = runtime.block_on(async {
            let manager = Manager {
                sessions: vec!["2".to_owned()],
            };
            connection::Builder::address(address)?
                .serve_at(MANAGER, manager)?
                .serve_at(path("2"), session("2"))?
                .name("org.freedesktop.login1")?
                .build()
                .await
        });
        Self {
            runtime,
            bus: bus.expect("the stand-in serves"),
        }
    }

    /// Changes session 2 and says so as logind does.
    fn change(&self, change: impl FnOnce(&mut Session)) {
        let changed = self.runtime.block_on(async {
            let session: InterfaceRef<Session> =
                self.bus.object_server().interface(path("2")).await?;
            let mut held = session.get_mut().await;
            change(&mut held);
            held.locked_hint_changed(session.signal_emitter()).await?;
            held.active_changed(session.signal_emitter()).await
        });
        changed.expect("changed");
    }

    /// The computer goes to sleep, or wakes.
    fn sleep(&self, going: bool) {
        let done = self.runtime.block_on(self.bus.emit_signal(
            None::<&str>,
            MANAGER,
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            &going,
        ));
        done.expect("said");
    }

    /// Another session of the same person begins.
    fn begin(&self, begun: Session) {
        let done = self.runtime.block_on(async {
            let (id, object) = (begun.id.clone(), path(&begun.id));
            self.bus.object_server().at(object.clone(), begun).await?;
            let manager: InterfaceRef<Manager> =
                self.bus.object_server().interface(MANAGER).await?;
            manager.get_mut().await.sessions.push(id.clone());
            let (interface, body) = ("org.freedesktop.login1.Manager", (id, object));
            self.bus
                .emit_signal(None::<&str>, MANAGER, interface, "SessionNew", &body)
                .await
        });
        done.expect("begun");
    }
}

fn session(id: &str) -> Session {
    Session {
        id: id.to_owned(),
        active: true,
        locked: false,
        remote: false,
    }
}

fn agent_on(servers: &Nested, bus: &Bus) -> Agent {
    Agent::on(servers.inner.name(), |command| {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
    })
}

fn says(field: &'static str, value: bool) -> impl Fn(&Value) -> bool {
    move |status| status["session"]["source"] == "logind" && status["session"][field] == value
}

#[test]
fn a_lock_and_a_user_switch_are_seen_as_they_happen() {
    let (servers, bus) = (Nested::start(), Bus::start());
    let logind = Logind::on(&bus);
    let agent = agent_on(&servers, &bus);
    agent.wait_for("a calm session", says("locked", false));
    logind.change(|session| session.locked = true);
    agent.wait_for("the lock", says("locked", true));
    logind.change(|session| session.locked = false);
    agent.wait_for("the unlock", says("locked", false));
    logind.change(|session| session.active = false);
    agent.wait_for("the switch", says("in_background", true));
}

#[test]
fn what_was_typed_before_a_sleep_says_nothing_after_it() {
    let (servers, bus) = (Nested::start(), Bus::start());
    let logind = Logind::on(&bus);
    let agent = agent_on(&servers, &bus);
    agent.wait_for("a calm session", says("locked", false));
    logind.sleep(true);
    agent.wait_for_log("evidence is thrown away: Sleep");
}

#[test]
fn a_desktops_screen_locker_locks() {
    let (servers, bus) = (Nested::start(), Bus::start());
    let agent = Agent::on(servers.inner.name(), |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    });
    let runtime = Runtime::new().expect("a runtime");
    let locker = runtime.block_on(async {
        connection::Builder::address(bus.address.as_str())?
            .name("org.gnome.ScreenSaver")?
            .build()
            .await
    });
    let locker = locker.expect("the stand-in is on the bus");
    let locked = |on: bool| {
        runtime
            .block_on(locker.emit_signal(
                None::<&str>,
                "/org/gnome/ScreenSaver",
                "org.gnome.ScreenSaver",
                "ActiveChanged",
                &on,
            ))
            .expect("said");
        agent.wait_for("what the locker said", |status| {
            status["session"]["locked"] == on
        });
    };
    agent.wait_for_log("screen lockers are heard");
    locked(true);
    locked(false);
}

#[test]
fn a_second_session_of_the_person_makes_it_unclear_which_is_meant() {
    let (servers, bus) = (Nested::start(), Bus::start());
    let logind = Logind::on(&bus);
    let agent = agent_on(&servers, &bus);
    agent.wait_for("one session", says("ambiguous", false));
    logind.begin(Session {
        remote: true,
        ..session("7")
    });
    agent.wait_for("two sessions", says("ambiguous", true));
}

#[test]
fn where_nobody_keeps_sessions_there_is_one_and_the_status_says_so() {
    let servers = Nested::start();
    let agent = Agent::on(servers.inner.name(), |_| {});
    let status = agent.wait_for("no logind", |status| status["session"]["source"] == "none");
    assert_eq!(status["session"]["ambiguous"], false);
    assert_eq!(status["session"]["remote"], false);
}

#[test]
fn a_session_that_came_by_ssh_is_remote() {
    let servers = Nested::start();
    let agent = Agent::on(servers.inner.name(), |command| {
        command.env("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    });
    agent.wait_for("a remote session", |status| {
        status["session"]["remote"] == true
    });
}
