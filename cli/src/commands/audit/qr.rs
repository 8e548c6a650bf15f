//! A text as a QR code: on the terminal, and as a picture. A phone or a sheet of paper is then enough to keep a
//! checkpoint outside the device.

use std::path::Path;

use qrcode::render::unicode::Dense1x2;
use qrcode::{Color, EcLevel, QrCode};

use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

/// Side of one square in the picture, in pixels.
const PIXELS: usize = 8;

/// Squares of white around the code: as many as the standard asks for.
const QUIET: usize = 4;

/// A QR code.
pub(super) struct Code(QrCode);

impl Code {
    /// The code with these bytes. A fifth of it may be unreadable, such as by a fold in the paper.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Failure> {
        let made = [EcLevel::M, EcLevel::L]
            .into_iter()
            .find_map(|level| QrCode::with_error_correction_level(bytes, level).ok());
        let too_long = || Failure::new(exit::INPUT, "this is too long for a QR code").advise("Keep it as a file.");
        made.map(Self).ok_or_else(too_long)
    }

    /// Shows it. On a terminal with colours it is black on white, whatever the terminal's own; elsewhere it is made for
    /// light characters on a dark ground.
    pub(super) fn show(&self, out: &Console) {
        let text = self.0.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        for line in text.lines() {
            out.line(out.on_black(line));
        }
    }

    /// Writes it as a picture, black on white, into a new file.
    pub(super) fn write_png(&self, path: &Path) -> Result<(), Failure> {
        let side = (self.0.width() + 2 * QUIET) * PIXELS;
        let side_length = u32::try_from(side).unwrap_or(u32::MAX);
        let pixels: Vec<u8> = (0..side * side).map(|at| self.pixel(at % side, at / side)).collect();
        new_file::fill(path, |file| {
            let mut encoder = png::Encoder::new(file, side_length, side_length);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::Eight);
            let mut writer = encoder.write_header()?;
            writer.write_image_data(&pixels)?;
            Ok(writer.finish()?)
        })
    }

    fn pixel(&self, x: usize, y: usize) -> u8 {
        let square = |at: usize| (at / PIXELS).checked_sub(QUIET).filter(|at| *at < self.0.width());
        match (square(x), square(y)) {
            (Some(x), Some(y)) if self.0[(x, y)] == Color::Dark => 0,
            _ => 255,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_read_back() {
        let text = "log.example.org\n300\no/aMAz9sXeWOoSOxHi8rN31R20yupiNAoV7BwjsNLy0=\n\n\u{2014} log.example.org g4BE2R91VHWrqIaXCK0lph3zI5sC1BeyA4NPO51LIJyXrDqckeNPpP3e10CAPnS7O0ZBe1RqXTbTFtNLXxiNNhWw3w0=\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.png");
        let code = Code::of(text.as_bytes()).unwrap();
        code.write_png(&path).unwrap();
        assert_eq!(code.write_png(&path).unwrap_err().exit, exit::FILE, "no file is written over");
        assert_eq!(read(&path), text);
        assert!(Code::of(&[b'a'; 3000]).is_err());
        assert!(Code::of(&[b'a'; 2900]).is_ok());
    }

    /// What a phone would see.
    fn read(path: &Path) -> String {
        let mut reader =
            png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap())).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (info.width as usize, info.height as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }
}
