//! Directories that tell by SCIM who joins, who changes and who leaves.

use selfsame_idp::random;
use selfsame_protocol::{Signer, message::Closing};
use serde_json::{Value, json};

use crate::support::{
    Answer, Server, TestDevice,
    device::{enrolment, send_enrolment},
    directory::{Directory, GROUP, PATCH, USER},
    scene::ADA,
};

fn problem(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!(body["status"], answer.status.to_string(), "{body}");
    let kind = body["scimType"].as_str().unwrap_or_default();
    (answer.status, kind.to_owned())
}

#[tokio::test]
async fn whoever_joins_is_known() {
    let directory = Directory::start();
    let made = directory.add_user(ADA).await;
    assert_eq!(made["userName"], ADA);
    assert_eq!(made["active"], true);
    let people = directory.server.json(&["user", "list"]).remove(0);
    assert_eq!(people[0]["login"], ADA);
    let line = directory.server.last_line();
    assert_eq!(line["action"], "person-joined");
    assert_eq!(line["actor"], "scim:okta");
}

#[tokio::test]
async fn whoever_leaves_loses_devices_and_open_tokens() {
    for word in [json!(false), json!("False")] {
        let directory = Directory::start();
        let id = Directory::id(&directory.add_user(ADA).await);
        let device = TestDevice::enrol(&directory.server, ADA).await;
        device.trust(&directory.server).await;
        let mut link = device.link(&directory.server, 1).await;
        let token = directory.server.token(ADA);
        let leave = json!([{ "op": "Replace", "path": "active", "value": word }]);
        let left = directory.patch(&format!("/Users/{id}"), &leave).await;
        assert_eq!(left.json()["active"], false, "{}", left.body);
        assert_eq!(link.until_closed().await, Some(Closing::Revoked));
        let actions = directory.server.audit_actions();
        assert!(
            actions.ends_with(&["device-revoked".to_owned(), "person-left".to_owned()]),
            "{actions:?}"
        );
        let key = random::p256_key();
        let again = enrolment(&directory.server, &token, key.public_key());
        let refused = send_enrolment(&directory.server, &again, &key).await;
        assert_eq!(refused.error_code(), "token_expired");
    }
}

#[tokio::test]
async fn whoever_has_left_enrols_no_device_with_a_new_token_until_they_are_back() {
    let directory = Directory::start();
    let id = Directory::id(&directory.add_user(ADA).await);
    let address = format!("/Users/{id}");
    let set = |active: bool| json!([{ "op": "replace", "value": { "active": active } }]);
    directory.patch(&address, &set(false)).await;
    let token = directory.server.token(ADA);
    let key = random::p256_key();
    let request = enrolment(&directory.server, &token, key.public_key());
    let refused = send_enrolment(&directory.server, &request, &key).await;
    assert_eq!(refused.error_code(), "person_left");
    directory.patch(&address, &set(true)).await;
    let taken = send_enrolment(&directory.server, &request, &key).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}

#[tokio::test]
async fn a_group_that_was_made_by_hand_is_no_directorys() {
    let directory = Directory::start();
    let ada = Directory::id(&directory.add_user(ADA).await);
    let by_hand = ["user", "group", "add", ADA, "admins"];
    assert!(directory.server.cli(&by_hand).status.success());
    let group = json!({ "schemas": [GROUP], "displayName": "Admins" });
    let refused = directory.call("POST", "/Groups", Some(&group)).await;
    assert_eq!(problem(&refused), (409, "uniqueness".into()));

    let other =
        json!({ "schemas": [GROUP], "displayName": "Owners", "members": [{ "value": ada }] });
    let other = directory.call("POST", "/Groups", Some(&other)).await.json();
    let address = format!("/Groups/{}", Directory::id(&other));
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "ADMINS" }]);
    let refused = directory.patch(&address, &rename).await;
    assert_eq!(problem(&refused), (409, "uniqueness".into()));
    assert_eq!(directory.groups_of(ADA).await, ["admins", "Owners"]);
    let respell = json!([{ "op": "replace", "path": "displayName", "value": "OWNERS" }]);
    directory.patch(&address, &respell).await;
    assert_eq!(directory.groups_of(ADA).await, ["admins", "OWNERS"]);
}

#[tokio::test]
async fn whoever_is_deleted_is_gone_and_may_join_again() {
    let directory = Directory::start();
    let id = Directory::id(&directory.add_user(ADA).await);
    let device = TestDevice::enrol(&directory.server, ADA).await;
    let address = format!("/Users/{id}");
    assert_eq!(directory.call("DELETE", &address, None).await.status, 204);
    assert_eq!(problem(&directory.call("GET", &address, None).await).0, 404);
    let devices = directory.server.json(&["device", "list"]).remove(0);
    assert_eq!(devices[0]["id"], device.id().to_string());
    assert_eq!(devices[0]["standing"], "revoked");
    assert_ne!(Directory::id(&directory.add_user(ADA).await), id);
}

#[tokio::test]
async fn a_login_that_is_anothers_is_not_taken_over() {
    let directory = Directory::start();
    directory.add_user(ADA).await;
    let bob = Directory::id(&directory.add_user("bob@example.com").await);
    let twice = json!({ "schemas": [USER], "userName": ADA.to_uppercase() });
    let answer = directory.call("POST", "/Users", Some(&twice)).await;
    assert_eq!(problem(&answer), (409, "uniqueness".into()));
    let rename = json!([{ "op": "replace", "value": { "userName": ADA } }]);
    let answer = directory.patch(&format!("/Users/{bob}"), &rename).await;
    assert_eq!(problem(&answer), (409, "uniqueness".into()));
    let put = json!({ "schemas": [USER], "userName": "robert@example.com", "externalId": "7" });
    let answer = directory
        .call("PUT", &format!("/Users/{bob}"), Some(&put))
        .await;
    assert_eq!(
        answer.json()["userName"],
        "robert@example.com",
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn people_are_found_by_one_comparison_and_shown_in_pages() {
    let directory = Directory::start();
    for login in ["a@x.example", "b@x.example", "c@x.example"] {
        directory.add_user(login).await;
    }
    let directory = &directory;
    let list = |query: &'static str| async move {
        let path = format!("/Users?{query}");
        directory.call("GET", &path, None).await
    };
    let found = list("filter=userName%20eq%20%22B@X.example%22")
        .await
        .json();
    assert_eq!(found["totalResults"], 1);
    assert_eq!(found["Resources"][0]["userName"], "b@x.example");
    let page = list("startIndex=2&count=1&attributes=userName")
        .await
        .json();
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(page["Resources"][0]["userName"], "b@x.example");
    assert!(page["Resources"][0].get("meta").is_none() && page["Resources"][0].get("id").is_some());
    let refused = list("filter=userName%20co%20%22b%22").await;
    assert_eq!(problem(&refused), (400, "invalidFilter".into()));
    assert_eq!(
        problem(&list("count=many").await),
        (400, "invalidValue".into())
    );
}

#[tokio::test]
async fn groups_go_where_policy_rules_read_them() {
    let directory = Directory::start();
    let ada = Directory::id(&directory.add_user(ADA).await);
    let bob = Directory::id(&directory.add_user("bob@example.com").await);
    let group =
        json!({ "schemas": [GROUP], "displayName": "Admins", "members": [{ "value": ada }] });
    let group = directory.call("POST", "/Groups", Some(&group)).await.json();
    let address = format!("/Groups/{}", Directory::id(&group));
    assert_eq!(directory.groups_of(ADA).await, ["Admins"]);

    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }]);
    assert_eq!(
        directory.patch(&address, &add).await.json()["members"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let take = json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]);
    directory.patch(&address, &take).await;
    assert!(directory.groups_of(ADA).await.is_empty());
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Owners" }]);
    directory.patch(&address, &rename).await;
    assert_eq!(directory.groups_of("bob@example.com").await, ["Owners"]);

    let nobody = json!([{ "op": "add", "path": "members", "value": [{ "value": "nobody" }] }]);
    assert_eq!(
        problem(&directory.patch(&address, &nobody).await),
        (400, "invalidValue".into())
    );
    assert_eq!(directory.call("DELETE", &address, None).await.status, 204);
    assert!(directory.groups_of("bob@example.com").await.is_empty());
}

#[tokio::test]
async fn whoever_shows_no_token_of_this_server_is_refused_and_written_down() {
    let mut directory = Directory::start();
    let path = "/scim/v2/Users";
    let none = directory.server.browser().get(path, &[]).await;
    assert_eq!(problem(&none).0, 401);
    assert_eq!(none.header("www-authenticate"), Some("Bearer"));
    assert_eq!(directory.server.last_line()["action"], "scim-refused");
    assert!(
        directory
            .server
            .cli(&["scim", "token", "remove", "okta"])
            .status
            .success()
    );
    assert_eq!(directory.call("GET", "/Users", None).await.status, 401);
    directory.server.kill();
    let store = std::fs::read(directory.server.database()).expect("the file");
    let token = directory.token.as_bytes();
    assert!(
        !store.windows(token.len()).any(|octets| octets == token),
        "only its hash is kept"
    );
}

#[tokio::test]
async fn what_is_no_message_of_the_standard_changes_nothing() {
    let directory = Directory::start();
    let id = Directory::id(&directory.add_user(ADA).await);
    let user = format!("/Users/{id}");
    let operation = |operation: Value| json!({ "schemas": [PATCH], "Operations": [operation] });
    let cases = [
        (
            "POST",
            "/Users",
            json!({ "userName": "x" }),
            "invalidSyntax",
        ),
        (
            "POST",
            "/Users",
            json!({ "schemas": [USER], "userName": "a b" }),
            "invalidValue",
        ),
        (
            "POST",
            "/Users",
            json!({ "schemas": [USER], "userName": 7 }),
            "invalidSyntax",
        ),
        (
            "POST",
            "/Users",
            json!({ "schemas": [USER], "userName": "x", "active": "maybe" }),
            "invalidSyntax",
        ),
        (
            "POST",
            "/Groups",
            json!({ "schemas": [GROUP], "displayName": " " }),
            "invalidValue",
        ),
        (
            "PATCH",
            &user,
            json!({ "schemas": [PATCH], "Operations": [] }),
            "invalidSyntax",
        ),
        (
            "PATCH",
            &user,
            operation(json!({ "op": "erase", "path": "active" })),
            "invalidSyntax",
        ),
        (
            "PATCH",
            &user,
            operation(json!({ "op": "remove" })),
            "noTarget",
        ),
        (
            "PATCH",
            &user,
            operation(json!({ "op": "add", "path": "emails[" , "value": 1 })),
            "invalidPath",
        ),
        (
            "PATCH",
            &user,
            operation(json!({ "op": "replace", "path": "active", "value": 2 })),
            "invalidValue",
        ),
    ];
    for (method, path, body, kind) in cases {
        let answer = directory.call(method, path, Some(&body)).await;
        assert_eq!(problem(&answer), (400, kind.into()), "{body}");
    }
    let twice = format!(r#"{{"schemas":["{USER}"],"userName":"x","userName":"y"}}"#);
    let answer = directory.send("POST", "/Users", &twice).await;
    assert_eq!(problem(&answer), (400, "invalidSyntax".into()));
    assert_eq!(directory.server.last_line()["action"], "person-joined");
}

#[tokio::test]
async fn the_compliance_cases_of_scim2_tester_pass() {
    let directory = Directory::start();
    let results = directory.scim2_tester().await;
    let bad = |result: &&Value| {
        let status = result["status"].as_str().expect("a word");
        !["SUCCESS", "COMPLIANT", "ACCEPTABLE", "SKIPPED"].contains(&status)
    };
    let bad: Vec<_> = results.iter().filter(bad).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    let done = results
        .iter()
        .filter(|result| result["status"] == "SUCCESS");
    assert!(done.count() > 20, "{results:#?}");
}

#[tokio::test]
async fn two_directories_cannot_have_one_name() {
    let server = Server::start();
    assert!(
        server
            .cli(&["scim", "token", "add", "entra"])
            .status
            .success()
    );
    assert!(
        !server
            .cli(&["scim", "token", "add", "Entra"])
            .status
            .success()
    );
}
