//! Whether a file is still the exhibit whose digests are recorded. Its bytes pass through here and go nowhere.
//!
//! Of what may hold abuse material not even that: saferoom does not open it, whoever asks. Its digests come from the
//! evidence unit.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use ring::digest::{Context, SHA256, SHA384, SHA512};
use zeroize::Zeroizing;

use super::CustodyError;
use crate::model::records::{ContentDigest, EvidenceItem};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// What a check of a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheck {
    /// Its length in bytes, and whether that is the recorded one; none if no length is recorded.
    pub length: u64,
    /// Whether the length is the recorded one; none if none is recorded.
    pub length_fits: Option<bool>,
    /// Each recorded digest, in the order given.
    pub digests: Vec<(String, Checked)>,
}

impl FileCheck {
    /// Whether everything that could be checked fits.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.length_fits != Some(false) && self.digests.iter().all(|(_, checked)| *checked != Checked::Differs)
    }
}

/// How a recorded digest compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is that of the file.
    Fits,
    /// It is not.
    Differs,
    /// This release does not compute digests of this method.
    NotChecked,
}

/// Compares a file with the digests that are recorded of an exhibit, reading it once. `progress` is told how many bytes of
/// how many are done, and can stop it. Memory does not depend on the size of the file.
///
/// # Errors
/// [`CustodyError::EvidenceUnitOnly`] for an item that may hold abuse material, [`CustodyError::NotSaid`] for one of which
/// nobody has said that it does not: the file is not opened.
/// [`CustodyError::NoDigest`] if nothing can be compared, [`CustodyError::Stopped`], [`CustodyError::File`].
pub fn check_file(
    path: &Path,
    item: &EvidenceItem,
    digests: &[ContentDigest],
    mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<FileCheck, CustodyError> {
    match item.contains_csam.as_ref().map(|csam| csam.code().as_str()) {
        Some("no") => {}
        Some(_) => return Err(CustodyError::EvidenceUnitOnly),
        None => return Err(CustodyError::NotSaid),
    }
    let mut contexts: Vec<_> = digests.iter().map(context).collect();
    if contexts.iter().all(Option::is_none) {
        return Err(CustodyError::NoDigest);
    }
    let file = File::open(path).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    let length = read_through(file, total, &mut contexts, &mut progress)?;
    let compared = digests.iter().zip(contexts).map(|(digest, context)| compare(digest, context));
    Ok(FileCheck { length, length_fits: item.size_bytes.map(|size| size == length), digests: compared.collect() })
}

fn read_through(
    mut file: impl Read,
    total: u64,
    contexts: &mut [Option<Context>],
    progress: &mut impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<u64, CustodyError> {
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    let mut done = 0;
    loop {
        if progress(done, total.max(done)).is_break() {
            return Err(CustodyError::Stopped);
        }
        let read = match file.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(failed)?,
        };
        if read == 0 {
            return Ok(done);
        }
        contexts.iter_mut().flatten().for_each(|context| context.update(&chunk[..read]));
        done += read as u64;
    }
}

fn context(digest: &ContentDigest) -> Option<Context> {
    digest.value.as_ref()?;
    match digest.method.as_ref()?.code().as_str() {
        "SHA256" => Some(Context::new(&SHA256)),
        "SHA384" => Some(Context::new(&SHA384)),
        "SHA512" => Some(Context::new(&SHA512)),
        _ => None,
    }
}

fn compare(digest: &ContentDigest, context: Option<Context>) -> (String, Checked) {
    let method = digest.method.as_ref().map_or_else(String::new, |method| method.code().as_str().to_owned());
    let Some(context) = context else { return (method, Checked::NotChecked) };
    let found: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let recorded = digest.value.as_ref().map_or("", |value| value.as_str());
    let fits = recorded.trim().eq_ignore_ascii_case(&found);
    (method, if fits { Checked::Fits } else { Checked::Differs })
}

fn failed(error: io::Error) -> CustodyError {
    CustodyError::File(error.kind())
}
