//! Connections, users, rights, limits, and servers that do not do what they should.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::server::{PATIENCE, Server, gate_at};
use super::{NOON, at, code, forgotten, place, slip};
use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{
    Answer, CoolDown, GoOn, Loss, Record, ReplayStore as _, Sighting, StoreErrorKind,
};

#[test]
fn a_dead_idle_connection_does_not_cost_the_next_attempt() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    let end_all = || {
        server.sql(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity \
             WHERE application_name = 'livepermit'",
        )
    };
    // The thread that reads the connections needs a moment: more of it on a busy machine.
    let mut moment = Duration::from_millis(100);
    let mut permits = 0..;
    for _ in 0..5 {
        loop {
            assert_eq!(end_all(), ["t"]);
            std::thread::sleep(moment);
            match store.admit(&code(permits.next().unwrap(), NOON, "north", NOON)) {
                Ok(answer) => break assert_eq!(answer, Answer::Admitted),
                Err(error) if moment > PATIENCE => panic!("{error}"),
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unreachable),
            }
            // The connection that failed is gone.
            store.keep_alive(at(NOON)).unwrap();
            moment *= 2;
        }
    }
    // Several connections: dead ones are dropped.
    std::thread::scope(|scope| {
        for permit in 1000..1008 {
            let store = &store;
            scope.spawn(move || store.admit(&code(permit, NOON, "north", NOON)).unwrap());
        }
    });
    end_all();
    // Each keep-alive meets one dead connection at most.
    let begin = Instant::now();
    while store.keep_alive(at(NOON)).is_err() {
        assert!(begin.elapsed() < PATIENCE);
    }
    assert_eq!(store.health().loss, Some(Loss::NoState), "no other");
}

#[test]
fn users_and_passwords_are_checked_by_the_server() {
    let Some(server) = Server::start() else { return };
    server.hold_clock(NOON);
    server.sql("CREATE USER gate PASSWORD 'open sesame'");
    server.sql("GRANT CREATE ON DATABASE postgres TO gate");
    let hba = server.sql("SHOW hba_file").remove(0);
    let lines = std::fs::read_to_string(&hba).unwrap();
    std::fs::write(&hba, format!("host all gate 127.0.0.1/32 scram-sha-256\n{lines}")).unwrap();
    server.sql("SELECT pg_reload_conf()");
    let begin = Instant::now();
    // The server reads the file when it comes to it.
    while gate_at(&server.url_of("gate", "postgres"), "north").connect().is_ok() {
        assert!(begin.elapsed() < PATIENCE);
    }
    let url = format!("postgresql://127.0.0.1:{}/postgres", server.port);
    let with = |password: &str| gate_at(&url, "north").user("gate").password(password);
    let store = with("open sesame").connect().unwrap();
    store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    let shown = format!("{:?} {store:?}", with("open sesame"));
    assert!(!shown.contains("sesame") && shown.contains("livepermit2_hall"), "{shown}");
    let wrong = with("close sesame").connect().unwrap_err();
    assert_eq!(wrong.kind(), StoreErrorKind::Setup, "{wrong}");
    assert!(!wrong.to_string().contains("sesame"), "{wrong}");
    let nobody = gate_at(&url, "north").user("nobody").connect().unwrap_err();
    assert_eq!(nobody.kind(), StoreErrorKind::Setup, "{nobody}");
    let nowhere = gate_at(&server.url_of("postgres", "nowhere"), "north").connect().unwrap_err();
    assert_eq!(nowhere.kind(), StoreErrorKind::Setup, "{nowhere}");
    // The user in the URL, and the password in it.
    let in_url = format!("postgresql://gate:open%20sesame@127.0.0.1:{}/postgres", server.port);
    gate_at(&in_url, "north").connect().unwrap();
}

#[test]
fn a_user_without_rights_is_told_which_grant_is_missing() {
    let Some(server) = Server::start() else { return };
    server.hold_clock(NOON);
    server.sql("CREATE USER gate");
    let gate = || gate_at(&server.url_of("gate", "postgres"), "north");
    let refused = gate().connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    let text = refused.to_string();
    assert!(text.contains("GRANT CREATE ON DATABASE"), "{text}");
    assert!(text.contains("GRANT USAGE ON SCHEMA \"livepermit2_hall\""), "{text}");
    // An operator makes the schema.
    server.sql(&PostgresReplay::schema_text("hall").unwrap());
    let refused = gate().connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("GRANT USAGE ON SCHEMA"), "{refused}");
    server.sql("GRANT USAGE ON SCHEMA livepermit2_hall TO gate");
    let store = gate().connect().unwrap();
    // It may ask, and not give an operator's word.
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(forgotten(NOON + 76)));
    let refused = store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("go_on"), "{refused}");
    let refused = gate().change_settings(at(NOON)).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("change_settings"), "{refused}");
    server.new_zone("operator");
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    assert!(store.earlier(code(1, NOON, "north", NOON).key.permit).unwrap().is_some());
    // Nor may it touch the tables.
    server.sql("CREATE TABLE public.tried AS SELECT 1");
    let tries = server.try_sql("SET ROLE gate; DELETE FROM livepermit2_hall.used").unwrap_err();
    assert!(tries.as_db_error().unwrap().message().contains("permission denied"));
    // Running the text again changes nothing that is kept.
    server.sql(&PostgresReplay::schema_text("hall").unwrap());
    let used = store.admit(&code(1, NOON, "north", NOON + 9));
    assert_eq!(used, Ok(Answer::AlreadyUsed { then: at(NOON) }));
}

#[test]
fn names_and_addresses_that_cannot_be_used_are_setup_errors() {
    let setup = |gate: livepermit_gate::replay::PostgresBuilder| {
        let error = gate.connect().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
        error.to_string()
    };
    let url = "postgresql://u:secret@127.0.0.1:1/x";
    for prefix in ["", "Hall", "a b", "a\"b", "ä", &"a".repeat(41)] {
        assert!(setup(gate_at(url, "north").prefix(prefix)).contains("prefix"), "{prefix}");
        assert!(PostgresReplay::schema_text(prefix).is_err());
    }
    assert!(setup(gate_at(url, "")).contains("gate"));
    assert!(setup(gate_at(url, "north").timeout(Duration::ZERO)).contains("timeout"));
    assert!(!setup(gate_at("postgresql://u:secret@h:port/x", "north")).contains("secret"));
    let tls = setup(gate_at("postgresql://u@127.0.0.1/x?sslmode=require", "north"));
    assert!(tls.contains("TLS"), "{tls}");
}

#[test]
fn any_plain_prefix_names_a_zone_of_its_own() {
    let Some(server) = Server::start() else { return };
    server.hold_clock(NOON);
    for prefix in ["a", "hall-3", "under_score", "0", &"x".repeat(40)] {
        let store = server.gate("north").prefix(prefix).connect().unwrap();
        store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
        let answer = store.admit(&code(1, NOON, "north", NOON));
        assert_eq!(answer, Ok(Answer::Admitted), "{prefix}");
        // The schema is found again.
        let again = server.gate("south").prefix(prefix).connect().unwrap();
        let used = again.admit(&code(1, NOON, "south", NOON));
        assert_eq!(used, Ok(Answer::AlreadyUsed { then: at(NOON) }), "{prefix}");
    }
}

#[test]
fn a_full_disk_and_a_full_zone_are_full() {
    let Some(server) = Server::start() else { return };
    let store = server.open_zone(server.gate("north").capacity(2));
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    // What the server says when its disk is full.
    server.sql(
        "CREATE FUNCTION public.no_space() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN RAISE EXCEPTION ''no space left on device'' USING ERRCODE = ''disk_full''; END'; \
         CREATE TRIGGER no_space BEFORE INSERT ON livepermit2_hall.used \
         FOR EACH ROW EXECUTE FUNCTION public.no_space()",
    );
    assert_eq!(store.admit(&code(2, NOON, "north", NOON)), Ok(Answer::Full));
    server.sql("DROP TRIGGER no_space ON livepermit2_hall.used");
    assert_eq!(store.admit(&code(2, NOON, "north", NOON)), Ok(Answer::Admitted));
    // The limit of the zone, until something is over.
    assert_eq!(store.admit(&code(3, NOON, "north", NOON)), Ok(Answer::Full));
    assert_eq!(
        store.admit(&slip(1, "north", NOON + 1)).unwrap(),
        Answer::CoolingDown { until: at(NOON + 36) }
    );
    let over = NOON + 35 + 60;
    server.hold_clock(over - 1);
    assert_eq!(store.admit(&code(3, over, "north", over - 1)), Ok(Answer::Full));
    let known = store.admit(&code(1, over - 1, "north", over - 1));
    assert_eq!(known, Ok(Answer::Admitted), "a permit that is there needs no room");
    server.hold_clock(over);
    assert_eq!(store.admit(&code(3, over, "north", over)), Ok(Answer::Admitted));
    assert_eq!(store.admit(&code(4, over, "north", over)), Ok(Answer::Full));
    let gone = store.admit(&code(2, NOON, "north", over));
    assert_eq!(gone, Ok(forgotten(NOON + 1)));
    store.keep_alive(at(over + 10)).unwrap();
    assert_eq!(store.health().loss, Some(Loss::NoState), "no other");
    // Without a limit.
    let other = server.gate("south").connect().unwrap();
    assert_eq!(other.admit(&code(4, over, "south", over)), Ok(Answer::Admitted));
}

#[test]
fn the_record_of_a_permit_says_where_its_code_was_used() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    let permit = code(1, NOON, "north", NOON).key.permit;
    assert_eq!(store.earlier(permit), Ok(None));
    assert_eq!(store.admit(&code(1, NOON + 1, "north", NOON + 2)), Ok(Answer::Admitted));
    let seen = |now| Sighting::new(at(now), "north".into(), "1".into());
    let cool_down = CoolDown::new("hall".into(), at(NOON + 35), "north".into(), 1);
    let newest = Some((at(NOON + 1), seen(NOON + 2)));
    let record = Record::new(newest.clone(), None, vec![cool_down]);
    assert_eq!(store.earlier(permit), Ok(Some(record)));
    server.hold_clock(NOON + 35);
    assert_eq!(store.admit(&slip(1, "north", NOON + 30)), Ok(Answer::Admitted));
    let cool_down = CoolDown::new("hall".into(), at(NOON + 70), "north".into(), 1);
    let record = Record::new(newest, Some(seen(NOON + 30)), vec![cool_down]);
    assert_eq!(store.earlier(permit), Ok(Some(record)));
    assert_eq!(place("north").lane(), "1");
}

#[test]
fn a_server_that_hangs_or_is_silent_is_an_error_within_the_timeout() {
    let Some(server) = Server::start() else { return };
    drop(server.new_zone("north"));
    let short = Duration::from_millis(300);
    let store = server.gate("north").timeout(short).connect();
    // Three times, so that a busy machine does not fail the test.
    let store = store.or_else(|_| server.gate("north").timeout(short).connect());
    let store = store.or_else(|_| server.gate("north").timeout(short).connect()).unwrap();
    server.sql("CREATE EXTENSION IF NOT EXISTS plpgsql");
    let pids = server.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'livepermit'");
    assert_eq!(pids.len(), 1);
    let signal = |signal: &str| {
        let sent = std::process::Command::new("kill").args([signal, &pids[0]]).status();
        assert!(sent.unwrap().success());
    };
    signal("-STOP");
    let begin = Instant::now();
    let hung = store.admit(&code(1, NOON, "north", NOON)).unwrap_err();
    assert_eq!(hung.kind(), StoreErrorKind::Unreachable, "{hung}");
    assert!(begin.elapsed() >= short && begin.elapsed() < PATIENCE);
    signal("-CONT");
    // The question may have been answered meanwhile: never a second time.
    let begin = Instant::now();
    while server.sql("SELECT count(*) FROM livepermit2_hall.used") != ["1"] {
        if begin.elapsed() > Duration::from_secs(5) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let recorded = server.sql("SELECT count(*) FROM livepermit2_hall.used") == ["1"];
    let store = server.gate("north").connect().unwrap();
    let answer = store.admit(&code(1, NOON, "north", NOON + 9));
    let used = Ok(Answer::AlreadyUsed { then: at(NOON) });
    assert_eq!(answer, if recorded { used } else { Ok(Answer::Admitted) });

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgresql://u@{}/x", silent.local_addr().unwrap());
    let silence = gate_at(&url, "north").timeout(short).connect().unwrap_err();
    assert_eq!(silence.kind(), StoreErrorKind::Unreachable);
    drop(silent);
    let nobody = gate_at(&url, "north").timeout(short).connect().unwrap_err();
    assert_eq!(nobody.kind(), StoreErrorKind::Unreachable);
}

#[test]
fn a_server_that_promises_less_is_reported() {
    let Some(server) = Server::start_with(&["fsync=off", "full_page_writes=off"]) else { return };
    let store = server.new_zone("north");
    let codes = |store: &PostgresReplay| {
        store.health().cautions.iter().map(|caution| caution.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&store), ["postgres-fsync-off", "postgres-full-page-writes-off"]);
    let standby = server.standby();
    let begin = Instant::now();
    while server.sql("SELECT count(*) FROM pg_stat_replication") != ["1"] {
        assert!(begin.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    let store = server.gate("south").connect().unwrap();
    assert!(codes(&store).contains(&"postgres-standby-not-synchronous"));
    drop(standby);
    server.sql("ALTER TABLE livepermit2_hall.used SET UNLOGGED");
    let unlogged = server.gate("south").connect().unwrap_err();
    assert_eq!(unlogged.kind(), StoreErrorKind::Setup);
    assert!(unlogged.to_string().contains("LOGGED"), "{unlogged}");
    server.sql("ALTER TABLE livepermit2_hall.used SET LOGGED");
    // A function of another version.
    server.sql(
        "CREATE OR REPLACE FUNCTION livepermit2_hall.earlier(p_permit bytea) \
         RETURNS SETOF livepermit2_hall.used LANGUAGE sql AS 'SELECT * FROM livepermit2_hall.used'",
    );
    let changed = server.gate("south").connect().unwrap_err();
    assert_eq!(changed.kind(), StoreErrorKind::Setup);
    assert!(changed.to_string().contains("version"), "{changed}");
}

#[test]
fn an_admission_that_no_standby_confirmed_opens_nothing() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    server.sql("ALTER SYSTEM SET synchronous_standby_names = 'absent'");
    server.sql("SELECT pg_reload_conf()");
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    std::thread::scope(|scope| {
        // The server may read the new setting after some admissions.
        let admission = scope.spawn(|| {
            (10..)
                .map(|permit| store.admit(&code(permit, NOON, "north", NOON)))
                .find(Result::is_err)
        });
        let begin = Instant::now();
        while server.sql(waiting) != ["1"] {
            assert!(begin.elapsed() < PATIENCE);
            std::thread::sleep(Duration::from_millis(20));
        }
        server.sql(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
        );
        let error = admission.join().unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unreachable);
        assert!(error.to_string().contains("one machine"), "{error}");
    });
}
