//! DEFLATE with a limit that holds before anything is allocated beyond it.

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{
        DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    },
};

use super::{MAX_OCTETS, RequestError};

/// A request of real services fits into this; room beyond it is made when it is needed.
const FIRST_OCTETS: usize = 2048;

/// Inflates one raw DEFLATE stream that fills the input to its end, to at most [`MAX_OCTETS`].
pub(super) fn inflate(compressed: &[u8]) -> Result<Vec<u8>, RequestError> {
    // The output is one piece that matches may refer back to, so no window of its own is needed.
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut inflater = Box::<DecompressorOxide>::default();
    let mut out = vec![0; FIRST_OCTETS];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, taken, made) =
            decompress(&mut inflater, &compressed[read..], &mut out, written, flags);
        (read, written) = (read + taken, written + made);
        match status {
            TINFLStatus::Done if read < compressed.len() => return Err(RequestError::TrailingData),
            TINFLStatus::Done => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() >= MAX_OCTETS => {
                return Err(RequestError::InflateCap);
            }
            TINFLStatus::HasMoreOutput => out.resize((out.len() * 2).min(MAX_OCTETS), 0),
            _ => return Err(RequestError::MalformedDeflate),
        }
    }
}
