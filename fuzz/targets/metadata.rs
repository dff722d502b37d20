//! libFuzzer's way into [`surfaces::metadata`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::metadata(octets));
