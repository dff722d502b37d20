//! The keys of a policy.

/// What values a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A web origin, such as `https://idp.example.com`.
    Origin,
    /// The absolute path of a file.
    File,
    /// Yes or no.
    Flag,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A line of text of at most this many characters.
    Text(usize),
}

/// One thing that a policy may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name in every template.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Its title in an administrator's console.
    pub title: &'static str,
    /// What it does, in plain sentences.
    pub explanation: &'static str,
    /// A value that makes sense; JSON.
    pub example: &'static str,
    /// What holds without it.
    pub otherwise: &'static str,
}

/// Every key, in the order in which people set them.
pub const KEYS: &[Key] = &[
    Key {
        name: "Server",
        kind: Kind::Origin,
        title: "Identity provider",
        explanation: "The address of your Selfsame identity provider. People need not give it when they enrol, and cannot give another one.",
        example: "\"https://idp.example.com\"",
        otherwise: "whoever enrols gives the address",
    },
    Key {
        name: "CaFile",
        kind: Kind::File,
        title: "Certificate authority",
        explanation: "A file with certificates in PEM form that the agent trusts for the identity provider, besides those that the system trusts.",
        example: "\"/etc/ssl/example/ca.pem\"",
        otherwise: "only the system's authorities, or those given at enrolment",
    },
    Key {
        name: "ProxyUrl",
        kind: Kind::Text(300),
        title: "Proxy",
        explanation: "The HTTP proxy by which the agent reaches the identity provider, as http://HOST:PORT. Every user of the computer can read the policy, so put no password here.",
        example: "\"http://proxy.example.com:3128\"",
        otherwise: "what HTTPS_PROXY and NO_PROXY say, else none",
    },
    Key {
        name: "Backend",
        kind: Kind::Choice(&["auto", "x11", "reader", "rdev"]),
        title: "Capture back end",
        explanation: "How the agent sees typing. Leave it at auto unless support asks you; rdev is never sure.",
        example: "\"auto\"",
        otherwise: "auto, or what the person's command line says",
    },
    Key {
        name: "VpnPrograms",
        kind: Kind::Text(300),
        title: "VPN programs",
        explanation: "File names of VPN programs, separated by commas, whose connections to a gateway count beside those of the programs that the agent knows.",
        example: "\"acme-vpn, acme-vpnd\"",
        otherwise: "only the programs that the agent knows",
    },
    Key {
        name: "Extensions",
        kind: Kind::Text(300),
        title: "Browser extensions",
        explanation: "Ids of browser extensions, separated by commas, that may ask the agent besides the project's own: your build, where you sign it with a key of your own. The manifests of the native messaging host must name them too.",
        example: "\"abcdefghijklmnopabcdefghijklmnop\"",
        otherwise: "only the project's own",
    },
    Key {
        name: "Tray",
        kind: Kind::Flag,
        title: "Tray icon",
        explanation: "Whether the agent shows its icon where the desktop has a tray. Without it `selfsame status` still answers its person.",
        example: "true",
        otherwise: "true, or what the person's command line says",
    },
    Key {
        name: "Log",
        kind: Kind::Text(200),
        title: "Log filter",
        explanation: "What the agent writes to its log, such as info or selfsame=debug. No level writes times of keys or names of programs.",
        example: "\"info\"",
        otherwise: "info, or what the person's command line says",
    },
    Key {
        name: "Statement",
        kind: Kind::Text(500),
        title: "Your own words about what is recorded",
        explanation: "Shown below the agent's built-in statement of what it records, which it cannot replace.",
        example: "\"The works council agreed to this on 1 March.\"",
        otherwise: "the built-in statement alone",
    },
    Key {
        name: "Support",
        kind: Kind::Text(200),
        title: "Who helps",
        explanation: "Shown with every problem and in reports: a name, a telephone number or an address.",
        example: "\"IT help desk, extension 4711\"",
        otherwise: "nobody is named",
    },
];

impl Key {
    /// The key of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}
