//! What the server remembers: one SQLite file, one module for each table.
//!
//! Every write is an immediate transaction, so that what was read inside it is still true when it
//! is written; `synchronous=FULL` makes a commit survive a power cut.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use thiserror::Error;

mod audit;
mod certificates;
mod checks;
mod console;
mod console_people;
mod decisions;
mod devices;
mod directory_groups;
mod directory_users;
mod entra_accounts;
mod forget;
mod group_commit;
mod groups;
mod hard_factors;
mod issuer_keys;
mod people;
mod policies;
mod radius_clients;
mod scim_tokens;
mod service_tests;
mod services;
mod tokens;
mod trail;

use group_commit::GroupCommit;

pub use certificates::{Stage, StoredCertificate};
pub use checks::{Begun, CheckOutcome, CheckRecord, Consumed, Ended, NewCheck, ReplyKind};
pub use console::ConsoleKey;
pub use console_people::{ConsolePerson, PeopleChange, Role};
pub use decisions::{Decided, Grounds};
pub use devices::{Device, NewDevice, Standing};
pub use directory_groups::{DirectoryGroup, GroupChange, GroupState};
pub use directory_users::{Change, DirectoryMatch, DirectoryUser, UserState};
pub use entra_accounts::EntraAccount;
pub use hard_factors::{HardFactor, Provable};
pub use issuer_keys::StoredKeys;
pub use people::{Listed, Login, Person, PersonId};
pub use policies::StoredPolicy;
pub use radius_clients::RadiusClient;
pub use service_tests::{Judged, NewTest, TestKind, TestResult};
pub use services::{Protocol, Service};
pub use tokens::{DeviceCaps, NewToken, OpenToken, Redeemed};
pub use trail::{DayCount, Found, Sought};

/// A check must be answered within 3 s, so nobody waits longer than this for the file's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// A batch of each size has statements of its own, and each is worth keeping.
const STATEMENTS: usize = 256;

/// Why something could not be remembered or looked up. One error may have to be told to many.
#[derive(Debug, Clone, Error)]
pub enum StoreError {
    /// SQLite could not do it: the disk is full or broken, or the file is locked.
    #[error("the database could not be used; see the disk's space and rights: {0}")]
    Database(Arc<sqlx::Error>),
    /// The schema could not be brought up to date.
    #[error(
        "the database could not be brought to this version; was it written by a newer one? {0}"
    )]
    Migrate(Arc<sqlx::migrate::MigrateError>),
    /// A row holds what this program never wrote.
    #[error("the database holds an impossible {0}; it was changed by something else")]
    Corrupt(&'static str),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(Arc::new(error))
    }
}

impl StoreError {
    /// Whether the cause is the database itself and not what was to be written.
    fn is_everybodys(&self) -> bool {
        match self {
            Self::Database(error) => error.as_database_error().is_none_or(|error| {
                !(error.is_foreign_key_violation()
                    || error.is_check_violation()
                    || error.is_unique_violation())
            }),
            Self::Migrate(_) => true,
            Self::Corrupt(_) => false,
        }
    }
}

/// A handle on the database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    group: GroupCommit,
}

pub(crate) type Write = Transaction<'static, Sqlite>;

impl Store {
    /// Opens the database, making the file and bringing its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be used or comes from a newer version.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY_TIMEOUT)
            // A file does not go away as a server does; asking first would cost each statement a second one.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        migrations().run(&pool).await?;
        let group = GroupCommit::start(options);
        Ok(Self { pool, group })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the file, folding the write-ahead log back into it.
    pub async fn close(&self) {
        self.group.close().await;
        self.pool.close().await;
    }

    pub(crate) async fn write(&self) -> Result<Write, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn migrations() -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        let sql = sqlx::SqlSafeStr::into_sql_str(sql);
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(vec![
        migration(1, "start", include_str!("../migrations/0001_start.sql")),
        migration(
            2,
            "requests seen",
            include_str!("../migrations/0002_requests_seen.sql"),
        ),
        migration(
            3,
            "service settings",
            include_str!("../migrations/0003_service_settings.sql"),
        ),
        migration(
            4,
            "certificates",
            include_str!("../migrations/0004_certificates.sql"),
        ),
        migration(
            5,
            "unfinished checks",
            include_str!("../migrations/0005_unfinished_checks.sql"),
        ),
        migration(
            6,
            "protocols",
            include_str!("../migrations/0006_protocols.sql"),
        ),
        migration(
            7,
            "oidc replies",
            include_str!("../migrations/0007_oidc_replies.sql"),
        ),
        migration(
            8,
            "radius clients",
            include_str!("../migrations/0008_radius_clients.sql"),
        ),
        migration(
            9,
            "policies",
            include_str!("../migrations/0009_policies.sql"),
        ),
        migration(
            10,
            "console people",
            include_str!("../migrations/0010_console_people.sql"),
        ),
        migration(11, "scim", include_str!("../migrations/0011_scim.sql")),
    ])
}
