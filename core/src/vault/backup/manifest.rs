//! The first item of a container: what the rows after it are, and the head that they end at.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use crate::id::DeviceId;
use crate::log::Hash;
use crate::vault::statement::Statement;

const VERSION: u64 = 1;
const MOST_TABLES: u64 = 256;

/// Deterministic CBOR: `[1, schema, device, commit, log size, log root, statement digest, made at, [table, ...]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// Schema version of the rows.
    pub(crate) schema: u32,
    pub(crate) device: DeviceId,
    pub(crate) commit: u64,
    pub(crate) log_size: u64,
    pub(crate) log_root: Hash,
    /// SHA-256 of the newest statement.
    pub(crate) statement: [u8; 32],
    /// Milliseconds since 1970, UTC; a claim.
    pub(crate) made_at: u64,
    /// Names of the tables, in the order of their numbers.
    pub(crate) tables: Vec<String>,
}

impl Manifest {
    pub(crate) fn of(statement: &Statement, made_at: u64, tables: &[String]) -> Self {
        Self {
            schema: crate::store::SCHEMA_VERSION,
            device: statement.device,
            commit: statement.commit,
            log_size: statement.log_size,
            log_root: statement.log_root,
            statement: crate::seal::sha256(&statement.encode()),
            made_at,
            tables: tables.to_vec(),
        }
    }

    /// Whether it ends at this statement.
    pub(crate) fn ends_at(&self, statement: &Statement) -> bool {
        *self == Self { schema: self.schema, ..Self::of(statement, self.made_at, &self.tables) }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(9)?.u64(VERSION)?.u32(self.schema)?.bytes(self.device.as_bytes())?.u64(self.commit)?;
            out.u64(self.log_size)?.bytes(self.log_root.as_bytes())?.bytes(&self.statement)?.u64(self.made_at)?;
            out.array(self.tables.len() as u64)?;
            for table in &self.tables {
                out.str(table)?;
            }
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(bytes);
        if input.array()? != Some(9) || input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let manifest = Self {
            schema: input.u32()?,
            device: DeviceId::from_bytes(fixed(&mut input)?),
            commit: input.u64()?,
            log_size: input.u64()?,
            log_root: Hash::from_bytes(fixed(&mut input)?),
            statement: fixed(&mut input)?,
            made_at: input.u64()?,
            tables: {
                let count = input.array()?.filter(|count| *count <= MOST_TABLES);
                let count = count.ok_or_else(|| DecodeError::message("too many tables"))?;
                (0..count).map(|_| Ok(input.str()?.to_owned())).collect::<Result<_, DecodeError>>()?
            },
        };
        if manifest.encode() == bytes { Ok(manifest) } else { Err(DecodeError::message("not canonical")) }
    }
}

/// The last item: how many rows each table has.
pub(crate) fn encode_counts(counts: &[u64]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let _infallible =
        out.array(counts.len() as u64).map(|out| counts.iter().try_for_each(|count| out.u64(*count).map(drop)));
    out.into_writer()
}

fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| DecodeError::message("wrong length"))
}
