//! Encrypted connections, with certificates that the tests make with `openssl`.

use std::path::Path;
use std::process::{Command, Stdio};

use super::server::{Server, gate_at};
use super::{NOON, at, code};
use livepermit_gate::replay::{Answer, GoOn, ReplayStore as _, StoreErrorKind};
use livepermit_testkit::servers::{give_to_postgres, postgres_folder};

fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder);
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "openssl {arguments}");
}

/// An authority `NAME.pem`, and a certificate for `localhost` that the authority signed.
fn certificates(folder: &Path, name: &str) {
    openssl(
        folder,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
             -subj /CN={name} -keyout {name}.key -out {name}.pem"
        ),
    );
    openssl(
        folder,
        &format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
             -keyout {name}-server.key -out {name}.csr"
        ),
    );
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA {name}.pem -CAkey {name}.key -CAcreateserial -days 2 \
             -extfile names -out {name}-server.pem"
        ),
    );
}

#[test]
fn a_connection_is_encrypted_and_the_server_is_who_it_should_be() {
    if let Err(error) = Command::new("openssl").arg("version").stdout(Stdio::null()).status() {
        assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "openssl: {error}");
        println!("skipped: openssl: {error}");
        return;
    }
    let made = postgres_folder();
    for name in ["ours", "others"] {
        certificates(made.path(), name);
    }
    give_to_postgres(&made.path().join("ours-server.key"));
    let file = |name: &str| made.path().join(name).display().to_string();
    let settings = [
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", file("ours-server.pem")),
        format!("ssl_key_file={}", file("ours-server.key")),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let Some(server) = Server::start_with(&settings) else { return };
    server.hold_clock(NOON);
    let ours = std::fs::read(made.path().join("ours.pem")).unwrap();
    let others = std::fs::read(made.path().join("others.pem")).unwrap();
    let url = |host: &str| format!("postgresql://postgres@{host}:{}/postgres", server.port);
    let localhost = url("localhost");
    let store = gate_at(&localhost, "north").authority(&ours).connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    let encrypted = "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
         WHERE a.application_name = 'livepermit'";
    assert_eq!(server.sql(encrypted), ["t"]);
    drop(store);
    // Another authority, and another name.
    for (host, authority) in [("localhost", &others), ("127.0.0.1", &ours)] {
        let refused = gate_at(&url(host), "north").authority(authority).connect().unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Setup, "{refused}");
        assert!(refused.to_string().contains("certificate"), "{refused}");
    }
    for wrong in
        [&b""[..], b"no PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
    {
        let refused = gate_at(&localhost, "north").authority(wrong).connect().unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Setup, "{refused}");
    }
    // A server without TLS is not asked in clear text.
    let Some(open) = Server::start() else { return };
    let open_url = format!("postgresql://postgres@localhost:{}/postgres", open.port);
    for url in [open_url.clone(), format!("{open_url}?sslmode=disable")] {
        let refused = gate_at(&url, "north").authority(&ours).connect().unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Unreachable, "{refused}");
    }
    assert!(gate_at(&open_url, "north").connect().is_ok());
}
