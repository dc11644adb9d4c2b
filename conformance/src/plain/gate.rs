//! The one choke point: every rejection, and every place where the text demands acceptance, asks
//! here first, so that a mutant is a decoder with exactly one rule changed.

/// What makes a [`super::Plain`] differ from the specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mutation {
    /// Nothing: the plain implementation itself.
    #[default]
    None,
    /// The check of this requirement always passes.
    Off(&'static str),
    /// The case named is rejected or handled in another way, although the text says otherwise.
    Strict(&'static str),
    /// The two neighbouring codes, written `A<B`, are checked the other way round.
    Swap(&'static str),
}

/// A rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Code of the registry of errors.
    pub code: &'static str,
    /// Byte offset; what it counts from depends on the code.
    pub offset: u64,
    /// Requirement whose check failed.
    pub requirement: &'static str,
}

/// Asks whether a rule holds under the mutation at hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    mutation: Mutation,
    lenient: bool,
}

impl Gate {
    /// A gate for one mutation.
    #[must_use]
    pub fn new(mutation: Mutation) -> Self {
        Self { mutation, lenient: false }
    }

    /// The same gate with every check off: used to get at the content of something whose verdict
    /// has been, or will be, given elsewhere.
    #[must_use]
    pub fn lenient(self) -> Self {
        Self { mutation: Mutation::None, lenient: true }
    }

    /// Whether the check of `requirement` fails: `bad`, unless the check is off.
    #[must_use]
    pub fn fails(&self, requirement: &str, bad: bool) -> bool {
        let off = match self.mutation {
            Mutation::Off(id) => id == requirement,
            _ => false,
        };
        bad && !off && !self.lenient
    }

    /// Whether the case named `id` is handled in another way than the text demands.
    #[must_use]
    pub fn strict(&self, id: &str) -> bool {
        match self.mutation {
            Mutation::Strict(name) => name == id,
            _ => false,
        }
    }

    /// The pair `A<B` that changes places, if there is one.
    #[must_use]
    pub fn swapped(&self) -> Option<&'static str> {
        match self.mutation {
            Mutation::Swap(pair) => Some(pair),
            _ => None,
        }
    }

    /// The check of one requirement.
    ///
    /// # Errors
    /// A fault of `code` at `offset` where the check fails.
    pub fn check(&self, requirement: &'static str, bad: bool, code: &'static str, offset: u64) -> Result<(), Fault> {
        if self.fails(requirement, bad) { Err(Fault { code, offset, requirement }) } else { Ok(()) }
    }

    /// A case that must be accepted: a fault only for the mutant named `requirement`.
    ///
    /// # Errors
    /// A fault of `code` at `offset` where this is that mutant and the case is there.
    pub fn accept(
        &self,
        requirement: &'static str,
        present: bool,
        code: &'static str,
        offset: u64,
    ) -> Result<(), Fault> {
        if present && self.strict(requirement) { Err(Fault { code, offset, requirement }) } else { Ok(()) }
    }
}
