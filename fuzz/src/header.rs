//! Headers of responses.

use std::time::Duration;

use immich_core::{AssetId, RateLimit, RetryPolicy};

use super::backend::{Answer, Answering, now};
use super::shown::{assert_readable, is_hidden};

/// The input is the value of `Content-Disposition`. A name that comes of it names a file in a folder, and no other.
pub fn file_name(data: &[u8]) {
    let Some(answer) = Answer::with_header(200, "content-disposition", data) else { return };
    let client = Answering::new([answer]).client();
    let response = now(client.assets().download_asset(AssetId::default())).expect("an answer");
    let Some(name) = response.file_name() else { return };
    assert!(!matches!(name.as_str(), "" | "." | ".."), "{name:?}");
    assert!(!name.contains(['/', '\\']) && !name.contains(is_hidden), "{name:?}");
    // `C:x` is a file elsewhere, on Windows.
    assert!(!matches!(name.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z', b':', ..]), "{name:?}");
    assert!(name.len() <= 255, "{} bytes are more than a file system takes: {name:?}", name.len());
    assert_eq!(name.trim(), name);
}

/// The input is the value of `Retry-After`. However large it is, nothing overflows, and nobody waits longer than the
/// policy and the limit allow.
pub fn retry_after(data: &[u8]) {
    for status in [429, 503] {
        let Some(answer) = Answer::with_header(status, "retry-after", data) else { return };
        let patient = || RetryPolicy::default().max_attempts(3).random(|| 1.0);
        let endless = patient().max_retry_after(Duration::MAX).max_elapsed(Duration::MAX);
        for (policy, longest) in [(patient(), Duration::from_secs(240)), (endless, Duration::MAX)] {
            let backend = Answering::new([answer.clone()]);
            let builder = backend.builder("http://immich.test").retry(policy).rate_limit(RateLimit::new());
            let client = builder.build().expect("a client");
            let error = now(client.server().get_server_version()).expect_err("a refusal");
            assert_readable(&error);
            assert!(backend.waited() <= longest, "{:?}", backend.waited());
            let digits = data.trim_ascii();
            if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
                let seconds = String::from_utf8_lossy(digits).parse().unwrap_or(u64::MAX);
                assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
            }
        }
    }
}
