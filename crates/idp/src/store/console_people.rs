//! The people of the console, and the one role that each has.

use std::fmt;

use clap::ValueEnum;
use selfsame_protocol::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Login, Store, StoreError, Write, audit::commit_recorded, people::parse_login};
use crate::audit::{Action, Record};

/// What somebody is in the console. What each may do is in `console::rights`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything, and who else is here.
    Owner,
    /// Devices, tokens and services.
    Security,
    /// Why somebody was asked; stops a lost device.
    Helpdesk,
    /// Sees everything and changes nothing.
    Auditor,
    /// Sees who did what to whose device, and no sign-ins.
    PrivacyOfficer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Security,
        Self::Helpdesk,
        Self::Auditor,
        Self::PrivacyOfficer,
    ];

    /// The word for it in the database, in the audit log and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Security => "security",
            Self::Helpdesk => "helpdesk",
            Self::Auditor => "auditor",
            Self::PrivacyOfficer => "privacy-officer",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(StoreError::Corrupt("console role"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody who may open the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolePerson {
    /// The key, which is part of an address.
    pub id: i64,
    /// The name, of the form of a login.
    pub name: Login,
    /// What the person is.
    pub role: Role,
    /// Since when.
    pub added: UnixMillis,
}

impl ConsolePerson {
    /// Who did something, for the audit log.
    pub fn actor(&self) -> String {
        format!("console:{}", self.name)
    }
}

/// What became of a change of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleChange {
    /// It was made.
    Done,
    /// There was nothing to change.
    Nothing,
    /// It would leave nobody to let others in. Nothing was changed.
    LastOwner,
}

impl Store {
    /// Everybody, the first to come first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn console_people(&self) -> Result<Vec<ConsolePerson>, StoreError> {
        let rows = sqlx::query("SELECT id, name, role, added_ms FROM console_people ORDER BY id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Enters somebody, or gives somebody another role, with its audit record by `actor`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_console_person(
        &self,
        actor: &str,
        name: &Login,
        role: Role,
        now: UnixMillis,
    ) -> Result<PeopleChange, StoreError> {
        let mut tx = self.write().await?;
        let before = role_of(&mut tx, name).await?;
        if before == Some(role) {
            return Ok(PeopleChange::Nothing);
        }
        if before == Some(Role::Owner) && is_last_owner(&mut tx).await? {
            return Ok(PeopleChange::LastOwner);
        }
        sqlx::query(
            "INSERT INTO console_people (name, role, added_ms) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET role = excluded.role",
        )
        .bind(name.as_str())
        .bind(role.as_str())
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        commit_recorded(tx, put(actor, name, before, role), now).await?;
        Ok(PeopleChange::Done)
    }

    /// Removes somebody, whose links and sessions end with that, with its audit record by `actor`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_console_person(
        &self,
        actor: &str,
        name: &Login,
        now: UnixMillis,
    ) -> Result<PeopleChange, StoreError> {
        let mut tx = self.write().await?;
        let Some(role) = role_of(&mut tx, name).await? else {
            return Ok(PeopleChange::Nothing);
        };
        if role == Role::Owner && is_last_owner(&mut tx).await? {
            return Ok(PeopleChange::LastOwner);
        }
        sqlx::query("DELETE FROM console_people WHERE name = ?")
            .bind(name.as_str())
            .execute(&mut *tx)
            .await?;
        let record = Record::new(actor, Action::ConsolePersonRemoved, name);
        commit_recorded(tx, record.with(json!({ "old": role })), now).await?;
        Ok(PeopleChange::Done)
    }
}

fn put(actor: &str, name: &Login, before: Option<Role>, role: Role) -> Record {
    let action = match before {
        None => Action::ConsolePersonAdded,
        Some(_) => Action::ConsolePersonChanged,
    };
    Record::new(actor, action, name).with(json!({ "old": before, "new": role }))
}

async fn role_of(tx: &mut Write, name: &Login) -> Result<Option<Role>, StoreError> {
    let row = sqlx::query("SELECT role FROM console_people WHERE name = ?")
        .bind(name.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Role::parse(row.try_get("role")?)).transpose()
}

async fn is_last_owner(tx: &mut Write) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM console_people WHERE role = 'owner'")
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get::<i64, _>("n")? <= 1)
}

pub(super) fn read(row: &SqliteRow) -> Result<ConsolePerson, StoreError> {
    Ok(ConsolePerson {
        id: row.try_get("id")?,
        name: parse_login(row.try_get("name")?)?,
        role: Role::parse(row.try_get("role")?)?,
        added: UnixMillis(row.try_get("added_ms")?),
    })
}
