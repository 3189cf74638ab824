//! The end of what is open: of a session or a token, of its user, and of the server.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::api_tests;
use crate::support::guarding::{done, own_id};
use crate::support::live::Socket;
use crate::support::{Client, PASSWORD, TestApp};

const FOLLOW: &str = "subscription { changes { id } }";

/// A new session of ada's.
async fn sign_in(client: &Client) -> String {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { sessionToken } }";
    let input = json!({ "email": "ada@example.org", "password": PASSWORD, "returnToken": true });
    let data = client.data(query, json!({ "input": input })).await;
    data["signIn"]["sessionToken"].as_str().expect("a token").to_owned()
}

async fn sign_out(client: &Client) {
    let query = "mutation { signOut(input: {}) { signedOut } }";
    let data = client.data(query, json!({})).await;
    assert_eq!(data, json!({ "signOut": { "signedOut": true } }));
}

/// Says that a socket is closed in time, whatever still ends before.
async fn ends(mut socket: Socket, since: Instant) {
    loop {
        match socket.next().await {
            Some(Message::Text(text)) => {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == "next" {
                    let error = &message["payload"]["errors"][0];
                    assert_eq!(error["extensions"], json!({ "code": "UNAUTHENTICATED" }));
                } else {
                    assert_eq!(message, json!({ "id": "1", "type": "complete" }));
                }
            }
            Some(Message::Close(Some(frame))) => {
                assert_eq!((u16::from(frame.code), &*frame.reason), (4401, "Unauthorized"));
                break;
            }
            other => panic!("no close, but {other:?}"),
        }
    }
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
}

/// An idle socket and one that follows, of whoever has a token, on both instances.
async fn sockets(instances: [&TestApp; 2], token: &str) -> Vec<Socket> {
    let mut sockets = Vec::new();
    for app in instances {
        let port = app.listen().await;
        for follows in [false, true] {
            let mut socket = port.socket_of(token).await;
            if follows {
                socket.start("1", FOLLOW, json!({})).await;
            }
            socket.settle().await;
            sockets.push(socket);
        }
        // The server goes on as long as the test does.
        std::mem::forget(port);
    }
    sockets
}

async fn all_end(sockets: Vec<Socket>) {
    let since = Instant::now();
    for socket in sockets {
        ends(socket, since).await;
    }
}

api_tests! {
    async fn signing_out_closes_the_sockets_of_the_session_everywhere(app) {
        let other = app.another().await;
        app.token_of("ada", &["user/user/index"]).await;
        let (gone, kept) = (sign_in(&app.nobody()).await, sign_in(&app.nobody()).await);
        let (sockets_gone, sockets_kept) = (
            sockets([app, &other], &gone).await, sockets([app, &other], &kept).await,
        );
        sign_out(&app.bearer(&gone)).await;
        all_end(sockets_gone).await;
        for mut socket in sockets_kept {
            socket.settle().await;
        }
    }

    async fn revoking_a_session_closes_its_sockets_everywhere(app) {
        let other = app.another().await;
        app.token_of("ada", &[]).await;
        let (gone, kept) = (sign_in(&app.nobody()).await, sign_in(&app.nobody()).await);
        let sockets = sockets([app, &other], &gone).await;
        let ada = app.bearer(&gone);
        let own = ada.data("{ viewer { sessions { id isCurrent } } }", json!({})).await;
        let own = own["viewer"]["sessions"].as_array().unwrap();
        let id = &own.iter().find(|it| it["isCurrent"] == true).unwrap()["id"];
        let query = "mutation($input: RevokeSessionInput!) {
            revokeSession(input: $input) { revokedSessionId userErrors { code } }
        }";
        let revoked = app.bearer(&kept).data(query, json!({ "input": { "id": id } })).await;
        let expected = json!({ "revokedSessionId": id, "userErrors": [] });
        assert_eq!(revoked["revokeSession"], expected);
        all_end(sockets).await;
    }

    async fn blocking_a_user_closes_their_sockets_everywhere(app) {
        let other = app.another().await;
        let token = app.token_of("ada", &["user/user/index"]).await;
        let session = sign_in(&app.nobody()).await;
        let mut open = sockets([app, &other], &token).await;
        open.extend(sockets([app, &other], &session).await);
        let id = own_id(&app.bearer(&token)).await;
        done(&app.admin(), "setUserStatus", json!({ "id": id, "status": "BLOCKED" })).await;
        all_end(open).await;
    }

    async fn revoking_a_token_closes_its_sockets_everywhere(app) {
        let other = app.another().await;
        let ada = app.user_with("ada", &["user/token/create"]).await;
        let made = done(&ada, "createApiToken", json!({ "name": "one" })).await;
        let sockets = sockets([app, &other], made["secret"].as_str().unwrap()).await;
        done(&ada, "revokeApiToken", json!({ "id": made["apiToken"]["id"] })).await;
        all_end(sockets).await;
    }

    async fn who_is_no_longer_anybody_starts_nothing(app) {
        let port = app.listen().await;
        let ada = app.user_with("ada", &["user/token/create"]).await;
        let made = done(&ada, "createApiToken", json!({ "name": "one" })).await;
        let mut socket = port.socket_of(made["secret"].as_str().unwrap()).await;
        done(&ada, "revokeApiToken", json!({ "id": made["apiToken"]["id"] })).await;
        socket.start("1", "{ __typename }", json!({})).await;
        assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
    }

    async fn a_server_that_stops_closes_every_socket(app) {
        let port = app.listen().await;
        let mut open = vec![port.socket().await, port.socket_of(app.admin_token()).await];
        let mut follower = port.socket_of(app.admin_token()).await;
        follower.start("1", FOLLOW, json!({})).await;
        follower.settle().await;
        open.push(follower);
        let address = port.address;
        let served = port.stop();
        for socket in &mut open {
            assert_eq!(socket.closed().await, (1001, "Going away".to_owned()));
        }
        served.await.expect("it ends well");
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}
