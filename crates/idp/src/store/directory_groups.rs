//! The groups of directories. Who is in them stands in `group_members`, by the group's name, where policy rules read it.

use std::collections::BTreeSet;

use selfsame_protocol::UnixMillis;
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{DirectoryMatch, Store, StoreError, Write, audit::commit_recorded};
use crate::audit::{Action, Record};

/// What a directory says of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupState {
    /// Its name, which rules name.
    pub name: String,
    /// The directory's own name.
    pub external_id: Option<String>,
    /// The ids of the people in it.
    pub members: BTreeSet<String>,
}

/// A group in a directory.
#[derive(Debug, Clone)]
pub struct DirectoryGroup {
    /// What directories call it.
    pub id: String,
    /// What they said.
    pub state: GroupState,
    /// Since when.
    pub created: UnixMillis,
    /// When it last changed.
    pub changed: UnixMillis,
}

/// What became of a change.
#[derive(Debug)]
pub enum GroupChange {
    /// It was made.
    Made(DirectoryGroup),
    /// There is no group of that id.
    NotFound,
    /// Another group has that name; one that was made by hand, perhaps.
    Taken,
    /// A member is nobody whom a directory told of.
    UnknownMember,
}

const ONE: &str =
    "SELECT id, name, external_id, created_ms, changed_ms FROM directory_groups WHERE id = ?";
const PAGE: &str = "SELECT id, name, external_id, created_ms, changed_ms FROM directory_groups \
     WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR external_id = ?2) AND (?3 IS NULL OR name = ?3) \
     ORDER BY created_ms, id LIMIT ?4 OFFSET ?5";
const COUNT: &str = "SELECT COUNT(*) AS n FROM directory_groups \
     WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR external_id = ?2) AND (?3 IS NULL OR name = ?3)";

impl Store {
    /// One group.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn directory_group(&self, id: &str) -> Result<Option<DirectoryGroup>, StoreError> {
        let mut reader = self.pool.acquire().await?;
        find(&mut reader, id).await
    }

    /// A page of groups, by how many before it and how many on it, and how many there are in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn directory_groups(
        &self,
        matching: &DirectoryMatch,
        (before, count): (u32, u32),
    ) -> Result<(Vec<DirectoryGroup>, u32), StoreError> {
        let [id, external_id, name] = matching.parts();
        let mut reader = self.pool.acquire().await?;
        let rows = sqlx::query(PAGE)
            .bind(id)
            .bind(external_id)
            .bind(name)
            .bind(count)
            .bind(before)
            .fetch_all(&mut *reader)
            .await?;
        let mut groups = Vec::with_capacity(rows.len());
        for row in &rows {
            groups.push(with_members(&mut reader, row).await?);
        }
        let total = sqlx::query(COUNT)
            .bind(id)
            .bind(external_id)
            .bind(name)
            .fetch_one(&mut *reader)
            .await?;
        Ok((groups, total.try_get("n")?))
    }

    /// A new group.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_directory_group(
        &self,
        id: &str,
        state: GroupState,
        actor: &str,
        now: UnixMillis,
    ) -> Result<GroupChange, StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO directory_groups (id, name, external_id, created_ms, changed_ms) \
             VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(&state.name)
        .bind(&state.external_id)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 || is_somebody_in(&mut tx, &state.name).await? {
            return Ok(GroupChange::Taken);
        }
        let before = DirectoryGroup {
            id: id.to_owned(),
            state: GroupState {
                members: BTreeSet::new(),
                ..state.clone()
            },
            created: now,
            changed: now,
        };
        settle(tx, before, state, actor, now).await
    }

    /// Changes a group, by what it was.
    ///
    /// # Errors
    /// [`StoreError`]; inside it what `change` found wrong.
    pub async fn change_directory_group<E>(
        &self,
        id: &str,
        change: impl FnOnce(GroupState) -> Result<GroupState, E> + Send,
        actor: &str,
        now: UnixMillis,
    ) -> Result<Result<GroupChange, E>, StoreError> {
        let mut tx = self.write().await?;
        let Some(before) = find(&mut tx, id).await? else {
            return Ok(Ok(GroupChange::NotFound));
        };
        let state = match change(before.state.clone()) {
            Ok(state) => state,
            Err(error) => return Ok(Err(error)),
        };
        if !write(&mut tx, &before, &state, now).await? {
            return Ok(Ok(GroupChange::Taken));
        }
        settle(tx, before, state, actor, now).await.map(Ok)
    }

    /// Removes a group, and everybody from it; `false` when there is none of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_directory_group(
        &self,
        id: &str,
        actor: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let Some(group) = find(&mut tx, id).await? else {
            return Ok(false);
        };
        for statement in [
            "DELETE FROM group_members WHERE group_name = (SELECT name FROM directory_groups WHERE id = ?)",
            "DELETE FROM directory_groups WHERE id = ?",
        ] {
            sqlx::query(statement).bind(id).execute(&mut *tx).await?;
        }
        let record = Record::new(actor, Action::GroupRemoved, &group.state.name)
            .with(json!({ "id": id, "members": group.state.members.len() }));
        commit_recorded(tx, record, now).await?;
        Ok(true)
    }
}

/// Name and external id; `false` when another group has that name, or one made by hand. Members go with the name.
async fn write(
    tx: &mut Write,
    before: &DirectoryGroup,
    state: &GroupState,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE directory_groups SET name = ?1, external_id = ?2, changed_ms = ?3 WHERE id = ?4 \
         AND NOT EXISTS (SELECT 1 FROM directory_groups WHERE name = ?1 AND id <> ?4)",
    )
    .bind(&state.name)
    .bind(&state.external_id)
    .bind(now.0)
    .bind(&before.id)
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let is_other = !state.name.eq_ignore_ascii_case(&before.state.name);
    if is_other && is_somebody_in(tx, &state.name).await? {
        return Ok(false);
    }
    sqlx::query("UPDATE group_members SET group_name = ? WHERE group_name = ?")
        .bind(&state.name)
        .bind(&before.state.name)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// Writes who came and who went, and ends the transaction.
async fn settle(
    mut tx: Write,
    before: DirectoryGroup,
    state: GroupState,
    actor: &str,
    now: UnixMillis,
) -> Result<GroupChange, StoreError> {
    let came: Vec<_> = state.members.difference(&before.state.members).collect();
    let went: Vec<_> = before.state.members.difference(&state.members).collect();
    for id in &came {
        if !enter(&mut tx, id, &state.name, now).await? {
            return Ok(GroupChange::UnknownMember);
        }
    }
    for id in &went {
        take_out(&mut tx, id, &state.name).await?;
    }
    let record = Record::new(actor, Action::GroupChanged, &state.name)
        .with(json!({ "id": before.id, "before": before.state.name, "came": came, "went": went }));
    commit_recorded(tx, record, now).await?;
    Ok(GroupChange::Made(DirectoryGroup {
        state,
        changed: now,
        ..before
    }))
}

/// Whether people were put into a group of this name, as only administrators do where no directory told of it.
async fn is_somebody_in(tx: &mut Write, name: &str) -> Result<bool, StoreError> {
    let row =
        sqlx::query("SELECT EXISTS (SELECT 1 FROM group_members WHERE group_name = ?) AS found")
            .bind(name)
            .fetch_one(&mut **tx)
            .await?;
    Ok(row.try_get("found")?)
}

/// `false` when nobody has that id.
async fn enter(tx: &mut Write, id: &str, group: &str, now: UnixMillis) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT OR REPLACE INTO group_members (person, group_name, added_ms) \
         SELECT person, ?, ? FROM directory_users WHERE id = ?",
    )
    .bind(group)
    .bind(now.0)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn take_out(tx: &mut Write, id: &str, group: &str) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM group_members WHERE group_name = ? \
         AND person = (SELECT person FROM directory_users WHERE id = ?)",
    )
    .bind(group)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn find(
    reader: &mut SqliteConnection,
    id: &str,
) -> Result<Option<DirectoryGroup>, StoreError> {
    let row = sqlx::query(ONE)
        .bind(id)
        .fetch_optional(&mut *reader)
        .await?;
    match row {
        Some(row) => with_members(reader, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn with_members(
    reader: &mut SqliteConnection,
    row: &SqliteRow,
) -> Result<DirectoryGroup, StoreError> {
    let name: String = row.try_get("name")?;
    let members = sqlx::query(
        "SELECT u.id FROM group_members g JOIN directory_users u ON u.person = g.person WHERE g.group_name = ?",
    )
    .bind(&name)
    .fetch_all(reader)
    .await?;
    let members = members.iter().map(|row| row.try_get("id"));
    Ok(DirectoryGroup {
        id: row.try_get("id")?,
        state: GroupState {
            name,
            external_id: row.try_get("external_id")?,
            members: members.collect::<Result<_, _>>()?,
        },
        created: UnixMillis(row.try_get("created_ms")?),
        changed: UnixMillis(row.try_get("changed_ms")?),
    })
}
