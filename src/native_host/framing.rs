//! How browsers and native messaging hosts frame what they say: the length in 4 bytes of the machine's own order, then
//! that many bytes of JSON. Nothing is taken in before its length is known to be small.

use std::io::{self, Read, Write};

use serde_json::Value;
use thiserror::Error;

/// The longest message that is read, in bytes; a challenge has less than 4 KiB.
const LONGEST_BYTES: usize = 16 * 1024;

/// Why a message cannot be read. The extension, or whoever sits in its place, is to blame for all but the first.
#[derive(Debug, Error)]
pub enum Error {
    /// The pipe.
    #[error("the browser's pipe failed: {0}")]
    Pipe(#[from] io::Error),
    /// It is longer than any message.
    #[error("a message of {0} bytes is longer than {LONGEST_BYTES}")]
    TooLong(usize),
    /// The pipe was closed in the middle of it.
    #[error("a message ended too early")]
    Truncated,
    /// It is not JSON.
    #[error("a message is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
}

/// The next message; `None` when the browser has closed the pipe between two.
///
/// # Errors
/// See [`enum@Error`]. What follows cannot be read either.
pub fn read(from: &mut impl Read) -> Result<Option<Value>, Error> {
    let Some(length) = read_length(from)? else {
        return Ok(None);
    };
    if length > LONGEST_BYTES {
        return Err(Error::TooLong(length));
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text).map_err(truncated)?;
    Ok(Some(serde_json::from_slice(&text)?))
}

/// Writes one message at once.
///
/// # Errors
/// [`Error::Pipe`].
pub fn write(to: &mut impl Write, message: &Value) -> Result<(), Error> {
    let text = serde_json::to_vec(message)?;
    let length = u32::try_from(text.len()).map_err(|_| Error::TooLong(text.len()))?;
    to.write_all(&[&length.to_ne_bytes()[..], &text].concat())?;
    Ok(to.flush()?)
}

fn read_length(from: &mut impl Read) -> Result<Option<usize>, Error> {
    let mut length = Vec::with_capacity(4);
    from.take(4).read_to_end(&mut length)?;
    if length.is_empty() {
        return Ok(None);
    }
    let length = <[u8; 4]>::try_from(length).map_err(|_| Error::Truncated)?;
    Ok(Some(u32::from_ne_bytes(length) as usize))
}

fn truncated(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::Truncated,
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn framed(text: &[u8]) -> Vec<u8> {
        let length = u32::try_from(text.len()).expect("short");
        [&length.to_ne_bytes()[..], text].concat()
    }

    #[test]
    fn a_message_is_read_to_its_end_and_no_further() {
        let pipe = [framed(b"{\"a\":1}"), framed(b"[]")].concat();
        let mut pipe = &pipe[..];
        assert_eq!(read(&mut pipe).expect("well formed"), Some(json!({"a": 1})));
        assert_eq!(read(&mut pipe).expect("well formed"), Some(json!([])));
        assert_eq!(read(&mut pipe).expect("closed"), None);
    }

    #[test]
    fn a_message_longer_than_any_is_refused_before_it_is_read() {
        for length in [LONGEST_BYTES as u32 + 1, u32::MAX] {
            let mut pipe = &length.to_ne_bytes()[..];
            assert!(matches!(read(&mut pipe), Err(Error::TooLong(_))));
        }
        let longest = format!("\"{}\"", "x".repeat(LONGEST_BYTES - 2));
        assert!(read(&mut &framed(longest.as_bytes())[..]).is_ok());
    }

    #[test]
    fn a_message_that_ends_too_early_is_refused_wherever_it_ends() {
        let whole = framed(b"{\"a\":1}");
        for end in 1..whole.len() {
            assert!(
                matches!(read(&mut &whole[..end]), Err(Error::Truncated)),
                "{end} bytes"
            );
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [&b""[..], b"{", b"\xff", b"{} {}", b"hello"] {
            assert!(matches!(
                read(&mut &framed(text)[..]),
                Err(Error::NotJson(_))
            ));
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut pipe = &bytes[..];
            while let Ok(Some(_)) = read(&mut pipe) {}
        }

        #[test]
        fn what_is_written_is_read_again(text in ".{0,200}") {
            let mut pipe = Vec::new();
            write(&mut pipe, &json!({"text": text})).expect("written");
            let read = read(&mut &pipe[..]).expect("well formed");
            prop_assert_eq!(read, Some(json!({"text": text})));
        }
    }
}
