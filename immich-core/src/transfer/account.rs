//! The owner of the assets that a journal describes.

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::transfer::Checksum;

/// Returns a string that identifies the authenticated user without a secret, such as `user:0f2c…`. A visitor is
/// identified by the shared link, and an API key that may not read its user by the key.
///
/// # Errors
/// The errors of the requests, except a missing permission.
pub(super) async fn account(client: &Client) -> Result<String, Error> {
    if client.is_visitor() {
        return Ok(match client.shared_links().get_my_shared_link().await {
            Ok(link) => format!("link:{}", link.id),
            Err(error) if error.kind() == ErrorKind::Auth => fingerprint(client),
            Err(error) => return Err(error),
        });
    }
    match client.users().get_my_user().await {
        Ok(user) => return Ok(format!("user:{}", user.id)),
        Err(error) if error.missing_permission().is_some() => {}
        Err(error) => return Err(error),
    }
    Ok(client.api_keys().get_my_api_key().await.map_or_else(|_| fingerprint(client), |key| format!("key:{}", key.id)))
}

/// Identifies the credentials where the server does not return the user. Keys are random, so the hash reveals
/// nothing.
fn fingerprint(client: &Client) -> String {
    let credentials = client.credentials();
    let mut values: Vec<_> = credentials.headers().values().map(http::HeaderValue::as_bytes).collect();
    values.sort_unstable();
    format!("credential:{}", &Checksum::of(values.concat()).to_hex()[..16])
}
