//! The backends that send over a network, each behind the feature of its name.

#[cfg(feature = "hyper")]
pub use immich_hyper::{BackendBuilder, Connector, HyperBackend};
#[cfg(all(feature = "reqwest", not(feature = "hyper")))]
pub use immich_reqwest::BackendBuilder;
#[cfg(feature = "reqwest")]
pub use immich_reqwest::{ReqwestBackend, reqwest};
#[cfg(feature = "tower")]
pub use immich_tower::{SendService, TowerBackend};
#[cfg(feature = "ureq")]
pub use immich_ureq::{UreqBackend, UreqBackendBuilder};
