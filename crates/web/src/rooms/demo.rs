//! In a demo, who may be signed in with one button: everybody in it is invented, and the passwords are public.

use percuta_record::PatientId;

/// Somebody of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// What the button sends.
    pub value: String,
    /// What they are here, as a word.
    pub role: String,
    /// Their invented name.
    pub name: String,
    /// What can be seen as them, in a sentence.
    pub sees: String,
    /// How they come in.
    pub way: Way,
}

/// How somebody of the demo comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// With an e-mail address and a password, like any member.
    Password {
        /// The address.
        email: String,
        /// The password, which is public.
        password: String,
    },
    /// As a patient.
    Patient(PatientId),
}

/// The people of a demo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demo {
    /// They, in the order of the buttons.
    pub people: Vec<DemoPerson>,
}
