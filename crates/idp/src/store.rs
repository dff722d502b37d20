//! What the server remembers: one SQLite file, one module for each table.
//!
//! Every write is an immediate transaction, so that what was read inside it is still true when it
//! is written; `synchronous=FULL` makes a commit survive a power cut.

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use thiserror::Error;

mod audit;
mod checks;
mod console;
mod devices;
mod forget;
mod hard_factors;
mod people;
mod services;
mod tokens;

pub use checks::{Begun, CheckOutcome, CheckRecord, Consumed, Ended, NewCheck};
pub use console::ConsoleKey;
pub use devices::{Device, NewDevice, Standing};
pub use hard_factors::{HardFactor, Provable};
pub use people::{Login, Person, PersonId};
pub use services::Service;
pub use tokens::{NewToken, Redeemed};

/// A check must be answered within 3 s, so nobody waits longer than this for the file's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// Why something could not be remembered or looked up.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite could not do it: the disk is full or broken, or the file is locked.
    #[error("the database could not be used; see the disk's space and rights: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(
        "the database could not be brought to this version; was it written by a newer one? {0}"
    )]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this program never wrote.
    #[error("the database holds an impossible {0}; it was changed by something else")]
    Corrupt(&'static str),
}

/// A handle on the database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
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
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options)
            .await?;
        migrations().run(&pool).await?;
        Ok(Self { pool })
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
    Migrator::with_migrations(vec![migration(
        1,
        "start",
        include_str!("../migrations/0001_start.sql"),
    )])
}
