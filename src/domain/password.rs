//! Passwords: judged by an estimator of strength, stored as argon2id, hashed off the async threads
//! and never more at once than there are cores.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::{Score, zxcvbn};

use super::Error;
use super::error::{Parsed, TextFault};
use crate::app::App;

/// A password that was judged good enough. Never printed.
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl Password {
    /// Judges a password: 12 to 128 scalar values, and at least 10^8 guesses to find it by the
    /// estimate of zxcvbn, to which the `known` words (the person's own names and address) are no surprise.
    pub fn parse(raw: &str, known: &[&str]) -> Parsed<Self> {
        let (min, max) = (12, 128);
        let actual = raw.chars().count();
        if actual < min {
            return Err(vec![TextFault::TooShort { min, actual }]);
        }
        if actual > max {
            return Err(vec![TextFault::TooLong { max, actual }]);
        }
        let before_at = known.iter().filter_map(|word| word.split_once('@')).map(|(name, _)| name);
        let known: Vec<&str> = known.iter().copied().chain(before_at).collect();
        let estimate = zxcvbn(raw, &known);
        if estimate.score() < Score::Three {
            let warning = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
            let reason = warning.map_or("It is easy to guess.".into(), |it| it.to_string());
            return Err(vec![TextFault::TooWeak(reason)]);
        }
        Ok(Self(raw.to_owned()))
    }

    /// 128 random bits as text.
    pub fn generate() -> Result<Self, Error> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(Error::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text, for the one place that shows a generated password.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// argon2id in PHC string format, with the parameters of OWASP's password storage cheat sheet:
    /// 19 MiB, 2 passes, 1 lane. About 23 ms on one core.
    pub async fn hash(&self, app: &App) -> Result<String, Error> {
        let password = self.0.clone();
        let turn = Turn::wait(app).await?;
        turn.run(move |argon2| Ok(argon2.hash_password(password.as_bytes())?.to_string())).await
    }
}

/// Who hashes, and who waits for that.
#[derive(Clone, Debug)]
pub struct Hashing {
    /// One permit a core: hashing takes 19 MiB and a core for tens of milliseconds.
    cores: Arc<Semaphore>,
    /// Those who wait or hash: some two seconds' worth of work on two cores.
    queue: Arc<Semaphore>,
}

/// Most hashes that wait.
const QUEUE: usize = 200;

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cores: Arc::new(Semaphore::new(cores)), queue: Arc::new(Semaphore::new(QUEUE)) }
    }
}

/// The right to hash once, off the async threads, and never more at once than there are cores.
#[derive(Debug)]
pub struct Turn {
    _core: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Turn {
    /// Waits for a turn. Fails at once where too many wait already.
    pub async fn wait(app: &App) -> Result<Self, Error> {
        let Hashing { cores, queue } = app.hashing.clone();
        let place = queue.try_acquire_owned().map_err(|_| Error::Busy(BUSY))?;
        let core = cores.acquire_owned().await.map_err(Error::internal)?;
        Ok(Self { _core: core, _place: place })
    }

    /// Whether a text is the password that a hash was made of. It takes as long where there is no hash, or
    /// none that can be read.
    pub async fn verify(self, password: &str, hash: Option<String>) -> Result<bool, Error> {
        let password = password.to_owned();
        self.run(move |argon2| match hash.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok()),
            _ => argon2.hash_password_with_salt(password.as_bytes(), &[0; 16]).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(Argon2<'static>) -> argon2::password_hash::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let hashing = tokio::task::spawn_blocking(move || {
            let _turn = self;
            work(Argon2::default())
        });
        hashing.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

const BUSY: &str = "Too many passwords are looked at right now. Try again.";
