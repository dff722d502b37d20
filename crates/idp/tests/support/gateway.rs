//! A VPN gateway that asks by RADIUS, the site's own servers behind it, and what a device says to such a question.

use std::{
    net::{SocketAddr, UdpSocket as StdUdpSocket},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use selfsame_idp::random;
use selfsame_protocol::{
    VERSION, jws,
    message::{
        Desk, DeviceFrame, GatewayCode, GatewayConnection, GatewayQuestion, GatewayStatement,
        ServerFrame, VerdictMessage,
    },
};
use selfsame_radius::{
    Answer, Authenticator, Enquiry, IntegrityRule, Kind, MOST_OCTETS, Packet, Password, Reply,
    Request, SharedSecret,
};
use tokio::{net::UdpSocket, time::timeout};

use super::{Link, Server, TestDevice, scene::ADA};

/// What the gateway and the server share.
pub const SECRET: &str = "one-word-of-more-than-24-characters";
/// Where people connect to.
pub const GATEWAY: &str = "203.0.113.5:443";
/// What the person types first.
pub const PASSWORD: &str = "correct horse";

/// A server with RADIUS on a port of its own, and one client that is this computer.
pub struct Site {
    /// The program.
    pub server: Server,
    /// Where it takes requests.
    pub radius: SocketAddr,
}

impl Site {
    /// A server that knows `Office VPN`, registered with further options.
    pub fn start(options: &[&str]) -> Self {
        let radius = free_udp_address();
        let server = Server::start_with(&["--radius", &radius.to_string()]);
        let site = Self { server, radius };
        site.register(options);
        site
    }

    /// Registers the client anew.
    pub fn register(&self, options: &[&str]) {
        let secret = self.secret_file("shared", SECRET);
        let add = [
            "radius",
            "client",
            "add",
            "Office VPN",
            "--address",
            "127.0.0.1",
        ];
        let file = ["--secret-file", &secret];
        let output = self.server.cli(&[&add[..], &file, options].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
    }

    /// A file with a secret in it.
    pub fn secret_file(&self, name: &str, secret: &str) -> String {
        let file = self.server.path().join(format!("{name}.txt"));
        std::fs::write(&file, secret).expect("written");
        file.to_str().expect("text").to_owned()
    }

    /// A socket that only speaks with this server.
    pub async fn socket(&self) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        socket.connect(self.radius).await.expect("connected");
        socket
    }

    /// Asks as the gateway does, and returns the verified answer; `None` when nothing came within three seconds.
    pub async fn ask(&self, enquiry: &Enquiry) -> Option<Answer> {
        let socket = self.socket().await;
        socket.send(enquiry.octets()).await.expect("sent");
        let octets = hear(&socket, Duration::from_secs(3)).await?;
        Some(enquiry.read(&octets).expect("the right answer"))
    }

    /// Asks for a person with a password and whatever else.
    pub async fn sign_in(&self, user: &str, others: &[(Kind, Vec<u8>)]) -> Option<Answer> {
        self.ask(&enquiry(user, PASSWORD, others)).await
    }

    /// The last line of the audit log: its action, actor, and the rule in its details.
    pub async fn last_line(&self) -> (String, String, String) {
        let entries = self
            .server
            .store()
            .await
            .audit_tail(1)
            .await
            .expect("the log");
        let entry = entries.last().expect("a line");
        let details: serde_json::Value = serde_json::from_str(&entry.details).expect("json");
        let text = |name| details[name].as_str().unwrap_or_default().to_owned();
        let rule = [text("rule"), text("cause")].concat();
        (entry.action.clone(), entry.actor.clone(), rule)
    }
}

/// A site with a person whose one computer is connected and trusted.
pub async fn desk(options: &[&str]) -> (Site, TestDevice, Link) {
    let site = Site::start(&[&["--gateway", GATEWAY], options].concat());
    let device = TestDevice::enrol(&site.server, ADA).await;
    device.trust(&site.server).await;
    let link = device.link(&site.server, 1).await;
    (site, device, link)
}

/// What comes on a socket in time.
pub async fn hear(socket: &UdpSocket, within: Duration) -> Option<Vec<u8>> {
    let mut buffer = [0; MOST_OCTETS];
    let heard = timeout(within, socket.recv(&mut buffer)).await.ok()?;
    Some(buffer[..heard.expect("a datagram")].to_vec())
}

/// A request under the shared secret.
pub fn enquiry(user: &str, password: &str, others: &[(Kind, Vec<u8>)]) -> Enquiry {
    let [identifier] = random::bytes();
    let ids = (identifier, Authenticator(random::bytes()));
    let secret = SharedSecret::new(SECRET).expect("a secret");
    Enquiry::new(ids, secret, user, &Password::new(password), others).expect("it fits")
}

/// What a challenge or a refusal tells the person.
pub fn message(answer: &Answer) -> String {
    let parts = answer.others.iter();
    let parts = parts.filter(|(kind, _)| *kind == Kind::REPLY_MESSAGE);
    parts
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect()
}

fn free_udp_address() -> SocketAddr {
    let socket = StdUdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("bound")
}

/// One of the site's own servers: answers each request as told, and counts them.
pub struct Upstream {
    /// Where it is.
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

/// The secret of the site's own servers.
pub const UPSTREAM_SECRET: &str = "another secret between two servers";

impl Upstream {
    /// Starts one.
    pub async fn start(answer: impl Fn(&Request) -> Option<Reply> + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("bound");
        let asked = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            let secret = SharedSecret::new(UPSTREAM_SECRET).expect("a secret");
            let mut buffer = [0; MOST_OCTETS];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let packet = Packet::parse(&buffer[..length]).expect("a packet");
                let request = Request::read(&packet, &secret, IntegrityRule::Required);
                let request = request.expect("a request under the secret");
                count.fetch_add(1, Ordering::Relaxed);
                if let Some(reply) = answer(&request) {
                    let octets = reply.encode(&request, &secret).expect("it fits");
                    socket.send_to(&octets, from).await.expect("sent");
                }
            }
        });
        Self { address, asked }
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl TestDevice {
    /// Waits for a question about a gateway.
    pub async fn gateway_question(&self, link: &mut Link) -> GatewayQuestion {
        loop {
            if let ServerFrame::Gateway { jws } = link.frame().await {
                return jws::verify(&self.enrolled.challenge_keys, &jws)
                    .expect("signed by a pinned key");
            }
        }
    }

    /// Waits for a code to show.
    pub async fn code(&self, link: &mut Link) -> GatewayCode {
        loop {
            if let ServerFrame::Code { jws } = link.frame().await {
                return jws::verify(&self.enrolled.challenge_keys, &jws)
                    .expect("signed by a pinned key");
            }
        }
    }

    /// What a computer says whose VPN program has just connected.
    pub fn saw_connection(&self, question: &GatewayQuestion) -> GatewayStatement {
        GatewayStatement {
            v: VERSION,
            device: self.id(),
            check: question.check,
            nonce: question.nonce,
            desk: Desk::Open,
            connection: Some(GatewayConnection {
                gateway: GATEWAY.parse().expect("an address"),
                opened_within_ms: 4_000,
                program: "openconnect".to_owned(),
            }),
            iat: question.iat,
        }
    }

    /// A verdict `same` about a gateway's question.
    pub fn same_at_gateway(&self, question: &GatewayQuestion) -> VerdictMessage {
        self.same_about(question.check, question.nonce, question.iat)
    }

    /// Waits for the question, and answers with both parts as changed.
    pub async fn answer_gateway(
        &self,
        link: &mut Link,
        change: impl FnOnce(&mut GatewayStatement, &mut VerdictMessage),
    ) {
        let question = self.gateway_question(link).await;
        let mut statement = self.saw_connection(&question);
        let mut verdict = self.same_at_gateway(&question);
        change(&mut statement, &mut verdict);
        link.say(&DeviceFrame::Gateway {
            statement: self.sign(&statement),
            verdict: Some(self.sign(&verdict)),
        })
        .await;
    }

    /// Waits for the question, and says that nothing on this computer had to do with it.
    pub async fn saw_nothing(&self, link: &mut Link) {
        let question = self.gateway_question(link).await;
        let statement = GatewayStatement {
            connection: None,
            ..self.saw_connection(&question)
        };
        link.say(&DeviceFrame::Gateway {
            statement: self.sign(&statement),
            verdict: None,
        })
        .await;
    }
}
