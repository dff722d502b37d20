//! The agent behind a real squid that wants a name and a password.

use std::{
    fs,
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::bench::{Agent, Idp, enrolment, free_port};

/// A proxy that ends with the test.
struct Squid {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Squid {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let hashed = Command::new("openssl")
            .args(["passwd", "-apr1", "s3cret@"])
            .output();
        let hashed = String::from_utf8(hashed.expect("openssl runs").stdout).expect("text");
        let place = folder.path().display();
        fs::write(folder.path().join("people"), format!("ada:{hashed}")).expect("written");
        let settings = format!(
            "http_port 127.0.0.1:{port}\npid_filename {place}/pid\ncache_log {place}/cache.log\n\
             access_log stdio:{place}/access.log\ncoredump_dir {place}\ncache deny all\n\
             auth_param basic program /usr/lib/squid/basic_ncsa_auth {place}/people\n\
             acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n\
             shutdown_lifetime 0 seconds\n"
        );
        fs::write(folder.path().join("squid.conf"), settings).expect("written");
        // As root it becomes a user of its own, who must be able to write here.
        let _ = Command::new("chown")
            .args(["-R", "proxy"])
            .arg(folder.path())
            .status();
        let child = Command::new("squid")
            .args(["--foreground", "-f"])
            .arg(folder.path().join("squid.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("squid is installed: `scripts/provision test` does it");
        let squid = Self {
            folder,
            port,
            child,
        };
        squid.wait();
        squid
    }

    fn wait(&self) {
        let up = (0..200).any(|_| {
            thread::sleep(Duration::from_millis(50));
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
        assert!(up, "squid does not listen: {}", self.read("cache.log"));
    }

    fn address(&self, credentials: &str) -> String {
        format!("http://{credentials}@127.0.0.1:{}", self.port)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

impl Drop for Squid {
    fn drop(&mut self) {
        // Its children end with it only when it is asked.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

#[test]
fn an_agent_enrols_and_links_through_a_proxy_that_wants_a_password() {
    let (squid, idp) = (Squid::start(), Idp::start());
    let agent = Agent::new().with("HTTPS_PROXY", squid.address("ada:s3cret%40"));
    idp.enrol(&agent);
    let running = agent.start(|status| status["link"]["state"] == "online");
    assert_eq!(running.terminate(), Some(0));
    let tunnels = || {
        squid
            .read("access.log")
            .matches("CONNECT localhost:")
            .count()
    };
    for _ in 0..100 {
        if tunnels() >= 2 {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert!(
        tunnels() >= 2,
        "enrolment and link: {}",
        squid.read("access.log")
    );
    assert!(!agent.log().contains("s3cret"), "{}", agent.log());
}

#[test]
fn a_proxy_that_refuses_is_named_and_no_token_is_spent() {
    let (squid, idp) = (Squid::start(), Idp::start());
    let (origin, authority, token) = (idp.origin(), idp.authority(), idp.token());
    let enrol = enrolment(&origin, &authority, &token);
    let refused = Agent::new()
        .with("HTTPS_PROXY", squid.address("ada:wrong"))
        .run(&enrol);
    assert_eq!(refused.code, 12, "{}", refused.err);
    assert!(refused.err.contains("name and password"), "{}", refused.err);
    assert!(!refused.err.contains("wrong"), "{}", refused.err);
    let around = Agent::new()
        .with("HTTPS_PROXY", "http://127.0.0.1:9")
        .with("NO_PROXY", "localhost");
    assert_eq!(around.run(&enrol).code, 0);
}
