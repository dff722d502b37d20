//! libFuzzer's way into [`surfaces::frames`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::frames(octets));
