//! A file as a stream of lines, unpacked and hashed on the way, never whole in memory.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// No line of any format read here comes near this many bytes.
const LONGEST_LINE: u64 = 65_536;
const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Lines of a file, gzip or plain.
pub struct Text {
    path: PathBuf,
    source: Source,
    line: Vec<u8>,
    number: u64,
}

enum Source {
    Plain(BufReader<Hashing>),
    Gzip(Box<BufReader<MultiGzDecoder<BufReader<Hashing>>>>),
}

struct Hashing {
    file: File,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

impl Text {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut reader = BufReader::with_capacity(
            1 << 16,
            Hashing {
                file,
                hash: Sha256::new(),
            },
        );
        let start = reader
            .fill_buf()
            .with_context(|| format!("cannot read {}", path.display()))?;
        let source = if start.starts_with(&GZIP_MAGIC) {
            Source::Gzip(Box::new(BufReader::new(MultiGzDecoder::new(reader))))
        } else {
            Source::Plain(reader)
        };
        Ok(Self {
            path: path.to_owned(),
            source,
            line: Vec::new(),
            number: 0,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The next line without its end, and its number from 1.
    pub fn line(&mut self) -> Result<Option<(u64, &str)>, Refusal> {
        let more = self.read_line()?;
        let text = std::str::from_utf8(&self.line).map_err(|_| self.refuse("not UTF-8"))?;
        Ok(more.then_some((self.number, text.trim_end_matches(['\n', '\r']))))
    }

    /// The same of a file in which some letters may be in an unknown encoding: these are replaced.
    pub fn line_of_any_encoding(&mut self) -> Result<Option<(u64, Cow<'_, str>)>, Refusal> {
        let more = self.read_line()?;
        while self.line.last().is_some_and(|byte| b"\r\n".contains(byte)) {
            self.line.pop();
        }
        Ok(more.then_some((self.number, String::from_utf8_lossy(&self.line))))
    }

    fn read_line(&mut self) -> Result<bool, Refusal> {
        self.number += 1;
        self.line.clear();
        let read = match &mut self.source {
            Source::Plain(reader) => one_line(reader, &mut self.line),
            Source::Gzip(reader) => one_line(reader.as_mut(), &mut self.line),
        };
        let count =
            read.map_err(|error| self.refuse(&format!("the file ends or breaks here: {error}")))?;
        if count as u64 > LONGEST_LINE {
            return Err(self.refuse(&format!("the line is longer than {LONGEST_LINE} bytes")));
        }
        Ok(count > 0)
    }

    fn refuse(&self, what: &str) -> Refusal {
        Refusal::malformed(&self.path, self.number, what)
    }

    /// SHA-256 of the file as it lies on disk, in hexadecimal; reads what is left of it.
    pub fn sha256(self) -> anyhow::Result<String> {
        let mut raw = match self.source {
            Source::Plain(reader) => reader,
            Source::Gzip(reader) => (*reader).into_inner().into_inner(),
        };
        io::copy(&mut raw, &mut io::sink())
            .with_context(|| format!("cannot read {}", self.path.display()))?;
        let digest = raw.into_inner().hash.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

fn one_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    reader.take(LONGEST_LINE + 1).read_until(b'\n', line)
}
