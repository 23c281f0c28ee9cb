//! What may happen to a service: a full disk, clients that are slow on purpose, too many of them.

use std::time::{Duration, Instant};

use humanseal_api::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::child::{self, Beyond, Daemon};
use crate::device::{
    Device, answer, document_body, document_of, open, post_document, present, request, wallet,
};
use crate::ledger::{self, Ledger};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_loses_nothing() {
    let mut setting = child::setting(|text| text);
    let device = Device::new(1);
    let daemon = Daemon::start(&mut setting);
    let session = open(&setting).await;
    let asked = request(&setting, "compute.example").await;
    daemon.kill();
    let before = Ledger::read(setting.dir.path()).await;
    let paper = document_of(&setting, 0);
    let body = document_body(&device, &paper);

    // Neither log has room for one more frame, and stays as it is.
    let _held = [
        ledger::held(setting.dir.path(), "issuer.sqlite").await,
        ledger::held(setting.dir.path(), "verifier.sqlite").await,
    ];
    let size = |name: &str| child::size(&setting.dir.path().join(name));
    let full = size("issuer.sqlite-wal").min(size("verifier.sqlite-wal")) / 512;
    let daemon = Daemon::limited(&mut setting, full, Beyond::Refused);
    // More often than there are connections to the database.
    for _ in 0..10 {
        let refused = post_document(&setting, &session, &body).await;
        assert_eq!(refused.code(), "storage_unavailable");
        assert_eq!(refused.headers["retry-after"], "1");
    }
    let path = format!("/v1/requests/{}", asked.id);
    assert_eq!(setting.client.get(&path).await.json()["state"], "open");
    assert_eq!(setting.client.get("/healthz").await.status, 200);
    daemon.kill();
    assert_eq!(Ledger::read(setting.dir.path()).await, before);

    let daemon = Daemon::start(&mut setting);
    let credential = setting.credential(&device, 7);
    let shown = present(&setting, &device, &credential, &asked, &wallet(1), 0).await;
    daemon.kill();
    let daemon = Daemon::limited(&mut setting, full, Beyond::Refused);
    let refused = answer(&setting, &asked, &shown).await;
    assert_eq!(refused.code(), "storage_unavailable");
    daemon.kill();
    assert_eq!(Ledger::read(setting.dir.path()).await, before);

    // There is room again: the same calls pass.
    let daemon = Daemon::start(&mut setting);
    assert_eq!(answer(&setting, &asked, &shown).await.status, 200);
    assert_eq!(post_document(&setting, &session, &body).await.status, 200);
    daemon.kill();
    assert_eq!(Ledger::read(setting.dir.path()).await.attempts, 1);
}

/// A service on a socket whose every wait is one second, with two places.
struct Hurried {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    _world: World,
}

impl Hurried {
    async fn start() -> Self {
        let world = World::with(|text| {
            text.replace(
                "limits.heavy_jobs = 2",
                "limits.heavy_jobs = 2\nlimits.connections = 2\nlimits.header_seconds = 1\n\
                 limits.request_seconds = 1\nlimits.connection_seconds = 3",
            )
        })
        .await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let config = world.config.clone();
        let served = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve(config, listener, stopped).await.unwrap();
        });
        Self {
            address,
            stop,
            served,
            _world: world,
        }
    }
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
    /// Sends, and reads until the service closes the connection.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        let mut answer = vec![];
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_are_slow_or_many_are_let_go() {
    let service = Hurried::start().await;

    // Headers byte by byte.
    let mut slow = service.connect().await;
    let started = Instant::now();
    let mut refused = false;
    for byte in b"GET /healthz HTTP/1.1\r\nx-slow: 0123456789012345678901234567890123456789" {
        if slow.write_all(&[*byte]).await.is_err() {
            refused = true;
            break;
        }
        let mut answer = [0; 512];
        let wait = Duration::from_millis(100);
        if let Ok(read) = tokio::time::timeout(wait, slow.read(&mut answer)).await
            && !matches!(read, Ok(n) if n > 0)
        {
            refused = true;
            break;
        }
    }
    assert!(refused && started.elapsed() < Duration::from_secs(5));

    // A body that never comes.
    let call = "POST /v1/sessions HTTP/1.1\r\nhost: id.example\r\nconnection: close\r\n\
                content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let answer = service.exchange(call.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("request_timed_out"), "{answer}");

    // Headers without end.
    let call = format!(
        "GET /healthz HTTP/1.1\r\nx-long: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    let answer = service.exchange(call.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

    // Two idle connections hold both places, for a second.
    let idle = (service.connect().await, service.connect().await);
    let call = b"GET /healthz HTTP/1.1\r\nhost: id.example\r\nconnection: close\r\n\r\n";
    let started = Instant::now();
    let answer = service.exchange(call).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(started.elapsed() > Duration::from_millis(500));
    drop(idle);

    // A client that asks for ever on one connection.
    let mut busy = service.connect().await;
    let started = Instant::now();
    let call = b"GET /healthz HTTP/1.1\r\nhost: id.example\r\n\r\n";
    let mut answer = [0; 4_096];
    while busy.write_all(call).await.is_ok()
        && matches!(busy.read(&mut answer).await, Ok(n) if n > 0)
    {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(started.elapsed() > Duration::from_secs(2));

    // The end does not wait for a client that says nothing.
    let silent = service.connect().await;
    let started = Instant::now();
    service.stop.send(()).unwrap();
    service.served.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
    drop(silent);
}
