//! The code of `docs/bring-your-own-http-client.md` compiles, and runs.

#[cfg(doctest)]
#[doc = include_str!("../../../../docs/bring-your-own-http-client.md")]
struct Guide;
