//! The forms of a file: which are read, which are refused, and where the fault is said to be.

use saferoom_cli::import::{ImportError, Options};

use crate::{GOOD, HEADER, WORDS, faults, place};

#[test]
fn every_usual_form_of_a_file_is_read() {
    let place = place();
    let quoted = "\"7\",\"F\",\"2010\",\"km\",\"She said: \"\"no\"\",\r\nthen left\"";
    for (table, lines) in [
        (format!("\u{feff}{HEADER}\r\n{GOOD}\r\n{GOOD}"), 2),
        (format!("{HEADER}\n{quoted}\n\n{GOOD}\n"), 2),
        (format!("\u{feff}{HEADER}\r\n{quoted}\r\n\r\n{quoted}\r\n"), 2),
        (format!("\"number\" , sex,born ,languages,summary,other\n{GOOD},x\n"), 1),
        (format!("{HEADER}\n"), 0),
        (HEADER.to_owned(), 0),
    ] {
        let report = place.words(&table).unwrap();
        assert_eq!((report.accepted, faults(&report)), (lines, String::new()), "{table:?}");
    }
    let semicolons = WORDS.replacen("format = 1", "format = 1\ndelimiter = \";\"", 1);
    let table = format!("{HEADER}\n{GOOD}\n").replace(',', ";");
    assert_eq!(place.run(&semicolons, table, &Options::default()).unwrap().accepted, 1);
}

#[test]
fn lines_are_those_of_an_editor() {
    let place = place();
    let two_lines = "7,F,2010,km,\"one{NL}two\"";
    let table = format!("{HEADER}{{NL}}{two_lines}{{NL}}8,X,2010,km,b{{NL}}{{NL}}{two_lines}{{NL}}9,Y,2010,km,c");
    for newline in ["\n", "\r\n"] {
        for (bom, end) in [("", ""), ("\u{feff}", newline)] {
            let report = place.words(format!("{bom}{}{end}", table.replace("{NL}", newline))).unwrap();
            assert_eq!(faults(&report), "4 sex child.sex unmapped\n8 sex child.sex unmapped\n", "{newline:?} {bom:?}");
        }
    }
}

#[test]
fn broken_rows_are_named() {
    let place = place();
    let mut table = format!("{HEADER}\n{GOOD}\n7,F,2010,km,").into_bytes();
    table.extend_from_slice(b"\xff\xfe\n7,F,2010\n7,F,2010,km,a,b\n7,F,2010,km,a\0b\n7,F,2010,km,a\xe2\x80\xaeb\n");
    table.extend_from_slice(format!("{},F,2010,km,x\n", "7".repeat(5000)).as_bytes());
    table.extend_from_slice(b"7,F,2010,km,\xe1\x9e\n");
    let before = place.counts();
    let report = place.words(&table).unwrap();
    assert_eq!(
        faults(&report),
        "3 summary - utf8\n4 - - ragged\n5 - - ragged\n6 summary case.summary character\n\
         7 summary case.summary character\n8 number case.register_number too-long\n9 summary - utf8\n"
    );
    assert_eq!(place.counts(), before);
}

#[test]
fn no_message_holds_a_value() {
    let place = place();
    let table = format!("{HEADER}\n\u{1b}SECRET,SECRET,SECRET,SECRET.,SECRET\0\nSECRET\n");
    let report = place.words(table).unwrap();
    let mut text = format!("{report:?}{}", serde_json::to_string(&report).unwrap());
    report.rejected.iter().flat_map(|row| &row.problems).for_each(|problem| text.push_str(&problem.to_string()));
    assert!(report.rejected.len() == 2 && !text.contains("SECRET"), "{text}");
    let error = place.words("SECRET,SECRET2\nSECRET,b\n").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("SECRET"));
}

#[test]
fn broken_files_are_refused() {
    let place = place();
    let refused = |table: &[u8]| place.words(table).unwrap_err();
    let before = place.counts();
    let missing = refused(b"number,sex,born,languages\n");
    assert_eq!(missing, ImportError::MissingColumns(vec!["summary".into()]));
    assert_eq!(refused(b"number,sex,born,languages,Summary\n"), missing);
    let twice = refused(format!("{HEADER},sex\n").as_bytes());
    assert_eq!(twice, ImportError::DuplicateColumn { first: 2, second: 6 });
    assert_eq!(refused(b""), ImportError::NoHeader);
    assert_eq!(refused(b"num\xffber,sex\n"), ImportError::NoHeader);
    assert_eq!(refused(b"\xff\xfen\0u\0"), ImportError::Utf16);
    for newline in ["\n", "\r\n"] {
        let open = format!("{HEADER}\n{GOOD}\n7,F,2010,km,\"and so on\n{GOOD}\n{GOOD}\n").replace('\n', newline);
        assert_eq!(refused(open.as_bytes()), ImportError::OpenQuote { line: 3 });
    }
    assert_eq!(place.counts(), before);
}
