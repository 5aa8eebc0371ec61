//! Keys: encrypted ones, those of a security module, and their rotation by two people.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use livepermit_issuer::staff::totp_code;

use super::office::Office;

const PASSWORD: &str = "vier Pferde im Garten";

/// An officer with an authenticator.
struct Officer {
    name: &'static str,
    secret: [u8; 20],
}

impl Officer {
    fn new(office: &Office, name: &'static str, role: &str) -> Self {
        let password = office.path("password");
        fs::write(&password, PASSWORD).unwrap();
        let password = password.to_str().unwrap().to_owned();
        let shown = office.runs(&["staff", "add", name, "--role", role, "--password", &password]);
        let (_, rest) = shown.split_once("secret=").unwrap();
        let letters = rest.split(['&', '\n']).next().unwrap();
        let mut bits = letters.bytes().map(|letter| match letter {
            b'A'..=b'Z' => u128::from(letter - b'A'),
            _ => u128::from(letter - b'2' + 26),
        });
        let mut secret = [0; 20];
        for five in secret.chunks_exact_mut(5) {
            let value = bits.by_ref().take(8).fold(0, |value, five| value << 5 | five);
            five.copy_from_slice(&value.to_be_bytes()[11..]);
        }
        Self { name, secret }
    }

    /// What the officer types; codes of this step of time, and of the next.
    fn step<'a>(&self, step: &'a str, key: &'a str, ahead: i64) -> Vec<String> {
        let now = jiff::Timestamp::now().as_second();
        let code = totp_code(&self.secret, now + 30 * ahead);
        ["keys", step, key, "--by", self.name, "--code", &code].map(str::to_owned).into()
    }
}

fn texts(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn typed(office: &Office, arguments: &[String]) -> (bool, String) {
    let mut child = office
        .command(&texts(arguments))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_key_is_replaced_by_two_people() {
    let office = Office::new();
    let first = office.runs(&["keys", "list"]);
    assert_eq!(first.lines().filter(|line| line.contains("\tactive\t")).count(), 2, "{first}");
    let (old, _) = first.split_once('\t').unwrap();
    let made = office.runs(&["keys", "prepare", "tokens", "issuer-2.pem"]);
    let (key, rest) = made.split_once('\n').unwrap();
    let public = fs::read_to_string(office.path("issuer-2.pem.pub")).unwrap();
    assert!(rest.contains(public.trim()), "{made}");
    let again = office.fails(&["keys", "prepare", "tokens", "issuer-2.pem"]);
    assert!(again.1.contains("there already"), "{again:?}");
    let used = office.fails(&["keys", "prepare", "status", "issuer.pem"]);
    assert!(used.1.contains("used already"), "{used:?}");

    let (lin, wang) = (Officer::new(&office, "lin", "keys"), Officer::new(&office, "wang", "keys"));
    let other = Officer::new(&office, "zhao", "decide");
    let begins = key.get(..12).unwrap();
    let (done, said) = typed(&office, &other.step("activate", begins, 0));
    assert!(!done && said.contains("does not have the role keys"), "{said}");
    let mut wrong = lin.step("activate", begins, 0);
    *wrong.last_mut().unwrap() = "000000".to_owned();
    let (done, said) = typed(&office, &wrong);
    assert!(!done && said.contains("wrong"), "{said}");

    let (done, said) = typed(&office, &lin.step("activate", begins, 0));
    assert!(done && said.contains("proposed"), "{said}");
    let (done, said) = typed(&office, &lin.step("activate", begins, 1));
    assert!(!done && said.contains("another officer"), "{said}");
    assert!(office.runs(&["keys", "list"]).contains(&format!("{key}\ttokens\tprepared")));
    let (done, said) = typed(&office, &wang.step("activate", begins, 0));
    assert!(done && said.contains("signs when"), "{said}");

    let listed = office.runs(&["keys", "list"]);
    assert!(listed.contains(&format!("{key}\ttokens\tactive\tissuer-2.pem")), "{listed}");
    assert!(listed.contains(&format!("{old}\ttokens\treplaced\tissuer.pem")), "{listed}");
    office.runs(&["serve", "--check"]);
    let (done, said) = typed(&office, &wang.step("retire", old, 1));
    assert!(!done && said.contains("is good until"), "{said}");
    let log = office.runs(&["audit", "show", &format!("key:{key}")]);
    let lines: Vec<_> = log.lines().map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    let said: Vec<_> = lines.iter().map(|line| (line[2], line[3], line[4])).collect();
    assert_eq!(
        said,
        [
            ("command:keys", "key-prepared", "purpose=tokens"),
            ("lin", "key-activation-proposed", ""),
            ("wang", "key-activated", "proposed-by=lin"),
        ]
    );
    assert!(office.runs(&["audit", "verify"]).contains("the log is whole"));

    // Another file under the name of the active key is noticed before anything is signed.
    fs::copy(office.path("status.pem"), office.path("issuer-2.pem")).unwrap();
    let (_, error) = office.fails(&["serve", "--check"]);
    assert!(error.contains(key), "{error}");
}

#[test]
fn encrypted_keys_are_opened_by_their_passphrase() {
    let office = Office::new();
    let config = "secret = \"secret.key\"";
    office.set(config, &format!("{config}\npassphrase = \"passphrase\""));
    office.write("passphrase", "a word for keys\n");
    office.mode("passphrase", 0o600);
    office.runs(&["keys", "prepare", "tokens", "encrypted.pem"]);
    let text = fs::read_to_string(office.path("encrypted.pem")).unwrap();
    assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{text}");
    fs::rename(office.path("encrypted.pem"), office.path("issuer.pem")).unwrap();
    office.runs(&["serve", "--check"]);

    office.write("passphrase", "another word\n");
    let (_, error) = office.fails(&["serve", "--check"]);
    assert!(error.contains("does not open this key"), "{error}");
    office.mode("passphrase", 0o640);
    assert!(office.fails(&["serve", "--check"]).1.contains("chmod 600"));
    // Nobody to ask: no file, no terminal.
    office.set(config, config);
    let output = office.command(&["serve", "--check"]).stdin(Stdio::null()).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("passphrase"), "{error}");
}

/// As OpenSSL encrypts a key.
#[test]
fn keys_that_openssl_encrypted_are_read() {
    let office = Office::new();
    let (plain, encrypted) = (office.path("issuer.pem"), office.path("openssl.pem"));
    let ran = Command::new("openssl")
        .args(["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:a word for keys"])
        .arg("-in")
        .arg(&plain)
        .arg("-out")
        .arg(&encrypted)
        .output()
        .ok()
        .filter(|ran| ran.status.success());
    if livepermit_testkit::servers::or_skip(ran, "openssl").is_none() {
        return;
    }
    let config = "secret = \"secret.key\"";
    office.set(config, &format!("{config}\npassphrase = \"passphrase\""));
    office.write("passphrase", "a word for keys\n");
    office.mode("passphrase", 0o600);
    let before = office.runs(&["keys", "list"]);
    fs::rename(&encrypted, &plain).unwrap();
    office.mode("issuer.pem", 0o600);
    assert_eq!(office.runs(&["keys", "list"]), before, "it is the same key");
}
