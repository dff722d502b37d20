//! libFuzzer's way into [`surfaces::hint`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::hint(octets));
