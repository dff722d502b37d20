//! How a back end that waits for input is told to stop: the other end of a pipe closes.

use std::io::{self, PipeReader, PipeWriter};

/// Dropping it stops the back end.
pub struct StopHandle {
    _open: PipeWriter,
}

/// Becomes readable when the back end must stop.
pub struct StopSignal(PipeReader);

impl StopSignal {
    /// A signal and the handle that raises it.
    ///
    /// # Errors
    /// When the system has no pipe to give.
    pub fn new() -> io::Result<(StopHandle, Self)> {
        let (reader, writer) = io::pipe()?;
        Ok((StopHandle { _open: writer }, Self(reader)))
    }

    /// The end to wait on beside the input.
    pub fn reader(&self) -> &PipeReader {
        &self.0
    }
}
