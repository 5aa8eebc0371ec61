//! A configuration that cannot be used is named before anything starts.

use super::office::Office;

#[test]
fn a_configuration_is_checked() {
    let office = Office::new();
    assert_eq!(office.runs(&["serve", "--check"]), "the configuration can be used\n");
}

#[test]
fn each_wrong_setting_is_named() {
    let office = Office::new();
    for (from, to, said) in [
        ("bj.example\"\npublic", "b j\"\npublic", "the setting `issuer`"),
        ("https://permits.bj.example", "https://permits.bj.example/", "the setting `public`"),
        ("https://permits.bj.example", "permits.bj.example", "the setting `public`"),
        ("Asia/Shanghai", "Asia/Nowhere", "the setting `zone`"),
        ("sqlite:register.sqlite", "mysql://here", "begins with sqlite: or postgres:"),
        ("calendar.toml", "none.toml", "cannot read"),
        ("\"issuer.pem\"", "\"calendar.toml\"", "permissions 644"),
        ("secret.key", "issuer.pem", "64 hexadecimal digits"),
        ("public = \"https://permits.bj.example", "public = \"ftp://x", "the setting `public`"),
        (
            "classes = [{ class = \"residence\", zh = \"居住证\", en = \"Residence permit\" }]",
            "classes = []",
            "the setting `pages.classes`",
        ),
        ("zone =", "zome =", "unknown field `zome`"),
        ("[wallets]", "[lists]\nlifetime = 600\n[wallets]", "the setting `lists.lifetime`"),
        ("[wallets]", "[follow-ups]\npercent = 101\n[wallets]", "the setting `follow-ups.percent`"),
        ("[wallets]", "window = 0\n[wallets]", "window"),
    ] {
        office.mode("calendar.toml", 0o644);
        office.set(from, to);
        let (code, error) = office.fails(&["serve", "--check"]);
        assert_eq!(code, 1);
        assert!(error.contains(said), "{to}: {error}");
        assert_eq!(error.lines().filter(|line| line.contains("os error")).count(), 0, "{error}");
    }
}

#[test]
fn pages_without_their_headers_are_not_served() {
    let office = Office::new();
    office.set("[wallets]", "web = \"web\"\n[wallets]");
    assert!(office.fails(&["serve", "--check"]).1.contains("cannot read"));
    std::fs::create_dir(office.path("web")).unwrap();
    for (table, said) in [
        ("<html>", "expected value"),
        (r#"{"x-content-type-options": "nosniff"}"#, "`content-security-policy` is missing"),
        (r#"{"content-security-policy": "default-src\n'none'"}"#, "is no header"),
        (r#"{"content security policy": "default-src 'none'"}"#, "is no header"),
    ] {
        office.write("web/headers.json", table);
        let (code, error) = office.fails(&["serve", "--check"]);
        assert_eq!(code, 1);
        assert!(error.contains(said) && error.contains("headers.json"), "{error}");
    }
    office.write("web/headers.json", r#"{"content-security-policy": "default-src 'none'"}"#);
    office.runs(&["serve", "--check"]);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let office = Office::new();
    office.mode("issuer.pem", 0o640);
    let (_, error) = office.fails(&["serve", "--check"]);
    assert!(error.contains("chmod 600"), "{error}");
    office.mode("issuer.pem", 0o400);
    office.runs(&["serve", "--check"]);
}

#[test]
fn without_tables_the_command_that_makes_them_is_named() {
    let office = Office::new();
    office.set("register.sqlite", "other.sqlite");
    let (_, error) = office.fails(&["serve", "--check"]);
    assert!(error.contains("run `migrate`"), "{error}");
}

#[test]
fn roots_of_phones_are_checked() {
    use livepermit_testkit::certificates::Factory;
    let office = Office::new();
    office.write("root.pem", &Factory::new(40).root_pem());
    office.write("withdrawn.json", r#"{"entries": {"2b": {"status": "REVOKED"}}}"#);
    let signer = "AB:".repeat(31) + "AB";
    let good = format!(
        "roots = [\"root.pem\"]\nwithdrawn = \"withdrawn.json\"\nleast = \"strong-box\"\n\
         apps = [{{ package = \"org.example.wallet\", signer = \"{signer}\" }}]\n"
    );
    let with = |text: &str| office.set("[pages]", &format!("[attestation]\n{text}\n[pages]"));
    with(&good);
    office.runs(&["serve", "--check"]);
    for (from, to, said) in [
        ("[\"root.pem\"]", "[]", "the setting `attestation.roots`"),
        ("[\"root.pem\"]", "[\"none.pem\"]", "cannot read"),
        ("[\"root.pem\"]", "[\"calendar.toml\"]", "this is no certificate in PEM"),
        ("\"withdrawn.json\"", "\"calendar.toml\"", "expected value"),
        ("strong-box", "titanium", "unknown variant `titanium`"),
        ("AB:", "", "is not SHA-256 in hex"),
    ] {
        with(&good.replacen(from, to, 1));
        let (code, error) = office.fails(&["serve", "--check"]);
        assert_eq!(code, 1);
        assert!(error.contains(said), "{to}: {error}");
    }
}
