//! A request to a witness: any bytes; what begins with a size has this one form, and nobody signed it.

use saferoom::keys::SigningKey;
use saferoom::log::{KeyName, MemoryWitnessStore, NoteKey, Witness, WitnessRequest};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(request) = WitnessRequest::parse(bytes) {
        let text = request.to_string();
        assert_eq!(WitnessRequest::parse(text.as_bytes()).as_ref(), Ok(&request));
        assert!(!bytes.starts_with(b"old ") || text.as_bytes() == bytes);
        let witness = Witness::new(KeyName::new("fuzz").unwrap(), SigningKey::from_seed(&[1; 32]));
        let log = NoteKey::new(KeyName::new("log").unwrap(), SigningKey::from_seed(&[2; 32]).verifying_key());
        assert!(witness.cosign(&MemoryWitnessStore::default(), &request, &[log], 1).is_err());
    }
}
