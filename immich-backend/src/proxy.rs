//! The address of a proxy, and who asks it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use immich_core::http::uri::Authority;
use immich_core::http::{HeaderValue, Uri};
use immich_core::{Error, Secret};
use percent_encoding::percent_decode_str;

/// An HTTP proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its address, without credentials.
    pub uri: Uri,
    /// The value of `proxy-authorization`, marked as one that must not be shown.
    pub authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Reads `http://user:password@host:port`; user and password may be percent-encoded.
    pub(crate) fn parse(url: &Secret) -> Result<Self, Error> {
        let wrong = |what: &str| Error::misconfigured(format!("the URL of the proxy {what}"));
        let uri: Uri = url.expose().parse().map_err(|_| wrong("is no URL"))?;
        if uri.scheme_str() != Some("http") {
            return Err(wrong("does not start with http://"));
        }
        let authority = uri.authority().ok_or_else(|| wrong("has no host"))?.as_str();
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let host: Authority = host.parse().map_err(|_| wrong("has no host"))?;
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let mut plain: Vec<u8> = percent_decode_str(name).collect();
            plain.push(b':');
            plain.extend(percent_decode_str(password));
            let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(plain)))
                .map_err(|_| wrong("has credentials that a header cannot hold"))?;
            value.set_sensitive(true);
            Ok(value)
        });
        let uri = Uri::builder().scheme("http").authority(host).path_and_query("/").build();
        Ok(Self { uri: uri.map_err(|_| wrong("has no host"))?, authorization: authorization.transpose()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_the_address_and_never_show() {
        let proxy = Proxy::parse(&"http://me:p%40ss@proxy.example:3128".into()).expect("a proxy");
        assert_eq!(proxy.uri, "http://proxy.example:3128/");
        assert_eq!(proxy.authorization.as_ref().expect("credentials"), "Basic bWU6cEBzcw==");
        assert!(!format!("{proxy:?}").contains("bWU6"));
        for wrong in ["socks5://proxy.example", "proxy.example:3128", "http://", "http://me:secret@"] {
            let error = Proxy::parse(&wrong.into()).expect_err(wrong);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
