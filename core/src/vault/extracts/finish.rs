//! From a folder that counts as released to one that is signed and has its name. Nothing is signed before the release is
//! recorded: whatever is cut off in between leaves a folder that no analyst opens, and that can be finished.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::super::{Error, Session, WayBack};
use super::BuiltExtract;
use crate::access::Access;
use crate::new_file::{Existing, is_free, place, place_folder, unfinished_name, write_private_file};
use crate::release::Released;
use crate::release::output::{
    ExtractParts, Manifest, OutputError, SIGNATURE, Signer, Trust, manifest_signature, open_extract, public_key_line,
    write_extract,
};
use crate::seal::sha256;

/// Ending of the file with the public key.
const PUBLIC_KEY: &str = "pub";
/// Ending of the file with the way back.
const WAY_BACK: &str = "way-back";

impl Session {
    /// Signs an extract that was recorded as released and not finished, because the machine stopped in between or a disk was
    /// full, and gives it its name. `left` is the folder that was left; every claim of its manifest is checked again. Logged
    /// as an export.
    ///
    /// # Errors
    /// [`TablesError::NotRecorded`](crate::release::tables::TablesError::NotRecorded) if no release has this manifest,
    /// [`TablesError::Withdrawn`](crate::release::tables::TablesError::Withdrawn) if custodians withdrew it; [`OutputError`];
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed), logged as denied.
    pub fn finish_extract(
        &self,
        left: &Path,
        place: &Path,
        signer: &dyn Signer,
        access: &Access,
    ) -> Result<BuiltExtract, Error> {
        is_free(place).map_err(|_| OutputError::Exists)?;
        let manifest = open_extract(left, Trust::Unsigned)?.manifest;
        self.resume_extract((sha256(&manifest.to_bytes()?), manifest.rows.released), access)?;
        Ok(Unsigned { folder: left.to_owned(), counts: true }.finish(place, manifest, signer)?)
    }
}

/// Whether a folder and what comes to lie beside it can get their names.
pub(super) fn are_free(place: &Path) -> Result<(), OutputError> {
    let names = [place.to_owned(), beside(place, PUBLIC_KEY), beside(place, WAY_BACK)];
    names.iter().try_for_each(|name| is_free(name)).map_err(|_| OutputError::Exists)
}

/// A folder that has neither a signature nor its name yet, with the way back beside it. Dropped before it counts as released,
/// both are removed.
pub(super) struct Unsigned {
    folder: PathBuf,
    counts: bool,
}

impl Unsigned {
    pub(super) fn write(
        place: &Path,
        released: &Released,
        parts: &ExtractParts<'_>,
    ) -> Result<(Self, Manifest), OutputError> {
        let unsigned = Self { folder: unfinished_name(place), counts: false };
        let manifest = write_extract(&unsigned.folder, released, parts)?;
        Ok((unsigned, manifest))
    }

    pub(super) fn add_way_back(&self, way_back: &WayBack) -> Result<(), OutputError> {
        let path = beside(&self.folder, WAY_BACK);
        write_private_file(&path, &way_back.to_bytes(), Existing::Keep).map_err(failed(&path))
    }

    /// It counts as released: whatever happens now, it stays. Can be done again from any point at which it was cut off.
    pub(super) fn finish(
        mut self,
        place: &Path,
        manifest: Manifest,
        signer: &dyn Signer,
    ) -> Result<BuiltExtract, OutputError> {
        self.counts = true;
        let built = self.sign_and_name(place, manifest, signer);
        built.map_err(|_| OutputError::NotFinished { folder: file_name(&self.folder) })
    }

    fn sign_and_name(
        &self,
        place: &Path,
        manifest: Manifest,
        signer: &dyn Signer,
    ) -> Result<BuiltExtract, OutputError> {
        let line = public_key_line(&signer.verifying_key())?;
        let public_key = beside(place, PUBLIC_KEY);
        write_once(&public_key, format!("{line}\n").as_bytes()).map_err(failed(&public_key))?;
        let signature = manifest_signature(&manifest, signer)?;
        write_over(&self.folder.join(SIGNATURE), signature.as_bytes()).map_err(failed(Path::new(SIGNATURE)))?;
        let way_back = self.name_way_back(place)?;
        place_folder(&self.folder, place).map_err(failed(place))?;
        Ok(BuiltExtract { manifest, public_key, way_back })
    }

    fn name_way_back(&self, folder: &Path) -> Result<Option<PathBuf>, OutputError> {
        let (from, to) = (beside(&self.folder, WAY_BACK), beside(folder, WAY_BACK));
        let named = match fs::read(&from) {
            // It has its name already, of an earlier attempt; or there is none.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(to.exists().then_some(to)),
            Err(error) => Err(error),
            Ok(bytes) if fs::read(&to).is_ok_and(|there| there == bytes) => fs::remove_file(&from),
            Ok(_) => place(&from, &to, Existing::Keep),
        };
        named.map_err(failed(&to))?;
        Ok(Some(to))
    }
}

impl Drop for Unsigned {
    fn drop(&mut self) {
        if !self.counts {
            let _ = fs::remove_file(beside(&self.folder, WAY_BACK));
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A new file, unless it is there with the same content.
fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        _ => write_private_file(path, bytes, Existing::Keep),
    }
}

/// A file of a folder that has no name yet: half of one that is there is written over.
fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn failed(path: &Path) -> impl Fn(io::Error) -> OutputError {
    let file = file_name(path);
    move |error| match error.kind() {
        ErrorKind::AlreadyExists => OutputError::Exists,
        kind => OutputError::Write { file: file.clone(), kind },
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `extract.pub` for the folder `extract`.
fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = place.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    place.with_file_name(name)
}
