//! Which test sessions of an account are an impostor's: lines `user,session,is_impostor` beside the recording.

use std::{collections::HashMap, path::Path};

use crate::{recording::text::Text, refusal::Refusal};

const HEADER: &str = "user,session,is_impostor";

pub struct Labels(HashMap<(String, String), bool>);

impl Labels {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut text = Text::open(path)?;
        let mut labels = HashMap::new();
        while let Some((number, line)) = text.line()? {
            let refuse = |what: String| Refusal::malformed(path, number, what);
            if number == 1 {
                if line != HEADER {
                    return Err(refuse(format!("the header must be {HEADER}")).into());
                }
                continue;
            }
            let fields: Vec<&str> = line.split(',').collect();
            let (user, session, label) = match fields[..] {
                [user, session, "0"] => (user, session, false),
                [user, session, "1"] => (user, session, true),
                _ => return Err(refuse(format!("{line:?} is not {HEADER} with 0 or 1")).into()),
            };
            labels.insert((user.to_owned(), session.to_owned()), label);
        }
        Ok(Self(labels))
    }

    /// None for a session without a label.
    pub fn is_impostor(&self, user: &str, session: &str) -> Option<bool> {
        self.0.get(&(user.to_owned(), session.to_owned())).copied()
    }
}
