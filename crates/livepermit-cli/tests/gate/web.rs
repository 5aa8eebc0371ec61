//! A web server and a proxy of a test's own, and the certificates of its server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A question, by its lines.
#[derive(Debug, Clone)]
pub(crate) struct Question(Vec<String>);

impl Question {
    pub(crate) fn path(&self) -> &str {
        self.0[0].split(' ').nth(1).unwrap()
    }

    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        let headers = self.0.iter().skip(1).filter_map(|line| line.split_once(": "));
        headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, v)| v)
    }
}

/// The bytes of an answer.
pub(crate) fn answer(status: u16, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\n{lines}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) struct WebServer {
    pub(crate) address: SocketAddr,
    pub(crate) questions: Arc<Mutex<Vec<Question>>>,
}

type Handler = dyn Fn(&Question) -> Vec<u8> + Send + Sync;

impl WebServer {
    pub(crate) fn start(handler: impl Fn(&Question) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start_with(None, Arc::new(handler))
    }

    pub(crate) fn start_tls(
        certificate: &Certificate,
        handler: impl Fn(&Question) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(Some(certificate.config()), Arc::new(handler))
    }

    fn start_with(tls: Option<Arc<ServerConfig>>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let questions: Arc<Mutex<Vec<Question>>> = Arc::default();
        let seen = Arc::clone(&questions);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, handler, seen) = (tls.clone(), Arc::clone(&handler), Arc::clone(&seen));
                thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
                    match tls {
                        Some(config) => {
                            let connection = ServerConnection::new(config).unwrap();
                            serve(&mut StreamOwned::new(connection, stream), &*handler, &seen);
                        }
                        None => serve(&mut &stream, &*handler, &seen),
                    }
                });
            }
        });
        Self { address, questions }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Question> {
        self.questions.lock().unwrap().clone()
    }
}

fn read_head(stream: &mut impl Read) -> Option<Question> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let text = String::from_utf8(head).unwrap();
    Some(Question(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()))
}

/// A client that goes away is no failure of the test.
fn serve(stream: &mut (impl Read + Write), handler: &Handler, seen: &Mutex<Vec<Question>>) {
    let Some(question) = read_head(stream) else { return };
    seen.lock().unwrap().push(question.clone());
    let _ = stream.write_all(&handler(&question)).and_then(|()| stream.flush());
}

/// A proxy that connects everybody to one server. It remembers what it was asked.
pub(crate) fn proxy(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<Question>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let questions: Arc<Mutex<Vec<Question>>> = Arc::default();
    let seen = Arc::clone(&questions);
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let Some(question) = read_head(&mut client) else { continue };
            seen.lock().unwrap().push(question);
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let mut server = TcpStream::connect(to).unwrap();
            let (mut from, mut into) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut into));
            thread::spawn(move || std::io::copy(&mut server, &mut client));
        }
    });
    (address, questions)
}

/// An authority, and the certificate of a server that it vouches for.
pub(crate) struct Certificate {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    /// A server that vouches for itself, as an authority: `server.pem` in the folder.
    pub(crate) fn of_itself(name: &str, folder: &Path) -> Option<Self> {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key";
        let subject = format!("-subj /CN={name} -addext subjectAltName=DNS:{name}");
        openssl(folder, &format!("req -x509 {key} -out server.pem -days 30 {subject}"))?;
        Some(Self::open(folder))
    }

    /// For a server of this name. The authority's own certificate is `authority.pem` in the folder.
    /// `None` without the program `openssl`.
    pub(crate) fn of(name: &str, folder: &Path) -> Option<Self> {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        let ca = "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign";
        let authority = "-keyout ca.key -out authority.pem -days 30 -subj /CN=Test";
        openssl(folder, &format!("req -x509 {key} {authority} {ca}"))?;
        let server = format!("-subj /CN=server -addext subjectAltName={name}");
        let signed = "-CA authority.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE";
        let out = "-keyout server.key -out server.pem -days 30";
        openssl(folder, &format!("req -x509 {key} {out} {server} {signed}"))?;
        Some(Self::open(folder))
    }

    fn open(folder: &Path) -> Self {
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
        Self { chain: read("server.pem"), key: read("server.key") }
    }

    fn config(&self) -> Arc<ServerConfig> {
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(&self.chain).collect::<Result<_, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(&self.key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }
}

/// `None` without the program.
fn openssl(folder: &Path, words: &str) -> Option<()> {
    let output =
        Command::new("openssl").args(words.split(' ')).current_dir(folder).output().ok()?;
    assert!(output.status.success(), "{words}: {output:?}");
    Some(())
}
