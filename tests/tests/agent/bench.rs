//! One person's agent and one identity provider, each in a folder of its own.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Once,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// What a command said and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A program that runs until the test ends.
pub struct Running(Child);

impl Running {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end, as a system that shuts down does, and says how it ended.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.0.id().to_string();
        let asked = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill runs");
        assert!(asked.success());
        self.0.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One person's home, and the agent in it.
pub struct Agent {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Agent {
    pub fn new() -> Self {
        Self {
            home: tempfile::tempdir().expect("a temporary directory"),
            variables: Vec::new(),
        }
    }

    /// With one more variable in its environment.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).stdin(Stdio::null()).output();
        Said::of(&output.expect("the agent starts"))
    }

    /// Runs a command on a computer whose managers set this policy, with these rights on its file.
    pub fn run_managed(&self, policy: &str, mode: &str, arguments: &[&str]) -> Said {
        let output = self.managed(policy, mode, arguments).output();
        Said::of(&output.expect("unshare is installed"))
    }

    /// Starts `selfsame run` on such a computer.
    pub fn start_managed(&self, policy: &str) -> Running {
        let child = self
            .managed(policy, "644", &["run"])
            .stderr(Stdio::null())
            .spawn();
        let running = Running(child.expect("unshare is installed"));
        self.until(|_| true);
        running
    }

    fn managed(&self, policy: &str, mode: &str, arguments: &[&str]) -> Command {
        let script = "mkdir -p \"$HOME/etc\" && mount -t tmpfs none \"$HOME/etc\" && mkdir \"$HOME/etc/new\" \"$HOME/etc/work\" &&
            mount -t overlay -o \"lowerdir=/etc,upperdir=$HOME/etc/new,workdir=$HOME/etc/work\" none /etc &&
            mkdir -p /etc/selfsame && printf %s \"$POLICY\" >/etc/selfsame/policy.json &&
            chmod \"$MODE\" /etc/selfsame/policy.json && exec \"$0\" \"$@\"";
        let mut command = self.in_own_mounts(script, arguments);
        command.env("POLICY", policy).env("MODE", mode);
        command
    }

    /// Runs a command while the disk that its data would go to is full.
    pub fn run_on_a_full_disk(&self, arguments: &[&str]) -> Said {
        let script =
            "mkdir -p \"$HOME/.local\" && mount -t tmpfs -o size=64k none \"$HOME/.local\" &&
            ! cat /dev/zero >\"$HOME/.local/filling\" 2>/dev/null && exec \"$0\" \"$@\"";
        let output = self.in_own_mounts(script, arguments).output();
        Said::of(&output.expect("unshare is installed"))
    }

    /// A command with mounts of its own, which the script makes before it runs the command.
    fn in_own_mounts(&self, script: &str, arguments: &[&str]) -> Command {
        let plain = self.command(arguments);
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        command.arg(plain.get_program()).args(plain.get_args());
        let environment = plain.get_envs();
        command.env_clear().stdin(Stdio::null());
        command.envs(environment.filter_map(|(name, value)| Some((name, value?))));
        command
    }

    /// Starts `selfsame run` and waits until `ready` says so of its status.
    pub fn start(&self, ready: impl Fn(&Value) -> bool) -> Running {
        let log = fs::File::create(self.log_file()).expect("a log");
        let child = self.command(&["run", "--log", "debug"]).stderr(log).spawn();
        let running = Running(child.expect("the agent starts"));
        self.until(ready);
        running
    }

    /// Waits until the status is as it should be.
    pub fn until(&self, ready: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let status = self.run(&["status", "--json"]).json();
            if status["running"] == true && ready(&status) {
                return status;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{status:#}\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("agent.log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("selfsame", "selfsame"));
        let runtime = self.home.path().join("runtime");
        fs::create_dir_all(&runtime).expect("made");
        // No display and no bus: nothing of the desktop this test may run on.
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", runtime)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// An identity provider with a certificate of an authority that nobody knows.
pub struct Idp {
    folder: TempDir,
    port: u16,
    _running: Running,
}

impl Idp {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With further options of `serve`.
    pub fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let port = free_port();
        certificates(folder.path());
        let (data, origin) = (
            folder.path().join("idp"),
            format!("https://localhost:{port}"),
        );
        let made = idp_command(&data, &["init", "--origin", &origin]).output();
        assert!(made.expect("init runs").status.success());
        let child = idp_command(&data, &["serve"])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .arg("--tls-cert")
            .arg(folder.path().join("leaf.crt"))
            .arg("--tls-key")
            .arg(folder.path().join("leaf.key"))
            .args(options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let idp = Self {
            folder,
            port,
            _running: Running(child.expect("serve runs")),
        };
        idp.wait();
        idp
    }

    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn authority(&self) -> String {
        self.folder.path().join("ca.crt").display().to_string()
    }

    pub fn token(&self) -> String {
        let made = self.command(&["token", "create", "--user", "alice@example.com", "--json"]);
        let token = made.json()["token"].as_str().map(ToOwned::to_owned);
        token.expect("the token is in the JSON")
    }

    pub fn command(&self, arguments: &[&str]) -> Said {
        let output = idp_command(&self.data(), arguments).output();
        Said::of(&output.expect("the program runs"))
    }

    /// The key that signs challenges, for a test that plays the identity provider's page.
    pub fn challenge_key(&self) -> String {
        let path = self.data().join("keys/challenge-current.key");
        fs::read_to_string(path)
            .expect("the key is there")
            .trim()
            .to_owned()
    }

    /// Enrols an agent that must succeed.
    pub fn enrol(&self, agent: &Agent) {
        let token = agent.file("token", &self.token());
        let said = agent.run(&[
            "enrol",
            "--server",
            &self.origin(),
            "--token-file",
            &token,
            "--ca-file",
            &self.authority(),
        ]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("idp")
    }

    fn wait(&self) {
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "the server does not listen"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn idp_command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("selfsame-idp", "selfsame-idp"));
    command.args(arguments).arg("--data").arg(data);
    command
}

/// The words of an enrolment at this server.
pub fn enrolment<'a>(origin: &'a str, authority: &'a str, token: &'a str) -> [&'a str; 7] {
    [
        "enrol",
        "--server",
        origin,
        "--ca-file",
        authority,
        "--token",
        token,
    ]
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// A program beside this test's own, built when it is not there yet.
fn program(package: &str, name: &str) -> PathBuf {
    static BUILD: Once = Once::new();
    let own = std::env::current_exe().expect("a test has a path");
    let built = own
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps")
        .join(name);
    BUILD.call_once(|| {
        let programs = ["selfsame", "selfsame-idp"];
        if programs
            .iter()
            .all(|program| built.with_file_name(program).exists())
        {
            return;
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let build = [
            "build",
            "--quiet",
            "--package",
            "selfsame",
            "--package",
            "selfsame-idp",
            "--bins",
        ];
        let status = Command::new(cargo)
            .args(build)
            .status()
            .expect("cargo runs");
        assert!(status.success(), "{package} is built");
    });
    built
}

/// An authority and a certificate for `localhost`, made by openssl.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let run = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output();
        let run = run.expect("openssl runs");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    };
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7";
    openssl(&format!(
        "{key} -keyout ca.key -out ca.crt -subj /CN=authority -addext keyUsage=critical,keyCertSign"
    ));
    openssl(&format!(
        "{key} -keyout leaf.key -out leaf.crt -subj /CN=localhost -CA ca.crt -CAkey ca.key \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE \
         -addext extendedKeyUsage=serverAuth"
    ));
}
