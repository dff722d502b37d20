//! Who is in which group. A group is there as long as somebody is in it.

use std::collections::HashMap;

use selfsame_protocol::UnixMillis;
use sqlx::Row;

use super::{Login, Person, PersonId, Store, StoreError, audit::commit_if_changed};
use crate::audit::Record;

impl Store {
    /// The groups of the person with this login.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn groups_of(&self, login: &Login) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT g.group_name FROM group_members g JOIN people p ON p.id = g.person \
             WHERE p.login = ? ORDER BY g.group_name",
        )
        .bind(login.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| Ok(row.try_get("group_name")?))
            .collect()
    }

    /// Everybody's groups.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_groups(&self) -> Result<HashMap<PersonId, Vec<String>>, StoreError> {
        let rows = sqlx::query("SELECT person, group_name FROM group_members")
            .fetch_all(&self.pool)
            .await?;
        let mut groups: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let person = PersonId(row.try_get("person")?);
            groups
                .entry(person)
                .or_default()
                .push(row.try_get("group_name")?);
        }
        Ok(groups)
    }

    /// Puts a person into a group; `false` when they are in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn join_group(
        &self,
        person: &Person,
        group: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO group_members (person, group_name, added_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(person.id.0)
        .bind(group)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_if_changed(tx, &done, record, now).await
    }

    /// Takes a person out of a group; `false` when they are not in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leave_group(
        &self,
        person: &Person,
        group: &str,
        record: Record,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("DELETE FROM group_members WHERE person = ? AND group_name = ?")
            .bind(person.id.0)
            .bind(group)
            .execute(&mut *tx)
            .await?;
        commit_if_changed(tx, &done, record, now).await
    }
}
