//! Modules of before 0.1, for programs that were written on them. They go with 0.2.

/// See [`backend`](crate::backend).
#[cfg(feature = "hyper")]
#[doc(hidden)]
#[deprecated = "the types are in `immich_sdk::backend`"]
pub mod hyper {
    pub use immich_hyper::*;
}

/// See [`backend`](crate::backend).
#[cfg(feature = "reqwest")]
#[doc(hidden)]
#[deprecated = "the types are in `immich_sdk::backend`"]
pub mod reqwest {
    pub use immich_reqwest::*;
}

/// See [`backend`](crate::backend).
#[cfg(feature = "tower")]
#[doc(hidden)]
#[deprecated = "the types are in `immich_sdk::backend`"]
pub mod tower {
    pub use immich_tower::*;
}
