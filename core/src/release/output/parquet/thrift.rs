//! The compact protocol of Thrift, as far as the end of a Parquet file and the heads of its pages need it.
//!
//! Stricter than the library that reads the file afterwards: what that reads by its number alone has to be of the right type
//! here, numbers have to fit, and fields ascend. So what was looked at here is what is read there.

/// What is not of this protocol, or more than is read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Types of fields, as they stand in the file.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
pub(super) const STRUCTURE: u8 = 12;

/// How deep structures and lists that are passed over may lie in each other: the deepest of the format is at eight.
const DEPTH: usize = 12;

/// A field of a structure, before its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) number: i16,
    pub(super) kind: u8,
}

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    /// Gives each field of a structure to `read`, which reads its value or answers false: then it is passed over.
    pub(super) fn structure(
        &mut self,
        mut read: impl FnMut(&mut Self, Field) -> Result<bool, Malformed>,
    ) -> Result<(), Malformed> {
        let mut last = 0;
        while let Some(field) = self.field(last)? {
            if field.number <= last {
                return Err(Malformed);
            }
            last = field.number;
            if !read(self, field)? {
                self.skip(field.kind, DEPTH)?;
            }
        }
        Ok(())
    }

    /// The next field, which has to be the one with this number, behind the one with the number before.
    pub(super) fn demanded(&mut self, number: i16) -> Result<Field, Malformed> {
        self.field(number - 1)?.filter(|field| field.number == number).ok_or(Malformed)
    }

    /// The number of a field that has to be of the type `I32`.
    pub(super) fn i32(&mut self, field: Field) -> Result<i32, Malformed> {
        field.demand(I32)?;
        i32::try_from(self.zigzag()?).map_err(|_| Malformed)
    }

    /// The same of `I64`.
    pub(super) fn i64(&mut self, field: Field) -> Result<i64, Malformed> {
        field.demand(I64)?;
        self.zigzag()
    }

    /// The bytes of a field.
    pub(super) fn binary(&mut self, field: Field) -> Result<&'a [u8], Malformed> {
        field.demand(BINARY)?;
        let length = self.varint()?;
        self.take(usize::try_from(length).map_err(|_| Malformed)?)
    }

    /// How many structures follow in a field that has to be a list of them: no more than there are bytes left.
    pub(super) fn structures(&mut self, field: Field) -> Result<usize, Malformed> {
        field.demand(LIST)?;
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        // Some write an empty list without the type of its elements.
        if head != 0 && head & 0x0f != STRUCTURE {
            return Err(Malformed);
        }
        usize::try_from(count).ok().filter(|count| *count <= self.left()).ok_or(Malformed)
    }

    fn field(&mut self, last: i16) -> Result<Option<Field>, Malformed> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind == 0 {
            return Ok(None);
        }
        let number = match head >> 4 {
            0 => i16::try_from(self.zigzag()?).map_err(|_| Malformed)?,
            step => last.checked_add(i16::from(step)).ok_or(Malformed)?,
        };
        Ok(Some(Field { number, kind }))
    }

    /// Passes over the fields behind the one with this number, to the end of the structure. They have to ascend: a number is there
    /// once.
    pub(super) fn rest(&mut self, mut last: i16) -> Result<(), Malformed> {
        while let Some(field) = self.field(last)? {
            if field.number <= last {
                return Err(Malformed);
            }
            last = field.number;
            self.skip(field.kind, DEPTH)?;
        }
        Ok(())
    }

    /// Passes over structures of a list.
    pub(super) fn skip_structures(&mut self, count: usize) -> Result<(), Malformed> {
        (0..count).try_for_each(|_| self.skip(STRUCTURE, DEPTH))
    }

    /// Passes over a list. Each element has a byte at least: the library that reads the file counts to what a list says, also
    /// where there is nothing to read, as in a list of yes and no, which no file has.
    fn skip_list(&mut self, depth: usize) -> Result<(), Malformed> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        let kind = head & 0x0f;
        let is_there = usize::try_from(count).is_ok_and(|count| count <= self.left());
        if !is_there || count > 0 && matches!(kind, TRUE | FALSE) {
            return Err(Malformed);
        }
        (0..count).try_for_each(|_| self.skip(kind, depth))
    }

    /// Passes over a value. Sets and maps stand in nothing that is passed over.
    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), Malformed> {
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.byte().map(drop),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.take(8).map(drop),
            BINARY => self.binary(Field { number: 0, kind }).map(drop),
            LIST if depth > 0 => self.skip_list(depth - 1),
            STRUCTURE if depth > 0 => {
                while let Some(field) = self.field(0)? {
                    self.skip(field.kind, depth - 1)?;
                }
                Ok(())
            }
            _ => Err(Malformed),
        }
    }

    fn zigzag(&mut self) -> Result<i64, Malformed> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// At most ten bytes; of more the library would take what is left of them.
    pub(super) fn varint(&mut self) -> Result<u64, Malformed> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(Malformed);
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.0.split_first().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }
}

impl Field {
    /// Whether it is of this type.
    pub(super) fn demand(self, kind: u8) -> Result<(), Malformed> {
        if self.kind == kind { Ok(()) } else { Err(Malformed) }
    }

    /// Whether it is yes or no, which has no bytes of its own.
    pub(super) fn demand_bool(self) -> Result<(), Malformed> {
        if matches!(self.kind, TRUE | FALSE) { Ok(()) } else { Err(Malformed) }
    }
}
