//! Changes to values of a case.

pub(crate) use dashstream_vectors::Tree;

/// What cases change. A mistake in one stops the generator.
pub(crate) trait Edit {
    /// Sets a key of a map; a new one goes to the end.
    fn set(&mut self, key: &str, value: Tree);

    /// Removes a key of a map, where it is there.
    fn unset(&mut self, key: &str);

    /// The value of a key.
    fn get_mut(&mut self, key: &str) -> &mut Tree;

    /// An element of a list.
    fn item_mut(&mut self, index: usize) -> &mut Tree;
}

impl Edit for Tree {
    fn set(&mut self, key: &str, value: Tree) {
        let Self::Map(entries) = self else { panic!("`{key}` is set in something that is no map") };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    fn unset(&mut self, key: &str) {
        let Self::Map(entries) = self else { panic!("`{key}` is removed from something that is no map") };
        entries.retain(|(name, _)| name != key);
    }

    fn get_mut(&mut self, key: &str) -> &mut Tree {
        let Self::Map(entries) = self else { panic!("`{key}` is asked of something that is no map") };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, value)) => value,
            None => panic!("there is no key `{key}`"),
        }
    }

    fn item_mut(&mut self, index: usize) -> &mut Tree {
        let Self::List(items) = self else { panic!("an element is asked of something that is no list") };
        items.get_mut(index).expect("the list is long enough")
    }
}
