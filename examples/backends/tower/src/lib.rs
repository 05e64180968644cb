//! A backend of tower layers around a client of hyper-util: see `tests/quickstart.rs`, which is all of it.
