//! Key files as openssl writes them: read, or named with a command that mends them.

use std::process::Command;

use base64::Engine as _;

use super::support::Desk;

/// Runs a line of a shell in the folder of the desk.
fn shell(desk: &Desk, line: &str) -> bool {
    let path = desk.path(".");
    let output = Command::new("sh").args(["-c", line]).current_dir(path).output().unwrap();
    output.status.success()
}

fn is_installed(desk: &Desk, program: &str) -> bool {
    if shell(desk, &format!("command -v {program}")) {
        return true;
    }
    assert!(
        std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "{program} is missing"
    );
    println!("skipped: {program} is missing");
    false
}

/// A key pair by openssl, `key.pem` and `key.pub`.
fn keys(desk: &Desk, algorithm: &str) {
    let how = match algorithm {
        "ed25519" => "-algorithm ed25519",
        _ => "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    };
    assert!(shell(desk, &format!("openssl genpkey {how} -out key.pem")));
    assert!(shell(desk, "openssl pkey -in key.pem -pubout -out key.pub"));
}

#[test]
fn every_form_of_openssl_is_the_same_key() {
    let desk = Desk::new();
    if !is_installed(&desk, "openssl") {
        return;
    }
    for algorithm in ["ed25519", "p256"] {
        keys(&desk, algorithm);
        let shown = desk.ok(&["key", "show", "key.pub"]).out;
        let mut made = vec![
            "openssl pkey -in key.pem -out FILE",
            "openssl pkey -in key.pem -outform DER -out FILE",
            "openssl pkey -in key.pem -pubout -outform DER -out FILE",
            "openssl pkey -in key.pem -text -out FILE",
            "openssl pkey -in key.pem -pubout -text -out FILE",
            "openssl pkey -in key.pem -pubout -outform DER | openssl base64 > FILE",
            "openssl pkey -in key.pem -pubout -outform DER | openssl base64 -A > FILE",
            "printf 'KEY=\"'\"$(awk '{printf \"%s\\\\n\", $0}' key.pub)\"'\"' > FILE",
            "sed 's/$/\\r/' key.pub > FILE",
            "{ printf '\\377\\376'; iconv -f UTF-8 -t UTF-16LE key.pub; } > FILE",
        ];
        if algorithm == "p256" {
            made.extend([
                "openssl ec -in key.pem -out FILE",
                "openssl ec -in key.pem -outform DER -out FILE",
                "openssl ec -in key.pem -conv_form compressed -pubout -out FILE",
                "openssl ec -in key.pem -no_public -out FILE",
                "{ openssl ecparam -name prime256v1; openssl ec -in key.pem; } > FILE",
            ]);
        }
        for line in made {
            assert!(shell(&desk, &line.replace("FILE", "made")), "{line}");
            let told = desk.run(&["key", "show", "made"]);
            assert_eq!(told.out, shown, "{line}: {}", told.err);
        }
    }
}

/// What is not read is named, and the command of its message makes a file that is read.
#[test]
fn the_command_of_a_message_mends_the_file() {
    let desk = Desk::new();
    if !is_installed(&desk, "openssl") {
        return;
    }
    let explicit = "-pkeyopt ec_param_enc:explicit";
    let explicit_key = format!(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 {explicit} -out key.pem && \
         openssl pkey -in key.pem -pubout -out key.pub"
    );
    let certificate = "openssl req -new -x509 -key key.pem -subj /CN=x -days 9";
    let cases = [
        ("", format!("{explicit_key} && cp key.pem made"), "written as parameters"),
        ("", format!("{explicit_key} && cp key.pub made"), "written as parameters"),
        (
            "",
            format!("{explicit_key} && openssl pkey -in key.pem -outform DER -out made"),
            "written as parameters",
        ),
        (
            "",
            format!("{explicit_key} && openssl pkey -in key.pem -pubout -outform DER -out made"),
            "written as parameters",
        ),
        (
            "p256",
            "openssl pkcs8 -topk8 -in key.pem -passout pass:secret -out made".into(),
            "is an encrypted private key",
        ),
        (
            "ed25519",
            "openssl pkcs8 -topk8 -in key.pem -passout pass:secret -outform DER -out made".into(),
            "is an encrypted private key",
        ),
        (
            "p256",
            "openssl ec -in key.pem -aes128 -passout pass:secret -out made".into(),
            "is an encrypted private key",
        ),
        ("p256", format!("{certificate} -out made"), "is a certificate"),
        ("ed25519", format!("{certificate} -outform DER -out made"), "is a certificate"),
        (
            "p256",
            "openssl req -new -key key.pem -subj /CN=x -out made".into(),
            "is a request for a certificate",
        ),
        (
            "p256",
            format!(
                "{certificate} -out c && openssl pkcs12 -export -inkey key.pem -in c -passout \
                 pass:secret -out made"
            ),
            "is a PKCS#12 file",
        ),
    ];
    for (algorithm, line, reason) in cases {
        if !algorithm.is_empty() {
            keys(&desk, algorithm);
        }
        assert!(shell(&desk, &line), "{line}");
        let told = desk.run(&["key", "show", "made"]);
        told.failed(reason);
        let command = told.err.split_once("openssl ").unwrap().1.trim();
        let mended =
            if command.contains("-out ") { command.rsplit(' ').next().unwrap() } else { "mended" };
        let password = if reason.contains("encrypted") || reason.contains("PKCS#12") {
            " -passin pass:secret"
        } else {
            ""
        };
        let to = if mended == "mended" { " > mended" } else { "" };
        let command = format!("openssl {command}{password}{to}");
        assert!(shell(&desk, &command), "{line}: {command}");
        let shown = desk.ok(&["key", "show", mended]).out;
        assert!(shell(&desk, "openssl pkey -in key.pem -pubout -out key.pub"));
        if !line.contains("explicit") {
            assert_eq!(shown, desk.ok(&["key", "show", "key.pub"]).out, "{line}");
        }
    }
}

#[test]
fn advice_never_assumes_who_made_a_key() {
    let desk = Desk::new();
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    for (content, reason) in [
        ("", "is empty"),
        ("hello", "holds no key"),
        ("-----BEGIN PUBLIC KEY-----\nMCow", "cut short or altered"),
        (rsa, "holds a key of RSA, and only Ed25519 and P-256"),
        ("<!doctype html><title>log in</title>", "is a web page"),
        ("PuTTY-User-Key-File-3: ecdsa", "is a private key of PuTTY"),
    ] {
        desk.write("some", content);
        let told = desk.run(&["key", "show", "some"]);
        told.failed(reason);
        assert!(!told.err.contains("key new"), "{}", told.err);
    }
}

/// 32 bytes without a name are taken for a public key, and the command says so.
#[test]
fn bare_bytes_are_told() {
    let desk = Desk::furnished("ed25519");
    let json = desk.ok(&["--json", "key", "show", "phone.pem.pub"]).json();
    let body = json["public_key"].as_str().unwrap().lines().nth(1).unwrap();
    let spki = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let point: String = spki[12..].iter().map(|byte| format!("{byte:02x}")).collect();
    desk.write("bare", point);
    let told = desk.ok(&["key", "show", "bare"]);
    assert_eq!(told.out, desk.ok(&["key", "show", "phone.pem.pub"]).out);
    assert!(told.err.contains("taken for an Ed25519 public key"), "{}", told.err);
    let secret = desk.run(&[
        "issue",
        "pass",
        "--key",
        "bare",
        "--issuer",
        "a",
        "--subject",
        "b",
        "--class",
        "c:d",
    ]);
    secret.failed("do not say whether they are a private or a public key");
}

/// A result never replaces a private key, in whatever form it is.
#[test]
fn a_private_key_is_not_overwritten_in_any_form() {
    let desk = Desk::furnished("p256");
    if !is_installed(&desk, "openssl") {
        return;
    }
    for line in [
        "openssl pkey -in phone.pem -outform DER -out secret",
        "openssl pkey -in phone.pem -outform DER | openssl base64 -A > secret",
        "openssl ec -in phone.pem -outform DER -out secret",
    ] {
        assert!(shell(&desk, line), "{line}");
        let before = desk.read("secret");
        desk.run(&["qr", "--file", "code.txt", "--svg", "secret"]).failed("is a private key");
        assert_eq!(desk.read("secret"), before);
    }
}
