//! A gazetteer: any bytes; what is accepted keeps its promises.

use saferoom::model::Gazetteer;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(gazetteer) = Gazetteer::read(bytes) else { return };
    assert!(!gazetteer.places().is_empty());
    assert!(gazetteer.places().windows(2).all(|pair| pair[0].code < pair[1].code));
    for place in gazetteer.places() {
        assert_eq!(gazetteer.lookup(place.code), Some(place));
        assert_eq!(gazetteer.parent(place.code).map(|parent| parent.code), place.code.parent());
        assert!(gazetteer.search(place.code.as_str(), 1).len() == 1 && !place.name_en.is_empty());
    }
}
