//! Removing rows that have served.

use selfsame_protocol::UnixMillis;

use super::{Store, StoreError};

impl Store {
    /// Forgets requests that are too old to be sent again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_requests(&self, until: UnixMillis) -> Result<(), StoreError> {
        self.delete("DELETE FROM requests_seen WHERE expires_ms <= ?", until)
            .await
    }

    /// Forgets checks, but for those that a hard factor rests on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_checks(&self, until: UnixMillis) -> Result<(), StoreError> {
        self.delete(
            "DELETE FROM checks WHERE created_ms <= ? AND id NOT IN (SELECT check_id FROM hard_factors)",
            until,
        )
        .await
    }

    /// Forgets what decisions were made from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_decisions(&self, until: UnixMillis) -> Result<(), StoreError> {
        self.delete("DELETE FROM decisions WHERE at_ms <= ?", until)
            .await
    }

    /// Forgets tokens that expired before `until`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_tokens(&self, until: UnixMillis) -> Result<(), StoreError> {
        self.delete("DELETE FROM enrolment_tokens WHERE expires_ms <= ?", until)
            .await
    }

    /// Forgets links and sessions of the console that have ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_console_keys(&self, until: UnixMillis) -> Result<(), StoreError> {
        self.delete("DELETE FROM console_keys WHERE expires_ms <= ?", until)
            .await
    }

    async fn delete(&self, statement: &'static str, until: UnixMillis) -> Result<(), StoreError> {
        sqlx::query(statement)
            .bind(until.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
