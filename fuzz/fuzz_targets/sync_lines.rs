#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| immich_fuzz::sync_lines(data));
