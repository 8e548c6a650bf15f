//! Building an extract: asked, written unsigned, recorded, signed, named. In this order, so that nothing that an analyst opens
//! is there before it counts.

use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::finish::{Unsigned, are_free};
use super::{ExtractRequest, Found, StatisticsFound};
use crate::access::Access;
use crate::release::ReleaseKey;
use crate::release::engine::Watch;
use crate::release::output::{ExtractParts, Manifest, Pages, Provenance, Signer};
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
    /// It is written beside its place first, unsigned; then the release is recorded with the digest of its manifest, in a
    /// transaction in which the guard is asked again; then the folder is signed and gets its name. Where anything fails
    /// before the record, nothing is left.
    ///
    /// # Errors
    /// As [`plan_extract`](Self::plan_extract); [`TablesError::SinglesOut`](crate::release::tables::TablesError::SinglesOut)
    /// unless custodians signed an exception for it; [`OutputError`](crate::release::output::OutputError). After
    /// [`OutputError::NotFinished`](crate::release::output::OutputError::NotFinished) the release counts, and
    /// [`finish_extract`](Self::finish_extract) signs the folder that lies there.
    pub fn build_extract(
        &self,
        request: &ExtractRequest,
        files: &dyn Files,
        output: &ExtractOutput<'_>,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<BuiltExtract, Error> {
        are_free(output.place)?;
        let mut found = self.search_extract(request, files, access, watch)?;
        // With what was released before, it must not tell of single children: asked before anything is written.
        self.may_leave(request, &found.membership, access)?;
        let (unsigned, manifest) = self.write_beside(request, &mut found, output, access)?;
        are_free(output.place)?;
        // All of it lies on the disk: now it counts as released, then it is signed.
        let (name, audience) = (request.spec.name.as_str(), request.spec.audience);
        let told = (sha256(&manifest.to_bytes()?), manifest.rows.released);
        self.record_extract((name, audience), request.series(), told, &found.membership, access)?;
        Ok(unsigned.finish(output.place, manifest, output.signer)?)
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
    ) -> Result<(Unsigned, Manifest), Error> {
        let key = ReleaseKey::generate();
        let lasting = request.series().filter(|series| series.lasting_pseudonyms);
        let lasting = lasting.map(|series| self.series_key(&series.name, access)).transpose()?;
        let (read, released) = (&found.read, &mut found.released);
        let names = lasting.as_ref().map_or_else(|| read.names(&key), |series| read.names_in_series(series));
        request.columns.name_rows(released, &names)?;
        let StatisticsFound { stations, older_rules, .. } = StatisticsFound::of(read);
        let provenance = Provenance { source: request.source(), stations, older_rules, ..Provenance::default() };
        let parts = ExtractParts { provenance: &provenance, key: &key, signer: None, pages: output.pages };
        let (unsigned, manifest) = Unsigned::write(output.place, released, &parts)?;
        let way_back = match &lasting {
            Some(series) => self.way_back_in_series(&key, series)?,
            None => self.way_back(&key)?,
        };
        way_back.iter().try_for_each(|way_back| unsigned.add_way_back(way_back))?;
        Ok((unsigned, manifest))
    }
}
