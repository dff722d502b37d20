//! People: the logins that devices answer for.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use selfsame_protocol::{Origin, UnixMillis};
use sha2::{Digest, Sha256};
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, Write};

/// A person's login at the services, as it goes into a NameID. Services compare it without case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Login(String);

impl Login {
    /// Takes a login as an administrator typed it; `None` when it is empty, too long, or holds
    /// blanks or control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = text.chars().all(|c| !c.is_control() && !c.is_whitespace());
        (is_plain && (1..=256).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both name the same person, as the database compares them.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's key in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub(super) i64);

impl PersonId {
    /// Takes the number that an address names; whether there is such a person is for the database to say.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number that is part of an address.
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// Somebody devices answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The key.
    pub id: PersonId,
    /// The login.
    pub login: Login,
    /// Since when.
    pub created: UnixMillis,
}

/// One of many people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub person: Person,
    /// How many of the person's devices may answer.
    pub devices: u32,
}

impl Person {
    /// What relying parties call the person: never changed and never another's, as a login may be, and without meaning
    /// (OpenID Connect Core §2, `sub`).
    pub fn subject(&self, issuer: &Origin) -> String {
        let digest = Sha256::digest(format!("{issuer} person {}", self.id.0));
        URL_SAFE_NO_PAD.encode(&digest[..16])
    }
}

impl Store {
    /// Everybody, by login.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query("SELECT id, login, created_ms FROM people ORDER BY login")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The first people by login after `after` whose logins contain `part`, up to `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_like(
        &self,
        part: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, p.login, p.created_ms, \
             (SELECT COUNT(*) FROM devices d WHERE d.person = p.id AND d.standing = 'active') AS devices \
             FROM people p WHERE p.login > ?1 AND instr(lower(p.login), lower(?2)) > 0 ORDER BY p.login LIMIT ?3",
        )
        .bind(after)
        .bind(part)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Listed {
                    person: read(row)?,
                    devices: row.try_get("devices")?,
                })
            })
            .collect()
    }

    /// The person with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person_by_id(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query("SELECT id, login, created_ms FROM people WHERE id = ?")
            .bind(id.0)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The person with this login, compared without case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&self, login: &Login) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query("SELECT id, login, created_ms FROM people WHERE login = ?")
            .bind(login.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

/// The key of the person with this login, who is entered if new.
pub(super) async fn enter(
    tx: &mut Write,
    login: &Login,
    now: UnixMillis,
) -> Result<PersonId, StoreError> {
    sqlx::query("INSERT INTO people (login, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(login.as_str())
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    let row = sqlx::query("SELECT id FROM people WHERE login = ?")
        .bind(login.as_str())
        .fetch_one(&mut **tx)
        .await?;
    Ok(PersonId(row.try_get("id")?))
}

pub(super) fn read_login(row: &SqliteRow) -> Result<Login, StoreError> {
    parse_login(row.try_get("login")?)
}

pub(super) fn parse_login(text: &str) -> Result<Login, StoreError> {
    Login::parse(text).ok_or(StoreError::Corrupt("login"))
}

fn read(row: &SqliteRow) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId(row.try_get("id")?),
        login: read_login(row)?,
        created: UnixMillis(row.try_get("created_ms")?),
    })
}
