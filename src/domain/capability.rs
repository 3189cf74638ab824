//! What the API itself requires: it is guarded by the same rules that it manages, under these names.

use std::fmt;

/// A bundle/controller/action that an operation of this API requires of who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability {
    pub bundle: &'static str,
    pub controller: &'static str,
    pub action: &'static str,
}

const fn capability(
    bundle: &'static str,
    controller: &'static str,
    action: &'static str,
) -> Capability {
    Capability { bundle, controller, action }
}

/// Reading roles and their rules.
pub const ROLE_INDEX: Capability = capability("acl", "role", "index");
pub const ROLE_CREATE: Capability = capability("acl", "role", "create");
pub const ROLE_UPDATE: Capability = capability("acl", "role", "update");
pub const ROLE_DELETE: Capability = capability("acl", "role", "delete");
/// Reading groups.
pub const GROUP_INDEX: Capability = capability("acl", "group", "index");
pub const GROUP_CREATE: Capability = capability("acl", "group", "create");
pub const GROUP_UPDATE: Capability = capability("acl", "group", "update");
pub const GROUP_DELETE: Capability = capability("acl", "group", "delete");
/// Reading users and what they may do.
pub const USER_INDEX: Capability = capability("user", "user", "index");
pub const USER_CREATE: Capability = capability("user", "user", "create");
/// Changing users, to and from blocked included.
pub const USER_UPDATE: Capability = capability("user", "user", "update");
/// Deleting and restoring users.
pub const USER_DELETE: Capability = capability("user", "user", "delete");
/// API tokens of one's own.
pub const TOKEN_CREATE: Capability = capability("user", "token", "create");
/// Reading the audit trail.
pub const AUDIT_INDEX: Capability = capability("audit", "event", "index");

/// All of them: what someone must keep so that the system can be administered.
pub const ALL: [Capability; 14] = [
    ROLE_INDEX,
    ROLE_CREATE,
    ROLE_UPDATE,
    ROLE_DELETE,
    GROUP_INDEX,
    GROUP_CREATE,
    GROUP_UPDATE,
    GROUP_DELETE,
    USER_INDEX,
    USER_CREATE,
    USER_UPDATE,
    USER_DELETE,
    TOKEN_CREATE,
    AUDIT_INDEX,
];

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.bundle, self.controller, self.action)
    }
}
