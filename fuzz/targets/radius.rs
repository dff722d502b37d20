//! libFuzzer's way into [`surfaces::radius`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::radius(octets));
