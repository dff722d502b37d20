//! Reads recordings: CSV, gzip or plain, with the header `user,session,t_ms,kind,code,x,y`, sorted by user, session,
//! time. The file is read once, as a stream; in memory a row takes 16 bytes and holds no key's name.

mod order;
pub mod row;
pub mod text;
pub mod writer;

use std::path::Path;

use crate::refusal::Refusal;
use order::Order;
pub use row::Input;
use row::KeyNumbers;
use text::Text;

pub const HEADER: &str = "user,session,t_ms,kind,code,x,y";

pub struct Session {
    pub label: String,
    /// Milliseconds since the session's first event.
    pub rows: Vec<(u32, Input)>,
}

impl Session {
    pub fn keys(&self) -> usize {
        self.rows
            .iter()
            .filter(|(_, input)| matches!(input, Input::KeyDown { .. }))
            .count()
    }
}

pub struct Person {
    pub label: String,
    pub sessions: Vec<Session>,
}

impl Person {
    pub fn keys(&self) -> usize {
        self.sessions.iter().map(Session::keys).sum()
    }
}

pub struct Recording {
    pub people: Vec<Person>,
    /// Of the file as it lies on disk, in hexadecimal.
    pub sha256: String,
}

impl Recording {
    /// Reads the whole recording.
    ///
    /// # Errors
    /// If the file cannot be read, or a line is not in the format: [`Refusal`] names it.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut text = Text::open(path)?;
        check_header(&mut text)?;
        let (mut people, mut order) = (Vec::new(), Order::default());
        let mut names = KeyNumbers::default();
        while let Some((number, line)) = text.line()? {
            let at = |what: String| Refusal::malformed(path, number, what);
            let fields = row::fields(line).map_err(at)?;
            order
                .admit(fields.user, fields.session, fields.t_ms)
                .map_err(at)?;
            let input = row::input(&fields, &mut names).map_err(at)?;
            let session = session_of(&mut people, fields.user, fields.session);
            let inputs = row::place(&fields).into_iter().chain(input);
            session
                .rows
                .extend(inputs.map(|input| (fields.t_ms, input)));
        }
        let sha256 = text.sha256()?;
        Ok(Self { people, sha256 })
    }
}

fn check_header(text: &mut Text) -> anyhow::Result<()> {
    let path = text.path().to_owned();
    let Some((_, line)) = text.line()? else {
        return Err(Refusal::malformed(&path, 1, "the file is empty").into());
    };
    let line = line.trim_start_matches('\u{feff}');
    if line == HEADER {
        return Ok(());
    }
    let known: Vec<&str> = HEADER.split(',').collect();
    let what = match line.split(',').find(|column| !known.contains(column)) {
        Some(column) => format!("unknown column {column:?}; the header must be {HEADER}"),
        None => format!("the header must be {HEADER}"),
    };
    Err(Refusal::malformed(&path, 1, what).into())
}

fn session_of<'a>(people: &'a mut Vec<Person>, user: &str, label: &str) -> &'a mut Session {
    if people.last().is_none_or(|person| person.label != user) {
        people.push(Person {
            label: user.to_owned(),
            sessions: Vec::new(),
        });
    }
    let at = people.len() - 1;
    let sessions = &mut people[at].sessions;
    if sessions.last().is_none_or(|session| session.label != label) {
        sessions.push(Session {
            label: label.to_owned(),
            rows: Vec::new(),
        });
    }
    let at = sessions.len() - 1;
    &mut sessions[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(rows: &str) -> anyhow::Result<Vec<Person>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.csv");
        fs::write(&path, format!("{HEADER}\n{rows}")).expect("written");
        Ok(Recording::read(&path)?.people)
    }

    #[test]
    fn rows_are_grouped_by_person_and_session() {
        let people = read("a,0,0,kd,e,,\na,0,80,ku,e,,\na,1,0,mm,,5,6\nb,0,0,md,left,1,1\n")
            .expect("well formed");
        assert_eq!(
            (
                people.len(),
                people[0].sessions.len(),
                people[0].sessions[0].rows.len()
            ),
            (2, 2, 2)
        );
    }

    #[test]
    fn rows_outside_the_screen_are_skipped() {
        let people = read("a,0,0,mm,,65535,6\n").expect("well formed");
        assert!(people[0].sessions[0].rows.is_empty());
    }

    #[test]
    fn a_row_takes_sixteen_bytes() {
        assert!(size_of::<(u32, Input)>() <= 16);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_file_holds_is_read_or_refused(rows in "([ab],[01],[0-9]{1,3},(kd|ku|mm|md|mu|wheel|zz),[a-z]?,-?[0-9]{0,5},[0-9]{0,5}\n|.{0,20}\n){0,30}") {
            let _ = read(&rows);
        }
    }
}
