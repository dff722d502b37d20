//! Who people are in directories of Entra ID.

use selfsame_protocol::UnixMillis;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Login, Person, Store, StoreError, audit::commit_if_changed, people};
use crate::{audit::Record, oidc::guid::Guid};

/// One person in one directory: the two values that never change and are given to nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraAccount {
    /// The directory (`tid`).
    pub tenant: Guid,
    /// The person in it (`oid`).
    pub object: Guid,
}

impl Store {
    /// The login of whoever has this account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn login_of_account(
        &self,
        account: &EntraAccount,
    ) -> Result<Option<Login>, StoreError> {
        let row = sqlx::query(
            "SELECT p.login AS login FROM entra_accounts a JOIN people p ON p.id = a.person \
             WHERE a.tenant = ? AND a.object = ?",
        )
        .bind(account.tenant.as_str())
        .bind(account.object.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(people::read_login).transpose()
    }

    /// The accounts of a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accounts_of(&self, person: &Person) -> Result<Vec<EntraAccount>, StoreError> {
        let rows = sqlx::query(
            "SELECT tenant, object FROM entra_accounts WHERE person = ? ORDER BY tenant, object",
        )
        .bind(person.id.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Links an account to a person; `false` when it is somebody's already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link_account(
        &self,
        person: &Person,
        account: &EntraAccount,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO entra_accounts (tenant, object, person, linked_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(account.tenant.as_str())
        .bind(account.object.as_str())
        .bind(person.id.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Takes an account away from a person; `false` when it was not theirs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unlink_account(
        &self,
        person: &Person,
        account: &EntraAccount,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "DELETE FROM entra_accounts WHERE tenant = ? AND object = ? AND person = ?",
        )
        .bind(account.tenant.as_str())
        .bind(account.object.as_str())
        .bind(person.id.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}

fn read(row: &SqliteRow) -> Result<EntraAccount, StoreError> {
    let guid = |text: &str| Guid::parse(text).ok_or(StoreError::Corrupt("account"));
    Ok(EntraAccount {
        tenant: guid(row.try_get("tenant")?)?,
        object: guid(row.try_get("object")?)?,
    })
}
