//! Global ids: opaque text that names the type of a thing beside its UUID.
//!
//! The text is base64url (RFC 4648, section 5, unpadded) of one byte for the kind and the 16 bytes of
//! the UUID: 23 characters that fit into a URL. There is exactly one text for each id.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// What a global id can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Role,
    Rule,
    Group,
    User,
    ApiToken,
    AuditEvent,
    Session,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Role,
        Self::Rule,
        Self::Group,
        Self::User,
        Self::ApiToken,
        Self::AuditEvent,
        Self::Session,
    ];

    /// The name of the GraphQL type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::Rule => "Rule",
            Self::Group => "Group",
            Self::User => "User",
            Self::ApiToken => "ApiToken",
            Self::AuditEvent => "AuditEvent",
            Self::Session => "Session",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Rule => "rule",
            Self::Group => "group",
            Self::User => "user",
            Self::ApiToken => "API token",
            Self::AuditEvent => "audit event",
            Self::Session => "session",
        }
    }

    /// The kind of a GraphQL type's name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Part of every id ever handed out: never changed.
    fn byte(self) -> u8 {
        match self {
            Self::Role => b'r',
            Self::Rule => b'u',
            Self::Group => b'g',
            Self::User => b'p',
            Self::ApiToken => b't',
            Self::AuditEvent => b'e',
            Self::Session => b's',
        }
    }
}

/// One thing, by type and UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId {
    pub kind: Kind,
    pub uuid: Uuid,
}

impl NodeId {
    #[must_use]
    pub fn new(kind: Kind, uuid: Uuid) -> Self {
        Self { kind, uuid }
    }

    /// The id that a text names; `None` for a text that no id is written as.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 17];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (first, uuid) = bytes[..length].split_first()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.byte() == *first)?;
        let uuid = Uuid::from_slice(uuid).ok()?;
        Some(Self { kind, uuid })
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 17];
        bytes[0] = self.kind.byte();
        bytes[1..].copy_from_slice(self.uuid.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}
