//! Where a response points.

use immich_core::AssetId;

use super::backend::{Answer, Answering, now};
use super::shown::assert_readable;

/// The input is the value of `Location`. It is followed on the origin and to the https form of it, or not at all.
pub fn redirect(data: &[u8]) {
    for (base, schemes) in
        [("http://immich.test:2283/sub", &["http", "https"][..]), ("https://immich.test:2283", &["https"])]
    {
        let Some(answer) = Answer::with_header(302, "location", data) else { return };
        for answers in [vec![answer.clone(), Answer::default()], vec![answer]] {
            let backend = Answering::new(answers);
            let client = backend.builder(base).build().expect("a client");
            let outcome = now(client.assets().view_asset(AssetId::default()));
            let asked = backend.asked();
            assert!(asked.len() <= 6, "{asked:?}");
            for (uri, with_key) in &asked {
                let authority = uri.authority().expect("an authority");
                assert!(
                    authority.host().eq_ignore_ascii_case("immich.test") && !authority.as_str().contains('@'),
                    "{uri}"
                );
                assert_eq!(authority.port_u16(), Some(2283), "{uri}");
                assert!(uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme)), "{uri}");
                assert!(*with_key, "{uri}");
                assert!(!uri.path().split('/').any(|segment| matches!(segment, "." | "..")), "{uri}");
                assert!(uri.to_string().is_ascii(), "{uri}");
            }
            if let Err(error) = outcome {
                assert_readable(&error);
                assert!(error.status().is_some_and(|status| status == 302), "{error}");
            }
        }
    }
}
