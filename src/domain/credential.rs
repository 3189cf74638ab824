//! Secrets that say who someone is: 256 random bits that are shown once and stored as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Error;

/// What every secret starts with, so that people and secret scanners recognise one.
pub(super) const PREFIX: &str = "rolecall_";
const SESSION_PREFIX: &str = "rolecall_session_";
/// Characters that 256 bits take in base64url.
const RANDOM: usize = 43;

/// What a secret is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    ApiToken,
    Session,
}

/// What is kept of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    pub kind: CredentialKind,
    /// SHA-256 of the secret. It has the entropy of its hash, so a slow hash would add nothing.
    pub hash: [u8; 32],
}

impl Credential {
    /// What could be a secret; `None` for what cannot be one.
    #[must_use]
    pub fn parse(secret: &str) -> Option<Self> {
        let session = secret.strip_prefix(SESSION_PREFIX);
        let kind = match session.filter(|random| random.len() == RANDOM) {
            Some(_) => CredentialKind::Session,
            None if secret.starts_with(PREFIX) => CredentialKind::ApiToken,
            None => return None,
        };
        Some(Self { kind, hash: Sha256::digest(secret.as_bytes()).into() })
    }

    /// Makes a new secret.
    pub fn generate(kind: CredentialKind) -> Result<(Self, String), Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(Error::internal)?;
        let prefix = match kind {
            CredentialKind::ApiToken => PREFIX,
            CredentialKind::Session => SESSION_PREFIX,
        };
        let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random));
        Ok((Self { kind, hash: Sha256::digest(secret.as_bytes()).into() }, secret))
    }
}
