//! What a field is: its number, compartment, class, search kind, release rule and type. One declaration drives all else.

use std::fmt;

use super::ExtraField;

/// Number of a field within its record kind. For ever: never reused, never renumbered.
///
/// Built-in fields count from 1; the extra fields of a vault from 2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldNumber(u64);

impl FieldNumber {
    /// The number, which has to be at least 1.
    ///
    /// # Panics
    /// On 0, at compile time where the number is a constant.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        assert!(number > 0, "field numbers start at 1");
        Self(number)
    }

    /// The number, if it is one.
    #[must_use]
    pub const fn checked(number: u64) -> Option<Self> {
        if number > 0 { Some(Self(number)) } else { None }
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FieldNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Declares an enum whose cases have a stable name (and, for compartments, a number).
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $number:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$case_doc])* $case = $number,)* }

        impl $name {
            /// All cases, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case,)*];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$case => $text,)* }
            }

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The case of this number.
            #[must_use]
            pub fn from_number(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.number() == number)
            }

            /// The case of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.name() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use named;

named! {
    /// A key domain: who may read one compartment need not read another.
    Compartment {
        /// Who the child is.
        Identity = 1, "identity";
        /// Quasi-identifiers.
        Profile = 2, "profile";
        /// What is alleged to have happened, in codes.
        Offence = 3, "offence";
        /// What the child said.
        Narrative = 4, "narrative";
        /// How the child is.
        Wellbeing = 5, "wellbeing";
        /// Exhibits and custody.
        Evidence = 6, "evidence";
        /// Services.
        Referral = 7, "referral";
        /// How the case and the interview went, in times, counts and states.
        Operations = 8, "operations";
        /// Keys of the blind index.
        Search = 9, "search";
        /// Derived, generalised values for extracts.
        Statistics = 10, "statistics";
        /// Rooms, visits, training.
        Rooms = 11, "rooms";
        /// The access log.
        Oversight = 12, "oversight";
        /// Who is a member: every member holds it.
        Roster = 13, "roster";
    }
}

named! {
    /// How sensitive a field is, and what an extract may do with it.
    FieldClass {
        /// Identifies a person by itself; never leaves in an extract.
        Direct = 1, "direct";
        /// Identifies together with others; leaves generalised only.
        Quasi = 2, "quasi";
        /// Must not be learned about a person; leaves coarsely coded, where enough others share it.
        Sensitive = 3, "sensitive";
        /// Free text or recording; never leaves in an extract.
        Narrative = 4, "narrative";
        /// Counts, times, states without a person in them.
        Operational = 5, "operational";
        /// Tokens that link records; never leaves.
        Linkage = 6, "linkage";
    }
}

named! {
    /// How a field can be searched without plaintext.
    SearchKind {
        /// As it is, such as a register number.
        Exact = 1, "exact";
        /// As a name, normalised.
        Name = 2, "name";
        /// As a telephone number.
        Phone = 3, "phone";
        /// As a date.
        Date = 4, "date";
        /// As a place, at each level.
        Place = 5, "place";
    }
}

named! {
    /// What of a field goes into `statistics`, and from there into extracts.
    ReleaseRule {
        /// The value itself.
        AsIs = 1, "as_is";
        /// A date of birth as the age in years at the time of the report.
        AgeInYears = 2, "age_in_years";
        /// A date as its year.
        Year = 3, "year";
        /// A date as its year and month.
        Month = 4, "month";
        /// A date as its quarter.
        Quarter = 5, "quarter";
        /// A place as its province.
        Province = 6, "province";
        /// A place as its district.
        District = 7, "district";
        /// How many there are.
        Count = 8, "count";
        /// Whether there is one.
        Present = 9, "present";
        /// A code as its parent in its list.
        CoarseCode = 10, "coarse_code";
    }
}

named! {
    /// What a field holds.
    ValueType {
        /// A short text.
        Text = 1, "text";
        /// A long text: what a person said.
        Narrative = 2, "narrative";
        /// A code of a code list.
        Code = 3, "code";
        /// A date, perhaps without day or month.
        Date = 4, "date";
        /// A moment.
        Time = 5, "time";
        /// A place code.
        Place = 6, "place";
        /// Yes or no.
        Bool = 7, "bool";
        /// A count.
        Unsigned = 8, "unsigned";
        /// Another record.
        Id = 9, "id";
    }
}

/// The declared nature of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its number.
    pub number: FieldNumber,
    /// Its name, in Rust's spelling.
    pub name: &'static str,
    /// What it is, in English.
    pub label: &'static str,
    /// What to write into it and what not, in English, for whoever fills in the form.
    pub help: &'static str,
    /// Whose keys open it.
    pub compartment: Compartment,
    /// How sensitive it is.
    pub class: FieldClass,
    /// Whether a court may rely on it: changes are new revisions with a reason.
    pub evidence: bool,
    /// How it can be searched.
    pub search: Option<SearchKind>,
    /// What of it may leave in an extract.
    pub release: Option<ReleaseRule>,
    /// What it holds.
    pub value_type: ValueType,
    /// Whether it holds a list of such values.
    pub repeated: bool,
    /// Whether a record without it is refused.
    pub required: bool,
    /// The list that its codes are from.
    pub code_list: Option<&'static str>,
    /// What else a form says of it, if it is an extra field: texts in Khmer, choices of its own.
    pub extra: Option<&'static ExtraField>,
}
