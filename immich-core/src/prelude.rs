//! The imports of the files of `api`.

pub(crate) use http::Method;
pub(crate) use jiff::Timestamp;
pub(crate) use jiff::civil::Date;
pub(crate) use serde_json::Value;
pub(crate) use uuid::Uuid;

pub(crate) use crate::api::*;
pub(crate) use crate::call::Call;
pub(crate) use crate::client::Client;
pub(crate) use crate::decode::{Binary, Empty, Json, Text};
pub(crate) use crate::duration::AssetDuration;
pub(crate) use crate::edit::AssetEditParameters;
pub(crate) use crate::endpoint::{Endpoint, RequestParts};
pub(crate) use crate::error::Error;
pub(crate) use crate::ids::*;
pub(crate) use crate::macros::*;
pub(crate) use crate::multipart::{FilePart, Form, FormPart};
pub(crate) use crate::operation::Operation;
pub(crate) use crate::patch::Patch;
pub(crate) use crate::secret::Secret;
pub(crate) use crate::time::{LocalDateTime, instant, read_instant};
pub(crate) use crate::version::ServerVersion;
