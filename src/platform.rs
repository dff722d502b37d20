//! What differs between operating systems and is not capture.
