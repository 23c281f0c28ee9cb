//! What stands between a service and an honest node, and is not honest.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

/// What happens to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// No answer but an HTTP error, whose body must go nowhere.
    Down,
    /// No answer at all, for longer than anybody waits.
    Hangs,
    /// Another chain id.
    ChainId(u64),
    /// Answers beyond every limit.
    Huge,
    /// What is no JSON-RPC, and must go nowhere.
    Nonsense,
    /// An error of JSON-RPC to this method, whose message must go nowhere.
    Refuses(&'static str),
    /// Logs over more than so many blocks are refused, as nodes do.
    ShortLogs(u64),
    /// The same, and after so many answers with logs the node is down.
    DownAfterLogs(u64, u32),
    /// Logs of blocks of another branch.
    OtherBranch,
    /// Behind the answer with logs the last blocks give way to as many others, once.
    ReorganisesAtLogs(u64),
    /// Of several nodes behind the address one knows no block after this one, and it is the one that gets
    /// the messages that ask for logs.
    LagsAtLogs(u64),
}

/// A node's words, to be looked for.
pub const WORDS: &str = "words-of-a-node-0123";

/// A way to a node.
#[derive(Clone)]
pub struct Proxy {
    upstream: String,
    fault: Arc<Mutex<Fault>>,
    calls: Arc<Mutex<Vec<Value>>>,
    pub url: String,
}

impl Proxy {
    pub async fn to(upstream: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            upstream: upstream.to_owned(),
            fault: Arc::default(),
            calls: Arc::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new()
            .route("/", post(pass))
            .with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        proxy
    }
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }
    /// The calls of a method since the last question for any.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let mut calls = std::mem::take(&mut *self.calls.lock().unwrap());
        calls.retain(|call| call["method"] == method);
        calls
    }

    /// What the node answers to a call.
    async fn sent(&self, call: Value) -> Value {
        let proxy = self.clone();
        let sent = tokio::task::spawn_blocking(move || proxy.forward(call.to_string().as_bytes()));
        sent.await.unwrap()
    }

    fn forward(&self, body: &[u8]) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let sent = agent
            .post(&self.upstream)
            .header("content-type", "application/json")
            .send(body);
        sent.unwrap().body_mut().read_json().unwrap()
    }
}

/// A call, or a list of them in one message.
async fn pass(State(proxy): State<Proxy>, body: Bytes) -> Response {
    let message: Value = serde_json::from_slice(&body).unwrap();
    let Some(calls) = message.as_array() else {
        return match one(&proxy, &message).await {
            Ok(answer) => axum::Json(answer).into_response(),
            Err(response) => *response,
        };
    };
    let lags = calls.iter().any(|call| call["method"] == "eth_getLogs");
    let mut answers = Vec::new();
    for call in calls {
        match one(&proxy, call).await {
            Ok(answer) => answers.push(answer),
            Err(response) => return *response,
        }
    }
    let fault = proxy.fault.lock().unwrap().clone();
    if let (Fault::LagsAtLogs(newest), true) = (fault, lags) {
        for answer in &mut answers {
            lag(newest, &mut answer["result"]);
        }
    }
    axum::Json(answers).into_response()
}

/// What a node says that has no later block than this.
fn lag(newest: u64, result: &mut Value) {
    let known = |number: &Value| {
        let text = number.as_str().unwrap().trim_start_matches("0x");
        u64::from_str_radix(text, 16).unwrap() <= newest
    };
    match result {
        Value::Array(logs) => logs.retain(|log| known(&log["blockNumber"])),
        Value::Object(block) if !known(&block["number"]) => *result = Value::Null,
        _ => {}
    }
}

/// The answer to a call, or what comes instead of an answer to the message.
async fn one(proxy: &Proxy, call: &Value) -> Result<Value, Box<Response>> {
    let method = call["method"].as_str().unwrap().to_owned();
    proxy.calls.lock().unwrap().push(call.clone());
    let error = |message: &str| {
        let error = json!({ "code": -32005, "message": message });
        Ok(json!({ "jsonrpc": "2.0", "id": call["id"], "error": error }))
    };
    let down = || Err(Box::new((StatusCode::BAD_GATEWAY, WORDS).into_response()));
    let fault = proxy.fault.lock().unwrap().clone();
    match &fault {
        Fault::Down => return down(),
        Fault::Hangs => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return down();
        }
        Fault::Huge => return Err(Box::new("[".repeat(9 << 20).into_response())),
        Fault::Nonsense => {
            let page = format!("<html>{WORDS}</html>");
            return Err(Box::new(page.into_response()));
        }
        Fault::Refuses(refused) if *refused == method => return error(WORDS),
        Fault::ShortLogs(most) if method == "eth_getLogs" && blocks(call) > *most => {
            return error("too many blocks");
        }
        Fault::DownAfterLogs(_, 0) => return down(),
        Fault::DownAfterLogs(most, left) if method == "eth_getLogs" => {
            if blocks(call) > *most {
                return error("too many blocks");
            }
            proxy.set(Fault::DownAfterLogs(*most, left - 1));
        }
        _ => {}
    }
    let mut answer = proxy.sent(call.clone()).await;
    if fault == Fault::OtherBranch && method == "eth_getLogs" {
        for log in answer["result"].as_array_mut().unwrap() {
            log["blockHash"] = json!(format!("0x{}", "07".repeat(32)));
        }
    }
    if let (Fault::ReorganisesAtLogs(depth), "eth_getLogs") = (&fault, method.as_str()) {
        proxy.set(Fault::None);
        let reorganise = json!({ "jsonrpc": "2.0", "id": 1, "method": "anvil_reorg",
            "params": [depth, []] });
        assert!(proxy.sent(reorganise).await.get("error").is_none());
    }
    if let (Fault::ChainId(id), "eth_chainId") = (&fault, method.as_str()) {
        answer["result"] = json!(format!("{id:#x}"));
    }
    Ok(answer)
}

fn blocks(call: &Value) -> u64 {
    let number = |name: &str| {
        let text = call["params"][0][name].as_str().unwrap();
        u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
    };
    number("toBlock") - number("fromBlock") + 1
}
