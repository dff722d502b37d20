//! Reads a table key by key; what is left over at the end is a mistake.

use std::{ops::RangeInclusive, str::FromStr};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use toml_edit::{Array, Item, Table};

use super::{Mistake, line_at, line_of};
use crate::lifetime;

/// One table, with the keys that were asked for.
pub(super) struct Reader<'a> {
    text: &'a str,
    table: &'a Table,
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str, table: &'a Table) -> Self {
        Self {
            text,
            table,
            known: Vec::new(),
        }
    }

    /// The tables `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<&'a Table>, Mistake> {
        let Some(item) = self.take(key) else {
            return Ok(Vec::new());
        };
        let tables = item.as_array_of_tables();
        let tables = tables.ok_or_else(|| self.wrong(item, format!("write rules as [[{key}]]")))?;
        Ok(tables.iter().collect())
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<String>, Mistake> {
        let Some(item) = self.take(key) else {
            return Ok(None);
        };
        let text = item.as_str().map(str::to_owned);
        let text = text.ok_or_else(|| self.wrong(item, format!("`{key}` is a text in quotes")))?;
        Ok(Some(text))
    }

    /// A text that is read further.
    pub(super) fn parsed<T: FromStr<Err = String>>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<T>, Mistake> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let read = text.parse().map_err(|what| self.at(key, what))?;
        Ok(Some(read))
    }

    /// One of a few words.
    pub(super) fn word<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        words: &[&str],
    ) -> Result<Option<T>, Mistake> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        self.one_of(key, json!(text), words).map(Some)
    }

    /// A list of some of a few words.
    pub(super) fn words<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        words: &[&str],
    ) -> Result<Option<Vec<T>>, Mistake> {
        let Some(texts) = self.list::<String>(key)? else {
            return Ok(None);
        };
        let read = texts
            .into_iter()
            .map(|text| self.one_of(key, json!(text), words));
        read.collect::<Result<_, _>>().map(Some)
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<u32>,
    ) -> Result<Option<u32>, Mistake> {
        let Some(item) = self.take(key) else {
            return Ok(None);
        };
        let number = item
            .as_integer()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| bounds.contains(number));
        let (least, most) = (bounds.start(), bounds.end());
        let number = number.ok_or_else(|| {
            self.wrong(item, format!("`{key}` is a number from {least} to {most}"))
        })?;
        Ok(Some(number))
    }

    /// A span such as `12h`, in milliseconds.
    pub(super) fn span(&mut self, key: &'static str, most: i64) -> Result<Option<i64>, Mistake> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let span = lifetime::parse(&text).map_err(|what| self.at(key, what))?;
        Ok(Some(span.0.min(most)))
    }

    /// A list of texts, each read further. An empty one says nothing, and is a mistake.
    pub(super) fn list<T: FromStr<Err: ToString>>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<Vec<T>>, Mistake> {
        let Some(item) = self.take(key) else {
            return Ok(None);
        };
        let is_not = || self.wrong(item, format!("`{key}` is a list of texts, such as [\"…\"]"));
        let array = item.as_array().filter(|array| !array.is_empty());
        let texts = texts(array.ok_or_else(is_not)?).ok_or_else(is_not)?;
        let read = texts.into_iter().map(|text| {
            let read = text.parse();
            read.map_err(|what: T::Err| self.wrong(item, what.to_string()))
        });
        read.collect::<Result<_, _>>().map(Some)
    }

    /// Whatever was not asked for is a mistake; the nearest name is given.
    pub(super) fn nothing_else(&self) -> Result<(), Mistake> {
        let unknown = self.table.iter().find(|(key, _)| !self.known.contains(key));
        let Some((key, item)) = unknown else {
            return Ok(());
        };
        let at = self.table.key(key).and_then(toml_edit::Key::span);
        let line = at.map_or_else(
            || line_of(self.text, item),
            |span| line_at(self.text, span.start),
        );
        let meant = nearest(key, &self.known);
        Err(Mistake {
            line,
            what: format!("there is no `{key}` here; did you mean `{meant}`?"),
        })
    }

    fn take(&mut self, key: &'static str) -> Option<&'a Item> {
        self.known.push(key);
        self.table.get(key)
    }

    fn one_of<T: DeserializeOwned>(
        &self,
        key: &str,
        value: Value,
        words: &[&str],
    ) -> Result<T, Mistake> {
        serde_json::from_value(value)
            .map_err(|_| self.at(key, format!("`{key}` takes {}", words.join(", "))))
    }

    fn at(&self, key: &str, what: String) -> Mistake {
        let line = self
            .table
            .get(key)
            .map_or(1, |item| line_of(self.text, item));
        Mistake { line, what }
    }

    fn wrong(&self, item: &Item, what: String) -> Mistake {
        let line = line_of(self.text, item);
        Mistake { line, what }
    }
}

fn texts(array: &Array) -> Option<Vec<&str>> {
    array.iter().map(toml_edit::Value::as_str).collect()
}

/// The known name that is the fewest letters away.
fn nearest(key: &str, known: &[&'static str]) -> &'static str {
    let nearest = known.iter().min_by_key(|name| distance(key, name));
    nearest.copied().unwrap_or_default()
}

/// How many letters must be put in, taken out or changed (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, against) in other.chars().enumerate() {
            let changed = diagonal + usize::from(letter != against);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
