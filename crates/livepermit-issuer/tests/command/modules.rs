//! Keys in a security module: SoftHSM, through PKCS#11.

use std::fs;
use std::path::Path;
use std::process::Command;

use livepermit_issuer::config::Config;
use livepermit_issuer::domain::{
    Application, Case, CaseId, Channel, Check, Class, Finding, IdentityDocument, IdentityKind,
    Moment, OfficeId, Person, Request, StaffId,
};
use livepermit_issuer::service::Clock;
use livepermit_issuer::store::Store as _;
use livepermit_testkit::servers::or_skip;

use super::office::Office;

/// Where Debian's package `softhsm2` puts the module.
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// The variable by which that process is told of the configuration.
const CONFIG: &str = "LIVEPERMIT_TEST_ISSUER";
/// What that process says when slip and list were signed.
const DONE: &str = "the module has signed";

/// Not a test by itself: the process of [`keys_in_a_module_sign`].
#[test]
fn process_with_the_module() {
    let Some(config) = std::env::var_os(CONFIG) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = Config::read(Path::new(&config)).unwrap();
        let register = config.register().await.unwrap();
        let service = config.service(register, Clock::system()).await.unwrap();
        let officer = || StaffId::new("officer-7").unwrap();
        let class = Class::new("residence").unwrap();
        let document = IdentityDocument {
            kind: IdentityKind::IdentityCard,
            number: "000000199304120001".to_owned(),
        };
        let born = "1993-04-12".parse().unwrap();
        let application = Application {
            id: CaseId::from_bytes([7; 16]),
            request: Request::New { class, mandate: None },
            applicant: Person::new("林小雨", born, document).unwrap(),
            address: None,
            channel: Channel::Office,
        };
        let case = application.id;
        let mut change = service.store().begin().await.unwrap();
        service.submit(&mut change, application).await.unwrap();
        let rule = |case: &mut Case, moment: &Moment| {
            let mut events = case.assign(OfficeId::new("haidian")?, officer(), moment)?;
            let (by, at, finding) = (officer(), moment.now(), Finding::AsStated);
            events.extend(case.record_check(Check { by, at, finding, note: None }, moment)?);
            Ok(events)
        };
        service.change_case(&mut change, case, None, "officer-7", rule).await.unwrap();
        let (_, permit) = service.approve(&mut change, case, None, officer()).await.unwrap();
        let permit = permit.document.id();
        let slip = service.print_slip(&mut change, permit, None, "officer-7").await.unwrap();
        change.commit().await.unwrap();
        assert!(!slip.token.as_bytes().is_empty());
        // Both were compared with the public keys before they were given out.
        assert_eq!(service.publish().await.unwrap(), 1);
        println!("{DONE}");
    });
}

/// Puts a key of a file into the module, under a label.
fn import(office: &Office, file: &str, label: &str, id: &str) {
    let ran = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", office.path("softhsm2.conf"))
        .args(["--import"])
        .arg(office.path(file))
        .args(["--token", "bureau", "--label", label, "--id", id, "--pin", "123456"])
        .output()
        .unwrap();
    let told = [ran.stdout, ran.stderr].concat();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&told));
}

#[test]
fn keys_in_a_module_sign() {
    let module = MODULES.into_iter().find(|module| Path::new(module).exists());
    let Some(module) = or_skip(module, "softhsm2") else { return };
    let office = Office::new();
    let tokens = office.path("tokens");
    fs::create_dir(&tokens).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    office.write("softhsm2.conf", &settings);
    let ran = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", office.path("softhsm2.conf"))
        .args(["--init-token", "--free", "--label", "bureau"])
        .args(["--so-pin", "87654321", "--pin", "123456"])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    import(&office, "issuer.pem", "issuer", "01");
    import(&office, "status.pem", "status", "02");
    office.write("pin", "123456\n");
    office.mode("pin", 0o600);
    let before = office.runs(&["keys", "list"]);

    let pin = office.path("pin");
    let place = |object: &str| {
        let pin = pin.display();
        format!("pkcs11:token=bureau;object={object}?module-path={module}&pin-source=file:{pin}")
    };
    let free = fs::read_to_string(office.path("issuer.toml")).unwrap();
    let free = free.replace("\"issuer.pem\"", &format!("\"{}\"", place("issuer")));
    office
        .write("issuer.toml", &free.replace("\"status.pem\"", &format!("\"{}\"", place("status"))));
    for key in ["issuer.pem", "status.pem"] {
        fs::remove_file(office.path(key)).unwrap();
    }
    let with_module = |arguments: &[&str]| {
        let configuration = office.path("softhsm2.conf");
        office.command(arguments).env("SOFTHSM2_CONF", configuration).output().unwrap()
    };
    let listed = with_module(&["keys", "list"]);
    let said = String::from_utf8(listed.stdout).unwrap();
    let ids = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&said), ids(&before), "{}", String::from_utf8_lossy(&listed.stderr));

    // SoftHSM takes its settings from the environment: a process of its own signs.
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "modules::process_with_the_module", "--nocapture"])
        .env("SOFTHSM2_CONF", office.path("softhsm2.conf"))
        .env(CONFIG, office.path("issuer.toml"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(told.contains(DONE), "{told}{}", String::from_utf8_lossy(&ran.stderr));

    office.write("pin", "000000\n");
    let refused = with_module(&["serve", "--check"]);
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && error.contains("the module says"), "{error}");
}
