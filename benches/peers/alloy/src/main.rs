//! ironcore-alloy standalone, a document of twelve fields each, and rusqlite. `FOLDER`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use ironcore_alloy::standalone::config::{StandaloneConfiguration, StandaloneSecret, StandardSecrets};
use ironcore_alloy::standard::{EdekWithKeyIdHeader, EncryptedDocument, PlaintextDocument, StandardDocumentOps};
use ironcore_alloy::{AlloyMetadata, EncryptedBytes, FieldId, PlaintextBytes, Secret, Standalone, TenantId};
use saferoom_peers::record::{FIELDS, NAMES, Row};
use saferoom_peers::serve::serve;
use saferoom_peers::table::{Codec, Table};

/// The library with its key, and for whom it seals.
struct Alloy {
    library: Arc<Standalone>,
    metadata: Arc<AlloyMetadata>,
}

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let secret = Secret::new(vec![1; 64]).unwrap();
    let secrets = StandardSecrets::new(Some(1), vec![StandaloneSecret::new(1, secret)]).unwrap();
    let configuration = StandaloneConfiguration::new(secrets, HashMap::new(), HashMap::new());
    let library = Standalone::new(&configuration);
    let metadata = AlloyMetadata::new_simple(TenantId("tenant".to_owned()));
    serve(Table::new(&Path::new(&folder).join("alloy.db"), Alloy { library, metadata }, "", false));
}

impl Codec for Alloy {
    type Stored = Vec<u8>;

    /// The sealed key of the document.
    const MORE: usize = 1;

    fn seal(&mut self, row: &Row) -> Vec<Vec<u8>> {
        let field =
            |(name, value): (&&str, &String)| (FieldId((*name).to_owned()), PlaintextBytes(value.clone().into_bytes()));
        let document = PlaintextDocument(NAMES.iter().zip(row).map(field).collect());
        let mut sealed = block_on(self.library.standard().encrypt(document, &self.metadata)).unwrap();
        let mut values: Vec<Vec<u8>> =
            NAMES.iter().map(|name| sealed.document.remove(&FieldId((*name).to_owned())).unwrap().0).collect();
        values.push(sealed.edek.0.0);
        values
    }

    fn open(&mut self, row: &rusqlite::Row<'_>) -> usize {
        let field =
            |(index, name): (usize, &&str)| (FieldId((*name).to_owned()), EncryptedBytes(row.get(index).unwrap()));
        let document = NAMES.iter().enumerate().map(field).collect();
        let edek = EdekWithKeyIdHeader(EncryptedBytes(row.get(FIELDS).unwrap()));
        let opened =
            block_on(self.library.standard().decrypt(EncryptedDocument { edek, document }, &self.metadata)).unwrap();
        opened.0.values().map(|value| value.0.len()).sum()
    }
}
