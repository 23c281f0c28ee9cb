//! A service that answers what a test tells it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use humanseal_sdk::Client;
use humanseal_zk_credentials::exchange::Environment;

/// Method and path of a call, and its answer: status and body.
pub type Answer = Box<dyn Fn(&str) -> Option<(u16, Vec<u8>)> + Send>;

/// A running service.
pub struct Server {
    /// Its origin.
    pub origin: String,
    called: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers by `answer`, called with `METHOD path`; what it does not answer is a 404.
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let called = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&called);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &answer, &log);
            }
        });
        Self { origin, called }
    }

    /// The device's line to it.
    pub fn client(&self) -> Client {
        Client::new(&self.origin, Environment::Development).unwrap()
    }

    /// Every call so far, as `METHOD path`.
    pub fn called(&self) -> Vec<String> {
        self.called.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, answer: &Answer, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let call = line
        .rsplit_once(' ')
        .map_or_else(String::new, |(call, _)| call.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() || header.trim().is_empty() {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    log.lock().unwrap().push(call.clone());
    let (status, body) = answer(&call).unwrap_or((404, problem("route_unknown")));
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = reader.into_inner();
    // A client that hangs up early has its reasons.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&body));
}

/// A problem document.
pub fn problem(code: &str) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({ "code": code, "title": "Refused." })).unwrap()
}
