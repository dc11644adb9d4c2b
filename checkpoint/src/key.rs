//! Which thread a checkpoint is of.

use sha2::{Digest as _, Sha256};

use crate::StoreError;

/// Bytes of a thread's id, a namespace or a checkpoint's id.
pub(crate) const MAX_ID_LEN: usize = 1_024;

/// A thread's id and a namespace in it: what has checkpoints of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadKey {
    thread: String,
    namespace: String,
}

impl ThreadKey {
    /// A key. The thread's id has 1 to 1,024 bytes, the namespace 0 to 1,024.
    ///
    /// # Errors
    /// [`StoreError::IdLen`].
    pub fn new(thread: &str, namespace: &str) -> Result<Self, StoreError> {
        check_id(thread)?;
        if !namespace.is_empty() {
            check_id(namespace)?;
        }
        Ok(Self { thread: thread.to_owned(), namespace: namespace.to_owned() })
    }

    /// Stands where a key cannot be told.
    pub(crate) const fn nobody() -> Self {
        Self { thread: String::new(), namespace: String::new() }
    }

    /// The thread's id.
    #[must_use]
    pub fn thread(&self) -> &str {
        &self.thread
    }

    /// The namespace; empty: the thread's own.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name of its folder.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}-{}", hash(&self.thread), hash(&self.namespace))
    }

    /// Whether a folder is one of a thread's, in whatever namespace.
    pub(crate) fn is_folder_of(folder: &str, thread: &str) -> bool {
        is_folder(folder) && folder.starts_with(&hash(thread))
    }
}

/// Whether a name is that of a thread's folder.
pub(crate) fn is_folder(name: &str) -> bool {
    let hex = |part: &str| part.len() == 32 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    name.split_once('-').is_some_and(|(thread, namespace)| hex(thread) && hex(namespace))
}

/// An id of a thread, a namespace or a checkpoint.
pub(crate) fn check_id(id: &str) -> Result<(), StoreError> {
    if (1..=MAX_ID_LEN).contains(&id.len()) { Ok(()) } else { Err(StoreError::IdLen { len: id.len() }) }
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    hex::encode(digest.get(..16).unwrap_or_default())
}
