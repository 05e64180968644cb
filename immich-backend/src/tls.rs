//! TLS with rustls and ring: which certificates are trusted, and which one the client shows.

use std::sync::Arc;

use immich_core::Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::roots::SystemRoots;

/// A configuration that trusts the system's roots and those of the PEM blocks, and shows the identity.
pub(crate) fn config(root_pems: &[Vec<u8>], identity_pem: Option<&[u8]>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    for pem in root_pems {
        for root in certificates("root certificate", pem)? {
            roots.add(root).map_err(|error| wrong("root certificate", &error.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong("version of TLS", &error.to_string()))?
        // The method is called so because a verifier can be lax; this one is that of rustls.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(SystemRoots::and(roots, provider)));
    let Some(pem) = identity_pem else { return Ok(config.with_no_client_auth()) };
    let chain = certificates("client identity", pem)?;
    let key = PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| wrong("client identity", "no PEM block of a private key was found"))?;
    config.with_client_auth_cert(chain, key).map_err(|error| wrong("client identity", &error.to_string()))
}

fn certificates(what: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|_| wrong(what, "a PEM block is malformed"))?;
    if certificates.is_empty() {
        return Err(wrong(what, "no PEM block of a certificate was found"));
    }
    Ok(certificates)
}

fn wrong(what: &str, why: &str) -> Error {
    Error::misconfigured(format!("the {what}: {why}"))
}
