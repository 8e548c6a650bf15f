use super::*;
use crate::error::Diagnosis;
use crate::model::PlaceLevel;

fn place(code: &str) -> PlaceCode {
    PlaceCode::parse(code).unwrap()
}

fn read(text: &str) -> Result<Gazetteer, GazetteerError> {
    Gazetteer::read(text.as_bytes())
}

#[test]
fn the_sample_has_five_provinces_down_to_villages() {
    let sample = sample_gazetteer();
    let provinces: Vec<_> = sample.below(None).map(|place| place.code.as_str()).collect();
    assert_eq!(provinces, ["02", "07", "08", "12", "17"]);
    for province in sample.below(None) {
        let district = sample.below(Some(province.code)).next().unwrap();
        let commune = sample.below(Some(district.code)).next().unwrap();
        let village = sample.below(Some(commune.code)).next().unwrap();
        assert_eq!(village.code.level(), PlaceLevel::Village);
        assert_eq!(sample.parent(village.code), Some(commune));
        assert_eq!(sample.parent(province.code), None);
        assert!(village.name_en.starts_with("Example") && commune.name_en.starts_with("Example"));
        assert!(!village.name_km.is_empty());
    }
    assert_eq!(sample.lookup(place("12")).unwrap().name_en, "Phnom Penh");
    assert_eq!(sample.lookup(place("99")), None);
}

#[test]
fn names_and_codes_are_found_by_their_beginning() {
    let sample = sample_gazetteer();
    let found = |prefix: &str| sample.search(prefix, 100).iter().map(|place| place.code.as_str()).collect::<Vec<_>>();
    assert_eq!(found("phnompenh"), ["12"]);
    assert_eq!(found(" Siem  REAP")[0], "17");
    assert_eq!(found("កណ្តាល"), ["08", "0801"]);
    assert!(found("12").len() > 3 && found("12").iter().all(|code| code.starts_with("12")));
    assert_eq!(sample.search("12", 2).len(), 2);
    assert!(found("").is_empty() && found(" \u{200B}").is_empty() && found("no such place").is_empty());
}

#[test]
fn columns_may_come_in_any_order_among_others_and_rows_too() {
    let text = "\u{FEFF}type,name_en,CODE,name_km\r\nd, Kandal Stueng ,0801,\r\np,\"Kandal\",08,កណ្តាល\r\n";
    let gazetteer = read(text).unwrap();
    assert_eq!(gazetteer.places().len(), 2);
    assert_eq!(gazetteer.lookup(place("0801")).unwrap().name_en, "Kandal Stueng");
    assert_eq!(gazetteer.parent(place("0801")).unwrap().name_km, "កណ្តាល");
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let refused = |rows: &str| read(&format!("code,name_km,name_en\n08,ក,Kandal\n{rows}")).unwrap_err();
    assert_eq!(refused("08x,ក,A"), GazetteerError::Code { line: 3 });
    assert_eq!(refused("12,ខ,B\n080,ក,A"), GazetteerError::LeadingZero { line: 4 });
    assert_eq!(refused("0801,ក,"), GazetteerError::Name { line: 3 });
    assert_eq!(refused("0801,ក,A\u{202E}B"), GazetteerError::Name { line: 3 });
    assert_eq!(refused(&format!("0801,ក,{}", "a".repeat(201))), GazetteerError::Name { line: 3 });
    assert_eq!(refused("0801"), GazetteerError::Short { line: 3 });
    assert_eq!(refused("0801,ក,A\n08,ក,B"), GazetteerError::Duplicate { line: 4, first: 2 });
    assert_eq!(refused("0801,ក,A\n080201,ក,B"), GazetteerError::Orphan { line: 4 });
    assert_eq!(refused("12,ក,\"a\nb\"\n0"), GazetteerError::Name { line: 3 });
    assert_eq!(read("code,name_en\n"), Err(GazetteerError::Column { name: "name_km" }));
    assert_eq!(read("code,name_km,name_en,code\n"), Err(GazetteerError::Column { name: "code" }));
    assert_eq!(read("code,name_km,name_en\n"), Err(GazetteerError::Empty));
    assert_eq!(read(""), Err(GazetteerError::Column { name: "code" }));
    let bytes = b"code,name_km,name_en\n08,\xff,Kandal\n";
    assert_eq!(Gazetteer::read(&bytes[..]), Err(GazetteerError::Utf8 { line: 2 }));
    assert_eq!(GazetteerError::Empty.code(), 363);
    assert!(refused("1,ក,A").advice().contains("leading zeros"));
}

#[test]
fn more_places_than_a_country_has_are_refused() {
    let row = |_| "08,ក,Kandal\n";
    let text: String = std::iter::once("code,name_km,name_en\n").chain((0..MOST_PLACES + 1).map(row)).collect();
    assert_eq!(read(&text), Err(GazetteerError::TooMany { line: MOST_PLACES as u64 + 2, most: MOST_PLACES }));
}
