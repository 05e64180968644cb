//! Layers: each is an [`HttpSend`](crate::HttpSend) around an `HttpSend`. The outermost is asked first.
//!
//! `Redirect` stands around `Auth`, so that every hop is looked at anew before a credential is added to it.

mod auth;
mod redirect;

pub(crate) use auth::Auth;
pub(crate) use redirect::Redirect;
