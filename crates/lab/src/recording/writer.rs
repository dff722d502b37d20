//! Writes recordings in the format that is read here; the same rows give the same bytes.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use flate2::{Compression, GzBuilder, write::GzEncoder};

use super::HEADER;

pub struct Writer {
    csv: BufWriter<GzEncoder<File>>,
}

/// What a row says beside its user, session and time.
pub struct Row<'a> {
    pub t_ms: u64,
    pub kind: &'a str,
    pub code: &'a str,
    pub place: Option<(i32, i32)>,
}

impl Writer {
    /// Makes the file and the folder it lies in.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        let file = File::create(path).with_context(cannot)?;
        // No time stamp and no name inside.
        let mut csv = BufWriter::new(GzBuilder::new().write(file, Compression::best()));
        writeln!(csv, "{HEADER}")?;
        Ok(Self { csv })
    }

    pub fn row(&mut self, user: &str, session: &str, row: &Row) -> anyhow::Result<()> {
        let Row {
            t_ms,
            kind,
            code,
            place,
        } = row;
        write!(self.csv, "{user},{session},{t_ms},{kind},{code},")?;
        match place {
            Some((x, y)) => writeln!(self.csv, "{x},{y}")?,
            None => writeln!(self.csv, ",")?,
        }
        Ok(())
    }

    pub fn finish(self) -> anyhow::Result<()> {
        let packed = self
            .csv
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        packed.finish()?;
        Ok(())
    }
}
