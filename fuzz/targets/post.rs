//! libFuzzer's way into [`surfaces::post`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::post(octets));
