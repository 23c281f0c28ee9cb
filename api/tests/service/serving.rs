//! A real socket: serving, the time limit, a graceful end.

use humanseal_api::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_on_a_socket_and_stops_when_told() {
    let world = World::development().await;
    let config = world.config.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(config, listener, async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: id.example\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("{\"status\":\"ok\"}"));
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// A client that never finishes what it began does not keep the service from stopping.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_although_a_client_holds_its_connection() {
    let world = World::with(|text| {
        text.replace(
            "limits.heavy_jobs = 2",
            "limits.heavy_jobs = 2\nlimits.request_seconds = 1",
        )
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(world.config.clone(), listener, async {
        let _ = stopped.await;
    }));
    let mut in_the_head = TcpStream::connect(address).await.unwrap();
    in_the_head.write_all(b"GET /readyz HT").await.unwrap();
    let mut in_the_body = TcpStream::connect(address).await.unwrap();
    in_the_body
        .write_all(
            b"POST /v1/sessions HTTP/1.1\r\nhost: id.example\r\ncontent-length: 100\r\n\
              content-type: application/json\r\n\r\n{",
        )
        .await
        .unwrap();
    let mut answer = [0; 12];
    in_the_body.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503", "a body that never comes");
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), served).await;
    ended.expect("it goes on").unwrap().unwrap();
    drop(in_the_head);
}
