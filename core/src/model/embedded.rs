//! No file hides in a text: saferoom never holds abuse material, nor any other bytes that are not words.
//!
//! A text is refused in which a file stands as letters: a `data:` address, or a long run of words that only base64 or
//! hexadecimal digits make. The rule looks at length and shape alone. What people write does not come near it: no word of a
//! language has sixty letters, and letters outside ASCII end the run.

/// From how many letters on a run without a space is no word of a language.
const LONG_WORD: usize = 60;

/// From how many letters on, in such words one after the other, it is a file: a picture of less is not one.
const LONG_RUN: usize = 1024;

/// How many different letters a file needs at least; what is drawn with one or two is a line of dashes.
const DIFFERENT: u32 = 12;

/// Whether a file stands in a text as letters.
pub(crate) fn holds_file(text: &str) -> bool {
    if text.len() < LONG_RUN {
        return is_data_address(text);
    }
    let (mut run, mut seen) = (0, 0_u128);
    for word in text.split_ascii_whitespace() {
        let long = word.len() >= LONG_WORD && word.bytes().all(is_digit);
        // The last line of a file may be short.
        if long || (run > 0 && word.bytes().all(is_digit)) {
            run += word.len();
            seen = word.bytes().fold(seen, |seen, byte| seen | 1 << byte);
            if run >= LONG_RUN && seen.count_ones() >= DIFFERENT {
                return true;
            }
        }
        if !long {
            (run, seen) = (0, 0);
        }
    }
    is_data_address(text)
}

/// Whether a file stands in it as a `data:` address (RFC 2397) in base64.
fn is_data_address(text: &str) -> bool {
    // Most texts have no colon, and looking for one letter is quick.
    text.contains(':')
        && text.split("data:").skip(1).any(|rest| {
            let head: String = rest.chars().take(100).collect::<String>().to_ascii_lowercase();
            head.split_once(',').is_some_and(|(kind, _)| kind.ends_with(";base64"))
        })
}

/// A digit of base64 (RFC 4648, both alphabets), and so of hexadecimal.
const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base64(bytes: usize) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..bytes).map(|at| char::from(alphabet[(at * 37 + at / 64) % 64])).collect()
    }

    #[test]
    fn a_file_as_letters_is_found_in_every_dress() {
        let file = base64(4096);
        let lines = |width: usize, text: &str| {
            text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n")
        };
        let hexadecimal: String = (0..2000).map(|at| format!("{:02x}", (at * 7) % 256)).collect();
        for text in [file.clone(), lines(76, &file), format!("See: {}", lines(64, &file)), hexadecimal] {
            assert!(holds_file(&text), "{}", &text[..40]);
        }
        assert!(holds_file("data:image/jpeg;base64,/9j/4AAQ"));
        assert!(holds_file(&format!("{} data:;base64,AAAA", "word ".repeat(400))));
    }

    #[test]
    fn what_people_write_is_no_file() {
        let khmer = "កុមារនិយាយថាមិនដឹង".repeat(200);
        let digest = base64(128);
        let letter = format!("Digest sha512:{digest}. The data: none.");
        for text in [khmer, letter, "x".repeat(5000), "-".repeat(5000), "a word and a word ".repeat(500), base64(900)] {
            assert!(!holds_file(&text), "{text}");
        }
        let many = (0..40).map(|_| format!("sha512 {digest}")).collect::<Vec<_>>().join("\n");
        assert!(!holds_file(&many), "a list of digests, each with its method");
    }
}
