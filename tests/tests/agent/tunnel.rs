//! Programs that carry the bytes of a browser on another computer to a port of this one.

use std::{
    fs,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::bench::free_port;

/// A tunnel that ends with the test.
pub struct Tunnel {
    entrance: u16,
    program: &'static str,
    processes: Vec<Child>,
    _keys: Option<TempDir>,
}

impl Tunnel {
    /// socat, as anybody may run it.
    pub fn of_socat(port: u16) -> Self {
        let entrance = free_port();
        let listen = format!("TCP-LISTEN:{entrance},bind=127.0.0.1,reuseaddr,fork");
        let socat = spawn(Command::new("socat").args([&listen, &format!("TCP:127.0.0.1:{port}")]));
        Self {
            entrance,
            program: "socat",
            processes: vec![socat],
            _keys: None,
        }
    }

    /// `ssh -L` from elsewhere into this computer, as the same person: its server connects.
    pub fn of_ssh(port: u16) -> Self {
        let keys = tempfile::tempdir().expect("a folder");
        let (entrance, door) = (free_port(), free_port());
        let server = server(keys.path(), door);
        wait_for(door);
        let client = client(keys.path(), door, &format!("{entrance}:127.0.0.1:{port}"));
        Self {
            entrance,
            program: "sshd",
            processes: vec![client, server],
            _keys: Some(keys),
        }
    }

    /// The program whose connection the agent sees.
    pub fn program(&self) -> &'static str {
        self.program
    }

    /// A connection through the tunnel.
    pub fn enter(&self) -> TcpStream {
        wait_for(self.entrance)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn server(keys: &Path, door: u16) -> Child {
    for name in ["host", "person"] {
        run(Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(keys.join(name)));
    }
    // Where root runs it, it wants this folder of the system's; its package makes it only at boot.
    let _ = fs::create_dir_all("/run/sshd");
    let settings = format!(
        "ListenAddress 127.0.0.1:{door}\nHostKey {0}/host\nAuthorizedKeysFile {0}/person.pub\n\
         PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n",
        keys.display()
    );
    fs::write(keys.join("sshd_config"), settings).expect("written");
    spawn(
        Command::new("/usr/sbin/sshd")
            .arg("-D")
            .arg("-f")
            .arg(keys.join("sshd_config")),
    )
}

fn client(keys: &Path, door: u16, forward: &str) -> Child {
    let me = Command::new("id").arg("-un").output().expect("id runs");
    let me = String::from_utf8_lossy(&me.stdout).trim().to_owned();
    spawn(
        Command::new("ssh")
            .args(["-N", "-F", "none", "-o", "StrictHostKeyChecking=no"])
            .args(["-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"])
            .args(["-o", "ExitOnForwardFailure=yes", "-p", &door.to_string()])
            .args(["-L", forward, "-l", &me, "127.0.0.1"])
            .arg("-i")
            .arg(keys.join("person")),
    )
}

fn run(command: &mut Command) {
    let done = command.status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "{command:?} failed; `scripts/provision test` installs it"
    );
}

fn spawn(command: &mut Command) -> Child {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.unwrap_or_else(|error| {
        panic!("{command:?}: {error}; `scripts/provision test` installs it")
    })
}

fn wait_for(port: u16) -> TcpStream {
    (0..200)
        .find_map(|_| {
            thread::sleep(Duration::from_millis(50));
            TcpStream::connect(("127.0.0.1", port)).ok()
        })
        .expect("it listens")
}
