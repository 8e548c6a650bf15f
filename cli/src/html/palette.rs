//! The colours of all reports. Every text colour has a contrast of at least 4.5 to 1 on its ground, and every mark of a
//! chart at least 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11): a test computes it.

use std::fmt::Write as _;

/// A colour, as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const PAPER: Colour = Colour(0xFF, 0xFF, 0xFF);
pub(crate) const INK: Colour = Colour(0x1B, 0x27, 0x33);
pub(crate) const MUTED: Colour = Colour(0x4A, 0x5A, 0x6A);
pub(crate) const LINE: Colour = Colour(0xD5, 0xDC, 0xE3);
pub(crate) const BAND: Colour = Colour(0x16, 0x3B, 0x5C);
pub(crate) const ON_BAND: Colour = Colour(0xFF, 0xFF, 0xFF);
pub(crate) const GROUND: Colour = Colour(0xF4, 0xF6, 0xF9);
pub(crate) const GOOD: Colour = Colour(0x1A, 0x63, 0x36);
pub(crate) const GOOD_GROUND: Colour = Colour(0xE5, 0xF3, 0xEA);
pub(crate) const WARNING: Colour = Colour(0x74, 0x47, 0x00);
pub(crate) const WARNING_GROUND: Colour = Colour(0xFD, 0xF2, 0xD9);
pub(crate) const BAD: Colour = Colour(0x97, 0x1B, 0x1B);
pub(crate) const BAD_GROUND: Colour = Colour(0xFB, 0xE8, 0xE7);

/// Marks of charts: looks, writes, refusals. Told apart by lightness too.
pub(crate) const FIRST: Colour = Colour(0x1F, 0x5F, 0x99);
pub(crate) const SECOND: Colour = Colour(0x5A, 0x93, 0xC4);
pub(crate) const THIRD: Colour = Colour(0xB3, 0x40, 0x0F);

impl Colour {
    /// As CSS and SVG write it.
    pub(crate) fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The colours as variables of CSS.
pub(crate) fn variables() -> String {
    let named = [
        ("paper", PAPER),
        ("ink", INK),
        ("muted", MUTED),
        ("line", LINE),
        ("band", BAND),
        ("on-band", ON_BAND),
        ("ground", GROUND),
        ("good", GOOD),
        ("good-ground", GOOD_GROUND),
        ("warning", WARNING),
        ("warning-ground", WARNING_GROUND),
        ("bad", BAD),
        ("bad-ground", BAD_GROUND),
        ("first", FIRST),
    ];
    let mut css = String::from(":root{");
    for (name, colour) in named {
        let _ = write!(css, "--{name}:{};", colour.hex());
    }
    css.push('}');
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours, as WCAG 2.2 defines it.
    fn contrast(one: Colour, other: Colour) -> f64 {
        let channel = |value: u8| {
            let part = f64::from(value) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let light =
            |colour: Colour| 0.2126 * channel(colour.0) + 0.7152 * channel(colour.1) + 0.0722 * channel(colour.2);
        let (one, other) = (light(one) + 0.05, light(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_can_be_read_and_every_mark_be_seen() {
        assert!((contrast(PAPER, Colour(0, 0, 0)) - 21.0).abs() < 1e-9, "the formula is WCAG's");
        assert!((contrast(PAPER, Colour(0x76, 0x76, 0x76)) - 4.54).abs() < 0.01);
        let texts = [
            (INK, PAPER),
            (INK, GROUND),
            (MUTED, PAPER),
            (MUTED, GROUND),
            (ON_BAND, BAND),
            (BAND, PAPER),
            (BAND, GROUND),
            (GOOD, GOOD_GROUND),
            (GOOD, PAPER),
            (WARNING, WARNING_GROUND),
            (WARNING, PAPER),
            (BAD, BAD_GROUND),
            (BAD, PAPER),
            (INK, GOOD_GROUND),
            (INK, WARNING_GROUND),
            (INK, BAD_GROUND),
        ];
        for (text, ground) in texts {
            assert!(contrast(text, ground) >= 4.5, "{} on {}: {}", text.hex(), ground.hex(), contrast(text, ground));
        }
        for mark in [FIRST, SECOND, THIRD] {
            assert!(contrast(mark, PAPER) >= 3.0, "{}: {}", mark.hex(), contrast(mark, PAPER));
        }
        assert!(contrast(FIRST, SECOND) >= 1.9 && contrast(SECOND, THIRD) >= 1.6, "told apart in grey");
    }
}
