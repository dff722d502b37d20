//! DEFLATE with a limit that holds before anything is allocated beyond it.

use flate2::{Decompress, FlushDecompress, Status};

use super::{MAX_OCTETS, RequestError};

/// Inflates one raw DEFLATE stream that fills the input to its end, to at most [`MAX_OCTETS`].
pub(super) fn inflate(compressed: &[u8]) -> Result<Vec<u8>, RequestError> {
    let mut inflater = Decompress::new(false);
    // `decompress_vec` writes into the room there is and never makes more.
    let mut out = Vec::with_capacity(MAX_OCTETS);
    let status = inflater
        .decompress_vec(compressed, &mut out, FlushDecompress::Finish)
        .map_err(|_| RequestError::MalformedDeflate)?;
    match status {
        Status::StreamEnd if inflater.total_in() < compressed.len() as u64 => {
            Err(RequestError::TrailingData)
        }
        Status::StreamEnd => Ok(out),
        _ if out.len() >= MAX_OCTETS => Err(RequestError::InflateCap),
        _ => Err(RequestError::MalformedDeflate),
    }
}
