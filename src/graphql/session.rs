//! Signing in and out, one's own password, and one's own sessions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::session;

use super::access::Viewer;
use super::context::{Caller, SessionChange, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::mutation_error::{
    ChangePasswordError, ClearSignInFailuresError, RevokeSessionError, SignInMutationError,
};
use super::node::global_id;
use super::user_error::user_errors;
use crate::domain::id::Kind;
use crate::domain::sign_in::{self, Clearing};
use crate::domain::{Actor, session as sessions};

/// A row of sessions.
pub struct Session(pub session::Model);

/// What signing in began: a browser or a program that acts as the viewer until it ends.
#[Object]
impl Session {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Session, self.0.id)
    }

    /// Whether this request came with it.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        caller(ctx).actor().session_id() == Some(self.0.id)
    }

    /// The client's IP address when it signed in; null when it was not known.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// What the client called itself when it signed in, its User-Agent: names the browser and its system.
    async fn user_agent(&self) -> Option<&str> {
        self.0.user_agent.as_deref()
    }

    /// When it began.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last used; up to a minute more may have passed.
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.0.last_used_at)
    }

    /// When it ends, however much it is used. It ends sooner when it is not used.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }
}

/// Who wants to sign in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The user's e-mail address.
    email: String,
    /// Their password.
    password: String,
    /// Also return the session as a bearer token, for clients without cookies.
    #[graphql(default)]
    return_token: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of signing in.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// Who is signed in now; null on an error.
    viewer: Option<Viewer>,
    /// The session as a bearer token, where it was asked for: shown this once.
    session_token: Option<String>,
    /// What was wrong; empty on success.
    user_errors: Vec<SignInMutationError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// The end of a session.
#[derive(InputObject)]
pub struct SignOutInput {
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of signing out.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Whether a session ended: false where nobody was signed in, or by an API token.
    signed_out: bool,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A password in the place of another.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The viewer's password up to now.
    current_password: String,
    /// 12 to 128 characters, judged by an estimator of strength, not by character classes.
    new_password: String,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of changing one's password.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// Who asked; null on an error.
    viewer: Option<Viewer>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<ChangePasswordError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A session to be ended.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// The session's global id.
    id: ID,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of ending a session.
#[derive(SimpleObject)]
pub struct RevokeSessionPayload {
    /// The id of the session that ended; null on an error.
    revoked_session_id: Option<ID>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<RevokeSessionError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// Who may try to sign in again at once: a user, an address, or both.
#[derive(InputObject)]
pub struct ClearSignInFailuresInput {
    /// The global id of a user whose password was wrong too often.
    user_id: Option<ID>,
    /// An IP address from which passwords were wrong too often.
    address: Option<String>,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of forgetting failures.
#[derive(SimpleObject)]
pub struct ClearSignInFailuresPayload {
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<ClearSignInFailuresError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in, which needs no credential: sets the session cookie, in the place of any other, and acts as
    /// the user from here on. A wrong e-mail, a wrong password and an inactive user get the same answer. Not over
    /// a socket.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: SignInInput,
    ) -> Result<SignInPayload, Failure> {
        let caller = caller(ctx);
        caller.require_request()?;
        let begun =
            sign_in::sign_in(&caller.app, &caller.actor(), &input.email, &input.password).await;
        let (secret, user_errors) = user_errors(begun.map(Some))?;
        let viewer = match &secret {
            Some(secret) => continue_with(caller, secret).await.unwrap_or_default(),
            None => None,
        };
        Ok(SignInPayload {
            viewer,
            session_token: secret.filter(|_| input.return_token),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Ends the session that this request comes with, and takes its cookie away. Needs no credential. Not over a socket.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The end.")] input: SignOutInput,
    ) -> Result<SignOutPayload, Failure> {
        let caller = caller(ctx);
        caller.require_request()?;
        let actor = caller.actor();
        let signed_out = sessions::sign_out(&caller.app, &actor).await?;
        // Whoever came with an API token stays who they are.
        if signed_out || actor.user_id().is_none() {
            caller.sign_out();
        }
        Ok(SignOutPayload { signed_out, client_mutation_id: input.client_mutation_id })
    }

    /// Gives the viewer another password, and ends their other sessions.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload, Failure> {
        let caller = caller(ctx);
        let (app, actor) = (&caller.app, &caller.actor());
        let changed =
            sign_in::change_password(app, actor, &input.current_password, &input.new_password);
        let (changed, user_errors) = user_errors(changed.await.map(Some))?;
        let viewer = match changed {
            Some(()) => Viewer::of(caller).await?,
            None => None,
        };
        Ok(ChangePasswordPayload {
            viewer,
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Ends a session of the viewer's own at once.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload, Failure> {
        let caller = caller(ctx);
        let actor = caller.actor();
        let revoked = sessions::revoke(&caller.app, &actor, &input.id).await;
        let (id, user_errors) = user_errors(revoked.map(Some))?;
        if id.is_some() && id == actor.session_id() {
            caller.sign_out();
        }
        Ok(RevokeSessionPayload {
            revoked_session_id: id.map(|id| global_id(Kind::Session, id)),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Lets a user, or those at an address, try to sign in again at once after too many failures. Requires
    /// user/user/update, and every access that the user carries.
    async fn clear_sign_in_failures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: ClearSignInFailuresInput,
    ) -> Result<ClearSignInFailuresPayload, Failure> {
        let caller = caller(ctx);
        let clearing = Clearing { user_id: input.user_id.map(|id| id.0), address: input.address };
        let cleared = sign_in::clear_failures(&caller.app, &caller.actor(), clearing).await;
        let (_, user_errors) = user_errors(cleared.map(Some))?;
        Ok(ClearSignInFailuresPayload { user_errors, client_mutation_id: input.client_mutation_id })
    }
}

/// Goes on as whoever a new session is of.
async fn continue_with(caller: &Caller, secret: &str) -> Result<Option<Viewer>, Failure> {
    // Whatever fails from here on, they are signed in.
    caller.note_session(SessionChange::Began(secret.to_owned()));
    let origin = caller.actor().origin.clone();
    caller.continue_as(Actor::authenticate(&caller.app, Some(secret), origin).await?);
    Viewer::of(caller).await
}
