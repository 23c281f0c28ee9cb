//! What was tried, and how it was refused.

/// Something that was tried and must be refused.
pub struct Attempt {
    /// Its name.
    pub name: &'static str,
    /// What was tried.
    pub what: &'static str,
    /// Who must refuse.
    pub by: &'static str,
    /// The code of the refusal; `None` if nobody refused.
    pub code: Option<String>,
    /// The code that it must have.
    pub expected: &'static str,
}

impl Attempt {
    /// Whether it was refused as it must be.
    pub fn holds(&self) -> bool {
        self.code.as_deref() == Some(self.expected)
    }
}

/// What was tried so far, told as it happens.
pub struct Tried<'a> {
    told: &'a dyn Fn(&Attempt),
    attempts: Vec<Attempt>,
}

impl<'a> Tried<'a> {
    /// Nothing yet.
    pub fn new(told: &'a dyn Fn(&Attempt)) -> Self {
        Self {
            told,
            attempts: Vec::new(),
        }
    }

    /// All of it.
    pub fn done(self) -> Vec<Attempt> {
        self.attempts
    }

    /// Something was tried; `code` is that of its refusal.
    pub fn add(
        &mut self,
        name: &'static str,
        what: &'static str,
        by: &'static str,
        expected: &'static str,
        code: Option<String>,
    ) {
        let attempt = Attempt {
            name,
            what,
            by,
            code,
            expected,
        };
        (self.told)(&attempt);
        self.attempts.push(attempt);
    }
}
