//! Restarts and power cuts: nothing is lost, and devices are told to come back.

use selfsame_protocol::message::Closing;

use crate::support::{Server, TestDevice, service::TestService, visit::Told};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_to_end_tells_devices_to_come_back() {
    let mut server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    let mut link = device.link(&server, 1).await;
    let said = tokio::spawn(async move { link.until_closed().await });
    server.terminate();
    assert_eq!(said.await.expect("done"), Some(Closing::Restarting));
    server.resume();
    device.link(&server, 2).await;
}

#[tokio::test]
async fn a_killed_server_keeps_its_enrolments_its_counters_and_its_audit_chain() {
    let mut server = Server::start();
    let device = TestDevice::enrol(&server, "ada@example.com").await;
    drop(device.link(&server, 9).await);
    let before = server.audit_actions();
    server.kill();
    server.resume();
    let after = server.audit_actions();
    assert_eq!(after[..before.len()], before[..]);
    assert!(before.contains(&"device-enrolled".to_owned()));
    let mut back = device.try_link(&server, 9).await;
    assert_eq!(back.until_closed().await, Some(Closing::Suspended));
}

#[tokio::test]
async fn a_token_spent_before_a_power_cut_stays_spent() {
    let mut server = Server::start();
    let token = server.token("ada@example.com");
    let enrol = async |server: &Server| {
        let key = selfsame_idp::random::p256_key();
        let public = selfsame_protocol::Signer::public_key(&key);
        let enrolment = crate::support::device::enrolment(server, &token, public);
        crate::support::device::send_enrolment(server, &enrolment, &key).await
    };
    assert_eq!(enrol(&server).await.status, 200);
    server.kill();
    server.resume();
    assert_eq!(enrol(&server).await.error_code(), "token_used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_that_left_before_a_power_cut_is_in_the_audit_log() {
    let mut server = Server::start();
    let service = TestService::register(&server);
    let mut visitors = tokio::task::JoinSet::new();
    for _ in 0..120 {
        // Nobody may be asked, so each is answered at once, and many in one transaction.
        let request = service.request().with("IsPassive", "true");
        let (path, browser) = (service.by_redirect(&request), server.browser());
        visitors.spawn(async move {
            browser
                .try_get(&path)
                .await
                .map(|answer| (request.id, answer))
        });
    }
    let mut left = Vec::new();
    while let Some(answer) = visitors.join_next().await {
        left.extend(answer.expect("done"));
        if left.len() == 30 {
            server.kill();
        }
    }
    server.resume();
    let lines = server.json(&["audit", "tail", "-n", "1000"]);
    assert!(left.len() >= 30, "the cut came too early to show anything");
    for (id, answer) in &left {
        assert_eq!(Told::by(answer).status(), "NoPassive");
        let recorded = lines
            .iter()
            .filter(|line| line["details"]["request"] == **id);
        assert_eq!(recorded.count(), 1, "{id}");
    }
}
