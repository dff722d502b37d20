//! libFuzzer's way into [`surfaces::loopback`].
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| selfsame_fuzz::surfaces::loopback(octets));
