//! The agent beside a real VPN program: what it says of the connection that openconnect opens, and of those that others do.

use std::{
    io::Write,
    net::{TcpListener, TcpStream, UdpSocket},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::bench::{Agent, Idp, Running};

const SECRET: &str = "one-word-of-more-than-24-characters";

/// A gateway that takes connections and says nothing on them, a server that it asks, and an enrolled agent.
struct Office {
    idp: Idp,
    agent: Agent,
    gateway: TcpListener,
    radius: String,
    _running: Running,
}

impl Office {
    fn open() -> Self {
        let radius = free_udp_address();
        let gateway = TcpListener::bind("127.0.0.1:0").expect("a port");
        let idp = Idp::start_with(&["--radius", &radius]);
        let agent = Agent::new();
        let secret = agent.file("secret", SECRET);
        let to = gateway.local_addr().expect("bound").to_string();
        let added = idp.command(&[
            "radius",
            "client",
            "add",
            "Office VPN",
            "--address",
            "127.0.0.1",
            "--secret-file",
            &secret,
            "--gateway",
            &to,
        ]);
        assert_eq!(added.code, 0, "{}", added.err);
        // A registration counts within a second.
        thread::sleep(Duration::from_millis(1_100));
        idp.enrol(&agent);
        let running = agent.start(|status| status["link"]["state"] == "online");
        // The first look at the gateways' connections comes with the link.
        thread::sleep(Duration::from_millis(500));
        Self {
            idp,
            agent,
            gateway,
            radius,
            _running: running,
        }
    }

    /// The person wants in at the gateway; returns what radclient says.
    fn sign_in(&self) -> String {
        let mut child = Command::new("radclient")
            .args(["-x", "-r", "1", "-t", "4", &self.radius, "auth", SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{error}; `scripts/provision test` installs it"));
        let mut input = child.stdin.take().expect("a pipe");
        let words = "User-Name = \"alice@example.com\"\nUser-Password = \"x\"\nMessage-Authenticator = 0x00\n";
        input.write_all(words.as_bytes()).expect("written");
        drop(input);
        let output = child.wait_with_output().expect("it ran");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The last line of the audit log.
    fn last_line(&self) -> Value {
        let said = self.idp.command(&["audit", "tail", "-n", "1", "--json"]);
        said.json()
    }
}

fn free_udp_address() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("bound").to_string()
}

/// A program that ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn openconnect(gateway: &TcpListener) -> (Program, TcpStream) {
    let to = format!("https://{}", gateway.local_addr().expect("bound"));
    let child = Command::new("openconnect")
        .args(["--non-inter", &to])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}; `scripts/provision test` installs it"));
    let (connection, _) = gateway.accept().expect("it connects");
    (Program(child), connection)
}

#[test]
fn the_agent_speaks_for_its_person_when_openconnect_has_just_connected() {
    let office = Office::open();
    let _vpn = openconnect(&office.gateway);
    let said = office.sign_in();
    assert!(said.contains("Received Access-Reject"), "{said}");
    // Nobody types here, so the verdict is not `same`; that there is one shows that the connection was believed.
    let line = office.last_line();
    assert_eq!(
        line["details"]["channel"],
        "gateway-connection",
        "{line}\n{}",
        office.agent.log()
    );
    assert_eq!(line["details"]["verdict"], "unsure");
    // The same connection once more is worth nothing.
    let again = office.sign_in();
    assert!(again.contains("Received Access-Challenge"), "{again}");
}

#[test]
fn a_connection_of_another_program_leads_to_the_code() {
    let office = Office::open();
    let to = office.gateway.local_addr().expect("bound");
    let _own = TcpStream::connect(to).expect("connected");
    let said = office.sign_in();
    assert!(said.contains("Received Access-Challenge"), "{said}");
    let shown = office.agent.run(&["code", "--json"]).json();
    assert_eq!(shown["codes"][0]["service"], "Office VPN");
    let digits = shown["codes"][0]["code"].as_str().expect("a code");
    assert!(digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let words = office.agent.run(&["code"]).out;
    assert!(words.contains("for Office VPN"), "{words}");
}
