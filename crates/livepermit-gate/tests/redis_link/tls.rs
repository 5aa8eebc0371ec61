//! Encrypted connections, with certificates that the tests make with `openssl`.
#![cfg(feature = "redis-tls")]

use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use livepermit_gate::replay::{RedisServers, StoreErrorKind};
use livepermit_testkit::servers::free_port;

use super::server::{Server, has};
use super::{admits, builder, opened, until};

fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder);
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "openssl {arguments}");
}

/// An authority, and a certificate of a server for this name.
struct Certificates {
    folder: tempfile::TempDir,
    authority: Vec<u8>,
}

impl Certificates {
    fn make(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        openssl(
            folder.path(),
            &format!("req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"),
        );
        openssl(
            folder.path(),
            &format!(
                "req -x509 {key} -keyout server.key -out server.pem -days 2 -subj /CN=server \
                 -CA ca.pem -CAkey ca.key -addext subjectAltName={name} \
                 -addext basicConstraints=critical,CA:FALSE"
            ),
        );
        let authority = std::fs::read(folder.path().join("ca.pem")).unwrap();
        Self { folder, authority }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The settings of a server with these certificates, and its port for TLS.
    fn settings(&self, asks_clients: &str) -> (Vec<[String; 2]>, u16) {
        let port = free_port();
        let path = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let settings = [
            ("tls-port", port.to_string()),
            ("tls-ca-cert-file", path("ca.pem")),
            ("tls-cert-file", path("server.pem")),
            ("tls-key-file", path("server.key")),
            ("tls-auth-clients", asks_clients.to_owned()),
        ];
        (settings.map(|(name, value)| [name.to_owned(), value]).to_vec(), port)
    }

    /// A server with these certificates, and its port for TLS. Its other port is for the test.
    fn server(&self, asks_clients: &str, others: &[&str]) -> (Server, u16) {
        let (settings, port) = self.settings(asks_clients);
        let words = settings.iter().flat_map(|[name, value]| [format!("--{name}"), value.clone()]);
        let words: Vec<String> = words.chain(others.iter().map(ToString::to_string)).collect();
        (Server::launch(&words.iter().map(String::as_str).collect::<Vec<_>>()), port)
    }
}

#[test]
fn a_server_with_a_certificate_of_the_authority_is_asked_through_tls() {
    if !has("redis-server") || !has("openssl") {
        return;
    }
    let certificates = Certificates::make("IP:127.0.0.1");
    let (server, port) = certificates.server("no", &[]);
    let servers = || RedisServers::one(&format!("rediss://127.0.0.1:{port}/"));
    let store = opened(builder(servers().authority(&certificates.authority)));
    for _ in 0..20 {
        admits(&store).unwrap();
    }
    server.close_connections();
    admits(&store).unwrap();

    let refused = |servers: RedisServers, words: &str| {
        let error = builder(servers).connect().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    refused(servers(), "authority");
    refused(servers().authority(b"-----BEGIN CERTIFICATE-----\n!\n"), "authority");
    refused(servers().authority(b""), "no certificate");
    let other = Certificates::make("IP:127.0.0.1");
    refused(servers().authority(&other.authority), "certificate");
    // Both authorities in one file.
    let mut both = other.authority.clone();
    both.extend_from_slice(&certificates.authority);
    admits(&builder(servers().authority(&both)).connect().unwrap()).unwrap();
    // The certificate is for the address, and not for the name.
    let named = RedisServers::one(&format!("rediss://localhost:{port}/"));
    refused(named.authority(&certificates.authority), "certificate");
}

#[test]
fn a_server_that_asks_for_the_certificate_of_the_gate_is_shown_it() {
    if !has("redis-server") || !has("openssl") {
        return;
    }
    let certificates = Certificates::make("IP:127.0.0.1");
    let (_server, port) = certificates.server("yes", &[]);
    let gate = || {
        let servers = RedisServers::one(&format!("rediss://127.0.0.1:{port}/"));
        servers.authority(&certificates.authority)
    };
    let own = |name: &str| std::fs::read(certificates.path(name)).unwrap();
    let (chain, key) = (own("server.pem"), own("server.key"));
    admits(&opened(builder(gate().identity(&chain, &key)))).unwrap();
    let nobody = builder(gate()).connect().unwrap_err();
    assert_eq!(nobody.kind(), StoreErrorKind::Unreachable, "{nobody}");
    let other_key = own("ca.key");
    for (chain, key) in [(&chain, &other_key), (&chain, &chain), (&key, &key)] {
        let error = builder(gate().identity(chain, key)).connect().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        assert!(error.to_string().contains("own certificate"), "{error}");
    }
}

#[test]
fn a_peer_without_tls_or_without_a_word_is_an_error_in_time() {
    if !has("redis-server") || !has("openssl") {
        return;
    }
    let certificates = Certificates::make("DNS:localhost");
    let (server, port) = certificates.server("no", &[]);
    let gate = |port: u16| {
        let servers = RedisServers::one(&format!("rediss://localhost:{port}/"));
        builder(servers.authority(&certificates.authority)).timeout(Duration::from_secs(1))
    };
    admits(&opened(gate(port))).unwrap();
    let error = gate(server.port).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let begin = Instant::now();
    let error = gate(port).connect().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains("in time"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    let mut first = [0; 1];
    silent.accept().unwrap().0.read_exact(&mut first).unwrap();
    assert_eq!(first, [22], "the gate began a TLS handshake");
}

#[test]
fn a_cluster_and_sentinels_are_asked_through_tls() {
    if !has("redis-server") || !has("openssl") {
        return;
    }
    let certificates = Certificates::make("IP:127.0.0.1");
    let gate = |servers: RedisServers| builder(servers.authority(&certificates.authority));
    let of_cluster = ["--cluster-enabled", "yes", "--tls-cluster", "yes"];
    let (node, port) = certificates.server("no", &of_cluster);
    node.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    until("the cluster is well", || node.text(&["CLUSTER", "INFO"]).contains("cluster_state:ok"));
    let address = format!("rediss://127.0.0.1:{port}");
    let store = opened(gate(RedisServers::cluster([address.as_str()])).shards(3));
    for _ in 0..10 {
        admits(&store).unwrap();
    }

    let (master, master_port) = certificates.server("no", &["--tls-replication", "yes"]);
    let (settings, port) = certificates.settings("no");
    let settings: String =
        settings.iter().map(|[name, value]| format!("{name} {value}\n")).collect();
    let _sentinel = Server::sentinel(&format!(
        "{settings}tls-replication yes\nsentinel monitor zone 127.0.0.1 {master_port} 1\n"
    ));
    let address = format!("rediss://127.0.0.1:{port}");
    let store = opened(gate(RedisServers::sentinels([address.as_str()], "zone")));
    admits(&store).unwrap();
    master.close_connections();
    admits(&store).unwrap();
}
