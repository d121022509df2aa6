//! How a session is made: security, certificates, identity.

use std::path::{Path, PathBuf};
use std::time::Duration;

use opcua::client::{ClientBuilder, IdentityToken, Password};
use opcua::core::comms::url::hostname_from_url;
use opcua::crypto::{CertificateStore, SecurityPolicy, X509};
use opcua::types::{DateTime, EndpointDescription, MessageSecurityMode};
use serde::Deserialize;

use super::failure::{failed, Failure};

#[derive(Deserialize)]
pub struct Options {
    pub url: String,
    pub security: String,
    pub user: String,
    pub password: String,
    pub pki: String,
}

pub fn mode(security: &str) -> Option<(SecurityPolicy, MessageSecurityMode)> {
    match security {
        "none" => Some((SecurityPolicy::None, MessageSecurityMode::None)),
        "sign" => Some((SecurityPolicy::Basic256Sha256, MessageSecurityMode::Sign)),
        "sign_encrypt" => Some((SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt)),
        _ => None,
    }
}

/// What the crate checks with `verify_server_certs`, but with the application's URI anywhere among the names: the crate
/// wants it first, Part 6 (6.2.2) does not. That the certificate is trusted, the crate checks in any case.
pub fn check_certificate(endpoint: &EndpointDescription) -> Result<(), Failure> {
    let certificate = X509::from_byte_string(&endpoint.server_certificate).map_err(failed)?;
    let host = hostname_from_url(endpoint.endpoint_url.as_ref())
        .map_err(|_| Failure::new("invalid_argument", "the url names no host"))?;
    let application = endpoint.server.application_uri.as_ref();
    certificate.is_time_valid(&DateTime::now().as_chrono())?;
    certificate.is_hostname_valid(&host)?;
    Ok(certificate.is_application_uri_valid(application).or_else(|_| certificate.is_hostname_valid(application))?)
}

/// The crate looks a trusted certificate up by a file name made of its subject and thumbprint. A person who trusts a
/// server puts its certificate there under any name; this gives it the other, and takes it out of rejected/.
pub fn trust_by_content(pki: &Path) {
    let files = std::fs::read_dir(pki.join("trusted")).into_iter().flatten().flatten();
    let paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    for path in paths {
        let Ok(certificate) = CertificateStore::read_cert(&path) else { continue };
        let name = CertificateStore::cert_file_name(&certificate);
        let looked_up = pki.join("trusted").join(&name);
        if looked_up != path && !looked_up.exists() {
            let _ = std::fs::copy(&path, &looked_up);
        }
        let _ = std::fs::remove_file(pki.join("rejected").join(&name));
    }
}

pub fn client_builder(options: &Options) -> ClientBuilder {
    ClientBuilder::new()
        .application_name("Maru")
        .application_uri("urn:maru:opcua")
        .product_uri("urn:maru")
        .create_sample_keypair(options.security != "none")
        .trust_server_certs(false)
        .verify_server_certs(false)
        .pki_dir(&options.pki)
        .certificate_path("own/maru.der")
        .private_key_path("private/maru.pem")
        .session_retry_limit(0)
        .recreate_subscriptions(false)
        .max_array_length(100_000)
        .max_string_length(1 << 20)
        .max_message_size(64 << 20)
        .max_chunk_count(4_096)
        .request_timeout(Duration::from_secs(30))
}

pub fn identity(options: &Options) -> IdentityToken {
    match options.user.is_empty() {
        true => IdentityToken::Anonymous,
        false => IdentityToken::UserName(options.user.clone(), Password::new(options.password.clone())),
    }
}
