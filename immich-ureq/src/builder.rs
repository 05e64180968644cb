//! The options of a backend.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use immich_core::{Error, Secret};
use ureq::Proxy;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::backend::UreqBackend;
use crate::connect::agent;

/// How many requests are in flight at once, if not set otherwise: each has a thread.
const MAX_IN_FLIGHT: u32 = 32;

/// Builds a [`UreqBackend`].
///
/// The variables of the environment for proxies are not read: what is not said here is not done.
pub struct UreqBackendBuilder {
    root_certificates: Vec<Vec<u8>>,
    identity: Option<Vec<u8>>,
    proxy: Option<Secret>,
    max_idle_connections: usize,
    max_in_flight: u32,
    connect_timeout: Duration,
}

impl Default for UreqBackendBuilder {
    fn default() -> Self {
        Self {
            root_certificates: Vec::new(),
            identity: None,
            proxy: None,
            max_idle_connections: 8,
            max_in_flight: MAX_IN_FLIGHT,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

impl UreqBackendBuilder {
    /// Also trusts the certificates of these PEM blocks, such as that of a server that signed its own.
    /// The roots of the system stay trusted.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Shows a certificate to a server that asks for one: the PEM blocks of its chain and of its private key.
    #[must_use]
    pub fn identity_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(pem.into());
        self
    }

    /// Sends everything through a tunnel of a proxy, such as `http://user:password@proxy.example:3128`.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Keeps at most this many idle connections; 8 if not set.
    #[must_use]
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_connections = count;
        self
    }

    /// Has at most this many requests in flight at once, which wait in turn; 32 if not set, and at least one. One is in flight
    /// until its response is read to the end or dropped, and holds a thread.
    #[must_use]
    pub fn max_in_flight(mut self, requests: u32) -> Self {
        self.max_in_flight = requests.max(1);
        self
    }

    /// Gives up finding the name of the server after this time, and connecting as well, which includes the TLS handshake;
    /// 10 seconds if not set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The backend. Nothing is connected, and no thread started.
    ///
    /// # Errors
    /// `Build` if a certificate or a key cannot be read, or the proxy is no `http://` URL.
    pub fn build(self) -> Result<UreqBackend, Error> {
        let tls = TlsConfig::builder().root_certs(self.roots()?).client_cert(self.client_certificate()?).build();
        let config = Config::builder()
            .tls_config(tls)
            .proxy(self.proxy.as_ref().map(proxy).transpose()?)
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .timeout_resolve(Some(self.connect_timeout))
            .timeout_connect(Some(self.connect_timeout))
            .max_idle_connections(self.max_idle_connections)
            .max_idle_connections_per_host(self.max_idle_connections)
            .build();
        Ok(UreqBackend::of(agent(config), self.max_in_flight))
    }

    fn roots(&self) -> Result<RootCerts, Error> {
        // A system without certificates is no error: plain HTTP and the caller's roots still work.
        let system = rustls_native_certs::load_native_certs().certs;
        let mut roots: Vec<_> = system.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        for pem in &self.root_certificates {
            roots.extend(certificates("root certificate", pem)?);
        }
        Ok(RootCerts::Specific(Arc::new(roots)))
    }

    fn client_certificate(&self) -> Result<Option<ClientCert>, Error> {
        let Some(pem) = &self.identity else { return Ok(None) };
        let chain = certificates("client identity", pem)?;
        let key = PrivateKey::from_pem(pem)
            .map_err(|_| wrong("client identity", "no PEM block of a private key was found"))?;
        Ok(Some(ClientCert::new_with_certs(&chain, key)))
    }
}

fn certificates(what: &str, pem: &[u8]) -> Result<Vec<Certificate<'static>>, Error> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| wrong(what, "a PEM block is malformed"))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(wrong(what, "no PEM block of a certificate was found"));
    }
    Ok(found)
}

fn proxy(url: &Secret) -> Result<Proxy, Error> {
    // ureq knows others, which this build of it does not have.
    if !url.expose().starts_with("http://") {
        return Err(Error::misconfigured("the URL of the proxy does not start with http://"));
    }
    Proxy::new(url.expose()).map_err(|_| Error::misconfigured("the URL of the proxy is no URL"))
}

fn wrong(what: &str, why: &str) -> Error {
    Error::misconfigured(format!("the {what}: {why}"))
}

impl fmt::Debug for UreqBackendBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UreqBackendBuilder")
            .field("root_certificates", &self.root_certificates.len())
            .field("identity", &self.identity.is_some())
            .field("proxy", &self.proxy.is_some())
            .field("max_idle_connections", &self.max_idle_connections)
            .field("max_in_flight", &self.max_in_flight)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}
