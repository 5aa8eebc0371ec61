//! HTTP around the desk: one address, answers to pages of named origins, TLS if certificates are
//! named.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower_http::cors::CorsLayer;

use super::desk::{Desk, Turned};
use super::{GATE, MAC, MAX_BODY};
use crate::shared::fetch::clock;

/// For what a gate sends before its question.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes that have ended and wait to be served.
const WAITING: usize = 64;
/// How long a browser remembers what it may ask.
const REMEMBER: Duration = Duration::from_secs(86_400);

/// Where and how the relay listens.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    /// With TLS; without, a proxy in front or nobody but this machine.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// The origins of gates that are pages.
    pub(crate) origins: Vec<HeaderValue>,
}

/// Serves until `stop` is true. `ready` is told the address.
pub(crate) fn serve(
    desk: Arc<Desk>,
    listening: Listening,
    ready: impl FnOnce(SocketAddr),
    stop: impl Fn() -> bool + Send + 'static,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let tcp = TcpListener::bind(listening.address).await?;
        ready(tcp.local_addr()?);
        let router = router(desk, listening.origins);
        let stopped = async move {
            while !stop() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        match listening.tls {
            Some(tls) => {
                let listener = TlsListener::new(tcp, TlsAcceptor::from(tls))?;
                axum::serve(listener, router).with_graceful_shutdown(stopped).await
            }
            None => axum::serve(tcp, router).with_graceful_shutdown(stopped).await,
        }
    })
}

fn router(desk: Arc<Desk>, origins: Vec<HeaderValue>) -> Router {
    let (gate, mac) = (HeaderName::from_static(GATE), HeaderName::from_static(MAC));
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::POST])
        .allow_headers([CONTENT_TYPE, gate, mac.clone()])
        .expose_headers([mac])
        .max_age(REMEMBER);
    Router::new()
        .route("/v1/ask", post(ask))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(cors)
        .route("/health", get(|| async { "livepermit relay\n" }))
        .with_state(desk)
}

async fn ask(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(gate), Some(code)) = (text(GATE), text(MAC)) else {
        return turned(Turned::Unknown);
    };
    let (gate, code) = (gate.to_owned(), code.to_owned());
    // A store waits for a disk or a server.
    let answer =
        tokio::task::spawn_blocking(move || desk.answer(&gate, &code, &body, clock())).await;
    match answer {
        Ok(Ok((body, code))) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
            let mut response = (headers, body).into_response();
            if let Ok(code) = HeaderValue::from_str(&code) {
                response.headers_mut().insert(HeaderName::from_static(MAC), code);
            }
            response
        }
        Ok(Err(why)) => turned(why),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn turned(why: Turned) -> Response {
    let status = match why {
        Turned::Unknown => StatusCode::UNAUTHORIZED,
        Turned::Replayed => StatusCode::CONFLICT,
        Turned::Malformed => StatusCode::BAD_REQUEST,
        Turned::TooMany => StatusCode::TOO_MANY_REQUESTS,
    };
    (status, [(CACHE_CONTROL, "no-store")], why.code()).into_response()
}

/// Connections whose handshake has ended. Whoever hangs in it holds up nobody else.
struct TlsListener {
    connections: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    fn new(tcp: TcpListener, acceptor: TlsAcceptor) -> io::Result<Self> {
        let (to, connections) = mpsc::channel(WAITING);
        let address = tcp.local_addr()?;
        tokio::spawn(async move {
            while !to.is_closed() {
                let Ok((stream, from)) = tcp.accept().await else {
                    // Out of files: others will close theirs.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let (to, acceptor) = (to.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        let _ = to.send((stream, from)).await;
                    }
                });
            }
        });
        Ok(Self { connections, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            // The task that accepts has ended: nobody comes any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
