//! A connection, and what is checked before it is used.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, Error, NoTls, Row, Socket, Statement,
};

use super::super::{StoreCaution, StoreError, StoreErrorKind};
use super::answer::get;
use super::schema;
#[cfg(feature = "postgres-tls")]
use super::tls::Tls;

/// What a new connection needs.
pub(super) struct Plan {
    pub(super) config: Config,
    /// The name of the schema.
    pub(super) name: String,
    pub(super) timeout: Duration,
    #[cfg(feature = "postgres-tls")]
    pub(super) tls: Option<Tls>,
}

/// A connection on which the schema and the settings of the server were checked.
#[derive(Debug)]
pub(super) struct Link {
    client: Client,
    ask: Statement,
    /// The server warned. It warns, for example, when an admission is on its own disk, and no
    /// standby has confirmed the admission.
    warned: Arc<AtomicBool>,
}

/// The server ends a statement that takes longer than an attempt may take. It never ends a commit.
const PREPARE: &str = "SET default_transaction_isolation = 'read committed'; \
    SET default_transaction_read_only = off; SET client_min_messages = warning; \
    SET statement_timeout = ";

const CHECK: &str = "SELECT pg_is_in_recovery() AS standby, \
    current_setting('fsync') AS fsync, \
    current_setting('full_page_writes') AS full_pages, \
    current_setting('synchronous_standby_names') AS names, \
    (SELECT count(*) FROM pg_stat_replication) AS standbys, \
    (SELECT array_agg(p.prosrc ORDER BY p.prosrc COLLATE \"C\") \
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
        WHERE n.nspname = $1) AS bodies, \
    (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = $1 AND c.relpersistence <> 'p') AS fleeting";

/// Makes a schema that is missing. Gates that do this at the same time wait for each other.
const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('livepermit', 0));";

impl Link {
    pub(super) async fn open(plan: &Plan) -> Result<(Self, Vec<StoreCaution>), StoreError> {
        let warned = Arc::new(AtomicBool::new(false));
        let client = connect(plan, &warned).await.map_err(of_postgres)?;
        let milliseconds = plan.timeout.as_millis().clamp(1, 1 << 30);
        client.batch_execute(&format!("{PREPARE}{milliseconds}")).await.map_err(of_postgres)?;
        let text = schema::text(&plan.name);
        let mut row = check(&client, &plan.name).await?;
        if get::<Option<Vec<String>>>(&row, "bodies")?.is_none() {
            if get::<bool>(&row, "standby")? {
                return Err(StoreError::new("the server is a standby"));
            }
            let made = client.batch_execute(&format!("{BEGIN}{text};COMMIT")).await;
            made.map_err(|error| missing(&plan.name, error))?;
            row = check(&client, &plan.name).await?;
        }
        let cautions = judge(&row, plan, &text)?;
        let call = format!(
            "SELECT * FROM {}.ask($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
             $15, $16, $17, $18, $19, $20, $21)",
            schema::quoted(&plan.name)
        );
        let ask = client.prepare(&call).await.map_err(of_postgres)?;
        warned.store(false, Ordering::SeqCst);
        Ok((Self { client, ask, warned }, cautions))
    }

    /// Whether the other side has closed the connection.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Asks. The rows are here when the server has committed.
    pub(super) async fn ask(&self, words: &[&(dyn ToSql + Sync)]) -> Result<Row, Error> {
        self.client.query_one(&self.ask, words).await
    }

    /// Runs another statement.
    pub(super) async fn query(
        &self,
        text: &str,
        words: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        self.client.query_typed(text, words).await.map_err(of_postgres)
    }

    /// Whether the server warned since the connection was made.
    pub(super) fn warned(&self) -> bool {
        self.warned.load(Ordering::SeqCst)
    }
}

/// Connects, and reads what comes from then on.
async fn connect(plan: &Plan, warned: &Arc<AtomicBool>) -> Result<Client, Error> {
    #[cfg(feature = "postgres-tls")]
    if let Some(tls) = &plan.tls {
        let (client, connection) = plan.config.connect(tls.clone()).await?;
        tokio::spawn(drive(connection, Arc::clone(warned)));
        return Ok(client);
    }
    let (client, connection) = plan.config.connect(NoTls).await?;
    tokio::spawn(drive(connection, Arc::clone(warned)));
    Ok(client)
}

async fn drive(
    mut connection: Connection<Socket, impl AsyncRead + AsyncWrite + Unpin>,
    warned: Arc<AtomicBool>,
) {
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notice(notice) = message
            && notice.parsed_severity() == Some(Severity::Warning)
        {
            warned.store(true, Ordering::SeqCst);
        }
    }
}

async fn check(client: &Client, schema: &str) -> Result<Row, StoreError> {
    client.query_typed_one(CHECK, &[(&schema, Type::TEXT)]).await.map_err(of_postgres)
}

/// Refuses a server that cannot keep the promise, and says what is weaker than it could be.
fn judge(row: &Row, plan: &Plan, text: &str) -> Result<Vec<StoreCaution>, StoreError> {
    if get::<bool>(row, "standby")? {
        return Err(StoreError::new("the server is a standby"));
    }
    if get::<Option<Vec<String>>>(row, "bodies")?.unwrap_or_default() != schema::bodies(text) {
        let reason = format!(
            "the functions of the schema {} are of another version of this program: run the same \
             version at all gates, and let an operator run the set-up of that version",
            plan.name
        );
        return Err(StoreError::of(StoreErrorKind::Setup, &reason));
    }
    if get::<i64>(row, "fleeting")? != 0 {
        let reason = format!("a table of the schema {} is UNLOGGED: set it LOGGED", plan.name);
        return Err(StoreError::of(StoreErrorKind::Setup, &reason));
    }
    let mut cautions = Vec::new();
    if get::<String>(row, "fsync")? != "on" {
        cautions.push(StoreCaution::new(
            "postgres-fsync-off",
            "the server does not write to its disk (fsync = off): a power cut loses admissions or \
             the whole database; set fsync = on",
        ));
    }
    if get::<String>(row, "full_pages")? != "on" {
        cautions.push(StoreCaution::new(
            "postgres-full-page-writes-off",
            "a power cut can damage the server's tables (full_page_writes = off); set \
             full_page_writes = on",
        ));
    }
    if get::<String>(row, "names")?.is_empty() && get::<i64>(row, "standbys")? > 0 {
        cautions.push(StoreCaution::new(
            "postgres-standby-not-synchronous",
            "the server does not wait for its standbys (synchronous_standby_names is empty): a \
             failover loses admissions and shuts the gates for a while, and nothing ends the old \
             server's life; set synchronous_standby_names",
        ));
    }
    Ok(cautions)
}

/// The schema is missing and could not be made.
fn missing(name: &str, error: Error) -> StoreError {
    let schema = schema::quoted(name);
    let denied = error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE);
    let error = of_postgres(error);
    if !denied {
        return error;
    }
    let reason = format!(
        "{error}; the schema {schema} is missing: GRANT CREATE ON DATABASE to this user, or let an \
         operator make the schema, and GRANT USAGE ON SCHEMA {schema} to this user"
    );
    StoreError::of(StoreErrorKind::Setup, &reason)
}

/// The server's words. They contain no password.
#[expect(clippy::needless_pass_by_value, reason = "for use with map_err")]
pub(super) fn of_postgres(error: Error) -> StoreError {
    #[cfg(feature = "postgres-tls")]
    if let Some(why) = super::tls::refused_certificate(&error) {
        let reason = format!("the certificate of the server is not accepted: {why}");
        return StoreError::of(StoreErrorKind::Setup, &reason);
    }
    let Some(server) = error.as_db_error() else {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        return StoreError::new(&format!("{error}{}", cause.unwrap_or_default()));
    };
    let (code, message) = (server.code().code(), server.message());
    let text = format!("{message} (SQLSTATE {code})");
    let kind = match code.get(..2) {
        _ if *server.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            let text = format!(
                "{text}; the user needs GRANT USAGE ON SCHEMA, for an operator's word GRANT \
                 EXECUTE ON FUNCTION go_on or change_settings, and the owner of the schema needs \
                 GRANT EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) and \
                 pg_current_wal_lsn()"
            );
            return StoreError::of(StoreErrorKind::Setup, &text);
        }
        // Who may connect; which database.
        Some("28" | "3D") => StoreErrorKind::Setup,
        // A table, column or function is missing or is something else.
        Some("42" | "3F" | "22" | "21") => StoreErrorKind::Foreign,
        Some("53" | "58") => StoreErrorKind::Storage,
        Some("XX") => StoreErrorKind::Damaged,
        _ => StoreErrorKind::Unreachable,
    };
    StoreError::of(kind, &text)
}
