//! libFuzzer's way into [`surfaces::redirect`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::redirect(octets));
