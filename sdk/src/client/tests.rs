//! A client against one-shot servers.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

/// Answers one call with fixed bytes and gives back what was asked.
fn once(answer: Vec<u8>) -> (Client, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let length = stream.read(&mut asked).unwrap();
        // The client hangs up in the middle of an answer that is too large.
        let _ = stream.write_all(&answer);
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    (
        Client::new(&address, Environment::Development).unwrap(),
        served,
    )
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn only_https_or_this_machine_in_development() {
    let new = |address, environment| {
        Client::new(address, environment)
            .map(|_| ())
            .map_err(|e| e.code().to_owned())
    };
    let (production, development) = (Environment::Production, Environment::Development);
    assert_eq!(new("https://issuer.example", production), Ok(()));
    assert_eq!(new("https://issuer.example:8443", development), Ok(()));
    assert_eq!(new("http://127.0.0.1:8080", development), Ok(()));
    assert_eq!(new("http://[::1]:8080", development), Ok(()));
    assert_eq!(new("http://localhost:8080", development), Ok(()));
    for (address, environment) in [
        ("http://127.0.0.1:8080", production),
        ("http://127.0.0.1:8080", Environment::Sandbox),
        ("http://issuer.example", development),
        ("http://localhost.example", development),
    ] {
        assert_eq!(
            new(address, environment),
            Err("address_insecure".into()),
            "{address}"
        );
    }
    for address in [
        "issuer.example",
        "ftp://issuer.example",
        "https://issuer.example/path",
        "https://issuer.example/?query",
        "https://name:word@issuer.example",
        "",
    ] {
        assert_eq!(
            new(address, development),
            Err("address_invalid".into()),
            "{address}"
        );
    }
}

#[test]
fn a_problem_document_keeps_its_code() {
    let body = br#"{"type":"about:blank","status":409,"code":"request_used","detail":"a\u001bb","other":1}"#;
    let (client, _) = once(answer("409 Conflict", body));
    match client.get::<String>("/v1/x").unwrap_err() {
        ClientError::Problem {
            status,
            code,
            detail,
            ..
        } => {
            assert_eq!(
                (status, code.as_str(), detail.as_str()),
                (409, "request_used", "ab")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refusal_without_a_proper_code_and_a_redirect_are_invalid_answers() {
    for (status, body) in [
        ("500 Oops", &b"<html>"[..]),
        ("400 Bad", br#"{"code":"Not A Code"}"#),
        ("302 Found", b""),
    ] {
        let (client, _) = once(answer(status, body));
        assert_eq!(
            client.get::<String>("/v1/x").unwrap_err().code(),
            "answer_invalid"
        );
    }
}

#[test]
fn an_answer_beyond_the_limit_is_refused() {
    let (client, _) = once(answer("200 OK", &[b'0'; 101]));
    assert_eq!(
        client.get_bytes("/v1/x", 100).unwrap_err().code(),
        "answer_too_large"
    );
    let (client, _) = once(answer("200 OK", &[b'0'; 100]));
    assert_eq!(client.get_bytes("/v1/x", 100).unwrap().len(), 100);
}

#[test]
fn the_token_travels_in_its_header_alone() {
    let (client, served) = once(answer("204 No Content", b""));
    client
        .post_empty("/v1/sessions/vs_1/ack", "secret")
        .unwrap();
    let asked = served.join().unwrap().to_ascii_lowercase();
    assert!(
        asked.starts_with("post /v1/sessions/vs_1/ack http/1.1"),
        "{asked}"
    );
    assert_eq!(asked.matches("secret").count(), 1);
    assert!(asked.contains("authorization: bearer secret"), "{asked}");
}

#[test]
fn nobody_listening_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(&address, Environment::Development).unwrap();
    assert_eq!(
        client.get::<String>("/v1/x").unwrap_err().code(),
        "service_unreachable"
    );
}
