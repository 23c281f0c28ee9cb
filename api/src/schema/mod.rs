//! Shapes of the messages that other crates define, for the description in OpenAPI alone.
//!
//! Reading and writing is done by the messages' own types; a test holds the members equal.
//! A field element is a decimal string, a digest 64 lower-case hexadecimal digits, a day the number
//! of days since 1970-01-01, a date the number yyyymmdd.

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, ToSchema)]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $kind,)*
            }
        )+
    };
}

mod metadata;
pub mod refusals;
mod session;
mod verification;

pub use metadata::*;
pub use session::*;
pub use verification::*;
