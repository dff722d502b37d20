//! The tests of a service: made ready for one person, answered once, judged by whoever looked.

use selfsame_protocol::{CheckId, UnixMillis};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Login, Store, StoreError,
    audit::{commit_if_changed, commit_recorded},
};
use crate::audit::Record;

/// What a service has to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TestKind {
    /// An answer about another person than the one who signs in.
    OtherPerson,
    /// An answer that comes from another browser than the one that asked.
    OtherBrowser,
}

impl TestKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OtherPerson, Self::OtherBrowser];

    /// The word for it in the database and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherPerson => "other-person",
            Self::OtherBrowser => "other-browser",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(StoreError::Corrupt("kind of test"))
    }
}

/// What the service did with a test's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TestResult {
    /// It refused it, as it must.
    Refused,
    /// It signed somebody in: it must not be answered.
    SignedIn,
}

impl TestResult {
    /// The word for it in the database and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::SignedIn => "signed-in",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Refused, Self::SignedIn]
            .into_iter()
            .find(|result| result.as_str() == text)
            .ok_or(StoreError::Corrupt("result of a test"))
    }
}

/// A test that is to be made ready.
#[derive(Debug)]
pub struct NewTest {
    /// The entity id of the service.
    pub service: String,
    /// What it has to refuse.
    pub kind: TestKind,
    /// Whose device answers.
    pub login: Login,
    /// Until when.
    pub expires: UnixMillis,
}

/// A test that was answered and judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Which.
    pub kind: TestKind,
    /// What the service did.
    pub result: TestResult,
    /// When it was answered.
    pub answered: UnixMillis,
}

impl Store {
    /// Makes a test ready, in place of every other that waits at this service.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prepare_test(
        &self,
        test: &NewTest,
        record: Record,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM service_tests WHERE service = ? AND check_id IS NULL")
            .bind(&test.service)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO service_tests (service, kind, login, expires_ms) VALUES (?, ?, ?, ?)",
        )
        .bind(&test.service)
        .bind(test.kind.as_str())
        .bind(test.login.as_str())
        .bind(test.expires.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, record, now).await
    }

    /// Spends the test that waits for this person at this service on a check; the same check may ask again.
    /// `record` is written when there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_test(
        &self,
        service: &str,
        login: &Login,
        check: CheckId,
        record: impl FnOnce(TestKind) -> Record,
        now: UnixMillis,
    ) -> Result<Option<TestKind>, StoreError> {
        let mut tx = self.write().await?;
        let row = sqlx::query(
            "UPDATE service_tests SET check_id = ?1, answered_ms = ?2 WHERE service = ?3 AND login = ?4 \
             AND expires_ms > ?2 AND (check_id IS NULL OR check_id = ?1) RETURNING kind",
        )
        .bind(check.to_string())
        .bind(now.0)
        .bind(service)
        .bind(login.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let kind = TestKind::parse(row.try_get("kind")?)?;
        commit_recorded(tx, record(kind), now).await?;
        Ok(Some(kind))
    }

    /// Judges the last test of a kind that was answered; `false` when none waits to be judged.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn judge_test(
        &self,
        service: &str,
        kind: TestKind,
        result: TestResult,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE service_tests SET result = ? WHERE result IS NULL AND id = \
             (SELECT MAX(id) FROM service_tests WHERE service = ? AND kind = ? AND check_id IS NOT NULL)",
        )
        .bind(result.as_str())
        .bind(service)
        .bind(kind.as_str())
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// The judged tests of a service, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn judged_tests(&self, service: &str) -> Result<Vec<Judged>, StoreError> {
        let rows = sqlx::query(
            "SELECT kind, result, answered_ms FROM service_tests \
             WHERE service = ? AND result IS NOT NULL ORDER BY id",
        )
        .bind(service)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<Judged, StoreError> {
    Ok(Judged {
        kind: TestKind::parse(row.try_get("kind")?)?,
        result: TestResult::parse(row.try_get("result")?)?,
        answered: UnixMillis(row.try_get("answered_ms")?),
    })
}
