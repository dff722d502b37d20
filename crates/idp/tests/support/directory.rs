//! A directory that provisions by SCIM.

use serde_json::{Value, json};

use super::{Answer, Server, peer::Peer};

/// The schemas of what it sends.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// See [`USER`].
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// See [`USER`].
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A directory with a token of a server of its own.
pub struct Directory {
    /// The program.
    pub server: Server,
    /// Its token.
    pub token: String,
    url: String,
}

impl Directory {
    /// A fresh server that gave out one token.
    pub fn start() -> Self {
        let server = Server::start();
        let made = server.json(&["scim", "token", "add", "okta"]).remove(0);
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        Self {
            token: text("token"),
            url: text("url"),
            server,
        }
    }

    /// Sends a request, with a body if there is one.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, &body).await
    }

    /// Sends a request with any body.
    pub async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let token = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/scim+json"),
        ];
        let path = format!("/scim/v2{path}");
        self.server
            .browser()
            .send(method, &path, &headers, body)
            .await
    }

    /// Changes a resource.
    pub async fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.call("PATCH", path, Some(&body)).await
    }

    /// Somebody joins.
    pub async fn add_user(&self, login: &str) -> Value {
        let user = json!({
            "schemas": [USER], "userName": login, "active": true,
            "name": { "familyName": "Lovelace" }, "emails": [{ "value": login, "primary": true }],
        });
        let answer = self.call("POST", "/Users", Some(&user)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// The id of a resource.
    pub fn id(resource: &Value) -> String {
        resource["id"].as_str().expect("an id").to_owned()
    }

    /// The groups of a person, as policy rules read them.
    pub async fn groups_of(&self, login: &str) -> Vec<String> {
        let login = selfsame_idp::store::Login::parse(login).expect("a login");
        let groups = self.server.store().await.groups_of(&login).await;
        groups.expect("the groups")
    }

    /// What scim2-tester says of each of its cases.
    pub async fn scim2_tester(&self) -> Vec<Value> {
        let asked = json!({ "url": self.url, "token": self.token });
        let peer = Peer::new("scim_tester.py", &self.server);
        peer.lines(&asked).await
    }
}
