//! Building an extract: asked, written, recorded, named. In this order, so that nothing leaves that does not count.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::{ExtractRequest, Found, StatisticsFound};
use crate::access::Access;
use crate::new_file::{Existing, is_free, place_folder, unfinished_name, write_private_file};
use crate::release::ReleaseKey;
use crate::release::engine::Watch;
use crate::release::output::{
    ExtractParts, Manifest, OutputError, Pages, Provenance, Signer, public_key_line, write_extract,
};
use crate::release::series::Membership;
use crate::release::spec::Files;
use crate::seal::sha256;

/// Where an extract goes, and who answers for it.
#[derive(Clone, Copy)]
pub struct ExtractOutput<'o> {
    /// The new folder.
    pub place: &'o Path,
    /// Who signs.
    pub signer: &'o dyn Signer,
    /// Who draws the report.
    pub pages: &'o dyn Pages,
}

impl std::fmt::Debug for ExtractOutput<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExtractOutput").field("place", &self.place).finish_non_exhaustive()
    }
}

/// An extract that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltExtract {
    /// What it holds, as it was signed.
    pub manifest: Manifest,
    /// The public key with which its signature is checked: a line of OpenSSH, in a file beside the folder (`.pub`).
    pub public_key: PathBuf,
    /// The way back from its pseudonyms, for those who hold shares of the key for reversals (`.way-back`); none where no
    /// such key is in force.
    pub way_back: Option<PathBuf>,
}

impl Session {
    /// Makes an extract in a new folder, with its public key and its way back beside it. Logged as an export.
    ///
    /// It is written beside its place first; then the release is recorded, in a transaction in which the guard is asked
    /// again; then the folder gets its name. Where anything fails before the record, nothing is left.
    ///
    /// # Errors
    /// As [`plan_extract`](Self::plan_extract); [`TablesError::SinglesOut`](crate::release::tables::TablesError::SinglesOut)
    /// unless custodians signed an exception for it; [`OutputError`]. After [`OutputError::NotNamed`] the folder lies there
    /// whole under another name, and counts.
    pub fn build_extract(
        &self,
        request: &ExtractRequest,
        files: &dyn Files,
        output: &ExtractOutput<'_>,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<BuiltExtract, Error> {
        is_free(output.place).map_err(not_free)?;
        let mut found = self.search_extract(request, files, access, watch)?;
        // With what was released before, it must not tell of single children: asked before anything is written.
        self.may_leave(request, &found.membership, access)?;
        let (built, unnamed) = self.write_beside(request, &mut found, output, access)?;
        is_free(output.place).map_err(not_free)?;
        // All of it lies on the disk: now it counts as released, then it gets its name.
        let (name, audience) = (request.spec.name.as_str(), request.spec.audience);
        let manifest = (sha256(&built.manifest.to_bytes()?), built.manifest.rows.released);
        self.record_extract((name, audience), request.series(), manifest, &found.membership, access)?;
        unnamed.name(output.place)?;
        Ok(built)
    }

    fn may_leave(&self, request: &ExtractRequest, membership: &Membership, access: &Access) -> Result<(), Error> {
        let audience = request.spec.audience;
        match request.series() {
            Some(series) => self.check_release_in(series, audience, membership, access),
            None => self.check_release(audience, membership, access),
        }
    }

    fn write_beside(
        &self,
        request: &ExtractRequest,
        found: &mut Found,
        output: &ExtractOutput<'_>,
        access: &Access,
    ) -> Result<(BuiltExtract, Unnamed), Error> {
        let key = ReleaseKey::generate();
        let lasting = request.series().filter(|series| series.lasting_pseudonyms);
        let lasting = lasting.map(|series| self.series_key(&series.name, access)).transpose()?;
        let (read, released) = (&found.read, &mut found.released);
        let names = lasting.as_ref().map_or_else(|| read.names(&key), |series| read.names_in_series(series));
        request.columns.name_rows(released, &names)?;
        let StatisticsFound { stations, older_rules, .. } = StatisticsFound::of(read);
        let provenance = Provenance { source: request.source(), stations, older_rules, ..Provenance::default() };
        let parts =
            ExtractParts { provenance: &provenance, key: &key, signer: Some(output.signer), pages: output.pages };
        let mut unnamed = Unnamed::at(unfinished_name(output.place));
        let manifest = write_extract(&unnamed.folder, released, &parts)?;
        unnamed.written = true;
        let way_back = match &lasting {
            Some(series) => self.way_back_in_series(&key, series)?,
            None => self.way_back(&key)?,
        };
        let way_back =
            way_back.map(|way| unnamed.file(beside(output.place, "way-back"), &way.to_bytes())).transpose()?;
        let line = public_key_line(&output.signer.verifying_key())?;
        let public_key = unnamed.file(beside(output.place, "pub"), format!("{line}\n").as_bytes())?;
        Ok((BuiltExtract { manifest, public_key, way_back }, unnamed))
    }
}

/// A folder that has not got its name yet, with the files beside it. Dropped before it counts, they are removed.
struct Unnamed {
    folder: PathBuf,
    written: bool,
    files: Vec<PathBuf>,
}

impl Unnamed {
    fn at(folder: PathBuf) -> Self {
        Self { folder, written: false, files: Vec::new() }
    }

    fn file(&mut self, path: PathBuf, bytes: &[u8]) -> Result<PathBuf, OutputError> {
        let name = file_name(&path);
        write_private_file(&path, bytes, Existing::Keep).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => OutputError::Exists,
            kind => OutputError::Write { file: name, kind },
        })?;
        self.files.push(path.clone());
        Ok(path)
    }

    /// It counts as released: whatever happens now, what was written stays.
    fn name(mut self, place: &Path) -> Result<(), OutputError> {
        self.written = false;
        self.files.clear();
        place_folder(&self.folder, place).map_err(|_| OutputError::NotNamed { folder: file_name(&self.folder) })
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        if self.written {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn not_free(_exists: std::io::Error) -> OutputError {
    OutputError::Exists
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path) -> Unnamed {
        let mut unnamed = Unnamed::at(folder.join("extract.unfinished"));
        fs::create_dir(&unnamed.folder).unwrap();
        unnamed.written = true;
        unnamed.file(folder.join("extract.pub"), b"key").unwrap();
        unnamed
    }

    #[test]
    fn what_does_not_count_is_removed_and_what_counts_stays() {
        let temporary = tempfile::tempdir().unwrap();
        let (folder, place) = (temporary.path(), temporary.path().join("extract"));
        let there = || fs::read_dir(folder).unwrap().count();
        drop(written(folder));
        assert_eq!(there(), 0);
        written(folder).name(&place).unwrap();
        assert_eq!(there(), 2, "the folder, and the key beside it");
        // Its place was taken by somebody else in the meantime: nothing of what was released is lost.
        fs::remove_file(folder.join("extract.pub")).unwrap();
        let refused = written(folder).name(&place).unwrap_err();
        assert_eq!(refused, OutputError::NotNamed { folder: "extract.unfinished".to_owned() });
        assert_eq!(there(), 3);
        let again = Unnamed::at(folder.join("other")).file(folder.join("extract.pub"), b"key").unwrap_err();
        assert_eq!(again, OutputError::Exists);
    }
}
