//! What directories call the people of here. Whoever leaves loses devices, open tokens and groups in the same
//! transaction, each with its line in the audit log.

use selfsame_protocol::UnixMillis;
use serde_json::json;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Login, PersonId, Store, StoreError, Write,
    audit::{self, commit_recorded},
    devices, people,
};
use crate::audit::{Action, Record};

/// What a directory says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserState {
    /// The login at the services.
    pub login: Login,
    /// The directory's own name.
    pub external_id: Option<String>,
    /// Whether the person belongs here.
    pub active: bool,
}

/// A person in a directory.
#[derive(Debug, Clone)]
pub struct DirectoryUser {
    /// What directories call the person.
    pub id: String,
    /// What they said.
    pub state: UserState,
    /// Since when.
    pub created: UnixMillis,
    /// When it last changed.
    pub changed: UnixMillis,
}

/// Which users or groups are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryMatch {
    /// All.
    All,
    /// By the directory's id here.
    Id(String),
    /// By the directory's own name.
    ExternalId(String),
    /// By login or display name, compared without case.
    Name(String),
}

/// What became of a change.
#[derive(Debug)]
pub enum Change {
    /// It was made.
    Made(DirectoryUser),
    /// There is nobody of that id.
    NotFound,
    /// The login is another's.
    Taken,
}

const ONE: &str = "SELECT u.id, p.login, u.external_id, u.active, u.created_ms, u.changed_ms, u.person \
     FROM directory_users u JOIN people p ON p.id = u.person WHERE u.id = ?";
const PAGE: &str = "SELECT u.id, p.login, u.external_id, u.active, u.created_ms, u.changed_ms, u.person \
     FROM directory_users u JOIN people p ON p.id = u.person \
     WHERE (?1 IS NULL OR u.id = ?1) AND (?2 IS NULL OR u.external_id = ?2) AND (?3 IS NULL OR p.login = ?3) \
     ORDER BY u.created_ms, u.id LIMIT ?4 OFFSET ?5";
const COUNT: &str = "SELECT COUNT(*) AS n FROM directory_users u JOIN people p ON p.id = u.person \
     WHERE (?1 IS NULL OR u.id = ?1) AND (?2 IS NULL OR u.external_id = ?2) AND (?3 IS NULL OR p.login = ?3)";

impl DirectoryMatch {
    /// Id, external id and name, of which one is given at most.
    pub(super) fn parts(&self) -> [Option<&str>; 3] {
        match self {
            Self::All => [None, None, None],
            Self::Id(id) => [Some(id), None, None],
            Self::ExternalId(id) => [None, Some(id), None],
            Self::Name(name) => [None, None, Some(name)],
        }
    }
}

impl Store {
    /// One person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn directory_user(&self, id: &str) -> Result<Option<DirectoryUser>, StoreError> {
        let matching = DirectoryMatch::Id(id.to_owned());
        let (mut found, _) = self.directory_users(&matching, (0, 1)).await?;
        Ok(found.pop())
    }

    /// A page of people, by how many before it and how many on it, and how many there are in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn directory_users(
        &self,
        matching: &DirectoryMatch,
        (before, count): (u32, u32),
    ) -> Result<(Vec<DirectoryUser>, u32), StoreError> {
        let [id, external_id, login] = matching.parts();
        let rows = sqlx::query(PAGE)
            .bind(id)
            .bind(external_id)
            .bind(login)
            .bind(count)
            .bind(before)
            .fetch_all(&self.pool)
            .await?;
        let total = sqlx::query(COUNT)
            .bind(id)
            .bind(external_id)
            .bind(login)
            .fetch_one(&self.pool)
            .await?;
        let users = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok((users, total.try_get("n")?))
    }

    /// Somebody joins; `None` when they are known to a directory already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_directory_user(
        &self,
        id: &str,
        state: UserState,
        actor: &str,
        now: UnixMillis,
    ) -> Result<Option<DirectoryUser>, StoreError> {
        let mut tx = self.write().await?;
        let person = people::enter(&mut tx, &state.login, now).await?;
        let done = sqlx::query(
            "INSERT INTO directory_users (id, person, external_id, active, created_ms, changed_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(person.0)
        .bind(&state.external_id)
        .bind(state.active)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        if !state.active {
            leave(&mut tx, person, actor, now).await?;
        }
        let record = Record::new(actor, Action::PersonJoined, &state.login)
            .with(json!({ "id": id, "active": state.active }));
        commit_recorded(tx, record, now).await?;
        Ok(Some(DirectoryUser {
            id: id.to_owned(),
            state,
            created: now,
            changed: now,
        }))
    }

    /// Changes what is known of somebody, by what was known.
    ///
    /// # Errors
    /// [`StoreError`]; inside it what `change` found wrong.
    pub async fn change_directory_user<E>(
        &self,
        id: &str,
        change: impl FnOnce(UserState) -> Result<UserState, E> + Send,
        actor: &str,
        now: UnixMillis,
    ) -> Result<Result<Change, E>, StoreError> {
        let mut tx = self.write().await?;
        let Some((person, before)) = find(&mut tx, id).await? else {
            return Ok(Ok(Change::NotFound));
        };
        let state = match change(before.state.clone()) {
            Ok(state) => state,
            Err(error) => return Ok(Err(error)),
        };
        if state.login != before.state.login && !rename(&mut tx, person, &state.login).await? {
            return Ok(Ok(Change::Taken));
        }
        write(&mut tx, id, &state, now).await?;
        if !state.active {
            leave(&mut tx, person, actor, now).await?;
        }
        let action = match (before.state.active, state.active) {
            (true, false) => Action::PersonLeft,
            (false, true) => Action::PersonJoined,
            _ => Action::PersonChanged,
        };
        let record = Record::new(actor, action, &state.login).with(
            json!({ "id": id, "active": state.active, "before": before.state.login.as_str() }),
        );
        commit_recorded(tx, record, now).await?;
        let changed = now;
        Ok(Ok(Change::Made(DirectoryUser {
            state,
            changed,
            ..before
        })))
    }

    /// Somebody leaves for good; `false` when there is nobody of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_directory_user(
        &self,
        id: &str,
        actor: &str,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let Some((person, user)) = find(&mut tx, id).await? else {
            return Ok(false);
        };
        leave(&mut tx, person, actor, now).await?;
        sqlx::query("DELETE FROM directory_users WHERE id = ?")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        let record = Record::new(actor, Action::PersonLeft, &user.state.login)
            .with(json!({ "id": id, "removed": true }));
        commit_recorded(tx, record, now).await?;
        Ok(true)
    }
}

/// The person with this id in the directory, inside a transaction.
async fn find(tx: &mut Write, id: &str) -> Result<Option<(PersonId, DirectoryUser)>, StoreError> {
    let row = sqlx::query(ONE).bind(id).fetch_optional(&mut **tx).await?;
    let found = |row: SqliteRow| Ok((PersonId(row.try_get("person")?), read(&row)?));
    row.map(found).transpose()
}

async fn write(
    tx: &mut Write,
    id: &str,
    state: &UserState,
    now: UnixMillis,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE directory_users SET external_id = ?, active = ?, changed_ms = ? WHERE id = ?",
    )
    .bind(&state.external_id)
    .bind(state.active)
    .bind(now.0)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `false` when another has that login.
async fn rename(tx: &mut Write, person: PersonId, login: &Login) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE people SET login = ?1 WHERE id = ?2 \
         AND NOT EXISTS (SELECT 1 FROM people WHERE login = ?1 AND id <> ?2)",
    )
    .bind(login.as_str())
    .bind(person.0)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends everything by which a person could be let in or enrol again.
async fn leave(
    tx: &mut Write,
    person: PersonId,
    actor: &str,
    now: UnixMillis,
) -> Result<(), StoreError> {
    for device in devices::end_all(tx, person).await? {
        let record =
            Record::new(actor, Action::DeviceRevoked, device).with(json!({ "why": "person-left" }));
        audit::append(tx, record, now).await?;
    }
    sqlx::query("UPDATE enrolment_tokens SET expires_ms = MIN(expires_ms, ?) WHERE person = ?")
        .bind(now.0)
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM group_members WHERE person = ?")
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<DirectoryUser, StoreError> {
    Ok(DirectoryUser {
        id: row.try_get("id")?,
        state: UserState {
            login: people::read_login(row)?,
            external_id: row.try_get("external_id")?,
            active: row.try_get("active")?,
        },
        created: UnixMillis(row.try_get("created_ms")?),
        changed: UnixMillis(row.try_get("changed_ms")?),
    })
}
