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

    /// Sleeps for `span`; `true` when the back end must stop meanwhile.
    #[cfg(unix)]
    pub fn raised_within(&self, span: std::time::Duration) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let mut end = [PollFd::new(&self.0, PollFlags::IN)];
        let span = Timespec {
            tv_sec: i64::try_from(span.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: span.subsec_nanos().into(),
        };
        // An interrupted sleep is only a shorter one.
        let _ = poll(&mut end, Some(&span));
        !end[0].revents().is_empty()
    }
}
