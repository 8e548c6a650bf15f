//! Charts as inline SVG: columns, stacked or in groups, drawn twice, for wide screens and paper and for phones. The figures stand below
//! each chart as a table too.

use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::palette::{Colour, INK, LINE, MUTED};
use super::{Words, grouped, numbers};

/// One kind of thing that is counted.
#[derive(Debug)]
pub(crate) struct Series<'c> {
    /// What it is called.
    pub(crate) name: &'c str,
    /// Its colour.
    pub(crate) colour: Colour,
    /// One number for each column.
    pub(crate) values: Vec<u64>,
}

/// Columns beside each other; in each the series upon each other, or beside each other too.
#[derive(Debug)]
pub(crate) struct Columns<'c> {
    /// What the chart shows, for who does not see it.
    pub(crate) title: &'c str,
    /// What a column is: a day, an hour.
    pub(crate) unit: &'c str,
    /// What each column is called.
    pub(crate) labels: Vec<String>,
    /// From below.
    pub(crate) series: Vec<Series<'c>>,
    /// Whether the series of a column stand beside each other, so that they are compared.
    pub(crate) beside: bool,
}

/// Width, height, size of letters (of which `plotters` makes four fifths), number of labels.
type Size = (u32, u32, u32, usize);

/// How wide a letter is, at most on average, by the size of letters.
const LETTER: f64 = 0.5;

const WIDE: Size = (960, 260, 16, 8);
const NARROW: Size = (340, 230, 15, 3);

impl Columns<'_> {
    /// The chart with its legend and its figures.
    pub(crate) fn figure(&self, words: &Words) -> Markup {
        html! {
            figure {
                figcaption { (self.title) }
                (self.picture("wide", WIDE))
                (self.picture("narrow", NARROW))
                ul.legend {
                    @for series in &self.series {
                        li {
                            svg.mark viewBox="0 0 10 10" aria-hidden="true" {
                                rect width="10" height="10" rx="2" fill=(series.colour.hex()) {}
                            }
                            (series.name)
                        }
                    }
                }
                details { summary { (words.get("figures")) } (self.numbers()) }
            }
        }
    }

    fn numbers(&self) -> Markup {
        let names: Vec<_> = self.series.iter().map(|series| format!("#{}", series.name)).collect();
        let mut columns = vec![self.unit];
        columns.extend(names.iter().map(String::as_str));
        let row = |(place, label): (usize, &String)| {
            let cells = self.series.iter().map(|series| html! { (grouped(series.at(place))) });
            std::iter::once(html! { (label) }).chain(cells).collect()
        };
        numbers(self.title, &columns, &self.labels.iter().enumerate().map(row).collect::<Vec<_>>())
    }

    /// A chart that cannot be drawn is left out: its figures are there all the same.
    fn picture(&self, class: &str, size: Size) -> Markup {
        let mut drawn = String::new();
        let done = self.draw(SVGBackend::with_string(&mut drawn, (size.0, size.1)).into_drawing_area(), size);
        let Some(rest) = drawn.strip_prefix("<svg ").filter(|_| done.is_ok()) else { return html! {} };
        let start = html! { svg class=(class) role="img" aria-label=(self.title) {} }.into_string();
        let start = start.strip_suffix("></svg>").unwrap_or("<svg");
        html! { (PreEscaped(start)) (PreEscaped(" ")) (PreEscaped(rest)) }
    }

    fn draw<'a>(
        &self,
        area: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
        (width, _, letters, labels): Size,
    ) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>> {
        let count = self.labels.len();
        let at = |place: usize| self.series.iter().map(move |series| series.at(place));
        let highest = (0..count).map(|place| if self.beside { at(place).max().unwrap_or(0) } else { at(place).sum() });
        let highest = highest.max();
        let top = highest.unwrap_or(0).max(4) as f64 * 1.06;
        let style = ("sans-serif", letters).into_font().color(&rgb(MUTED));
        let (left, margin) = (letters * 3, letters / 2);
        let column = f64::from(width - left - margin) / count.max(1) as f64;
        let names = self.names(column, f64::from(letters) * LETTER, labels);
        let mut chart = ChartBuilder::on(&area)
            .margin_top(margin)
            .margin_right(margin)
            .x_label_area_size(letters * (1 + names.rows))
            .y_label_area_size(left)
            .build_cartesian_2d(0f64..count.max(1) as f64, 0f64..top)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .x_labels(0)
            .y_labels(4)
            .y_label_formatter(&|value| if value.fract() == 0.0 { grouped(*value as u64) } else { String::new() })
            .y_label_style(style.clone())
            .bold_line_style(rgb(LINE))
            .light_line_style(TRANSPARENT)
            .axis_style(rgb(LINE))
            .draw()?;
        let gap = if count > 60 { 0.08 } else { 0.14 };
        for place in 0..count {
            for (corners, colour) in self.bars(place, gap) {
                chart.draw_series([Rectangle::new(corners, rgb(colour).filled())])?;
            }
        }
        chart.draw_series([PathElement::new([(0.0, 0.0), (count.max(1) as f64, 0.0)], rgb(INK))])?;
        // Each label stands below the middle of its column. None begins left of the columns, where the other axis is, and
        // none runs out at the right.
        for (row, (place, label)) in (0..names.rows).cycle().zip(self.labels.iter().enumerate().step_by(names.each)) {
            let half = label.chars().count() as f64 * f64::from(letters) * LETTER / 2.0;
            let (middle, foot) = chart.backend_coord(&(place as f64 + 0.5, 0.0));
            let middle = f64::from(middle).max(f64::from(left) + half).min(f64::from(width) - half);
            let down = 6 + i32::try_from(row * letters * 5 / 4).unwrap_or(0);
            let style = style.clone().pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(label.clone(), (middle as i32, foot + down), style))?;
        }
        area.present()
    }
}

/// Which labels are drawn, and in how many rows below each other.
struct Names {
    each: usize,
    rows: u32,
}

impl Columns<'_> {
    /// What is compared is named, every column of it, in two rows where one is too narrow. Of days or hours some are named.
    fn names(&self, column: f64, letter: f64, labels: usize) -> Names {
        let longest = self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        if !self.beside {
            let labels = if longest > 4 { labels - 1 } else { labels };
            return Names { each: self.labels.len().div_ceil(labels).max(1), rows: 1 };
        }
        let columns = (longest as f64 * letter / column).ceil().max(1.0) as usize;
        let rows = columns.min(2);
        Names { each: columns.div_ceil(rows), rows: if rows == 2 { 2 } else { 1 } }
    }

    /// The bars of a column: two corners of each, and its colour.
    fn bars(&self, place: usize, gap: f64) -> Vec<([(f64, f64); 2], Colour)> {
        let (start, width) = (place as f64 + gap, 1.0 - 2.0 * gap);
        let each = if self.beside { width / self.series.len().max(1) as f64 } else { width };
        let mut below = 0;
        let mut bars = Vec::with_capacity(self.series.len());
        for (index, series) in self.series.iter().enumerate() {
            let value = series.at(place);
            let (left, foot) = if self.beside { (start + index as f64 * each, 0) } else { (start, below) };
            if value > 0 {
                bars.push(([(left, foot as f64), (left + each, (foot + value) as f64)], series.colour));
            }
            below += value;
        }
        bars
    }
}

impl Series<'_> {
    fn at(&self, place: usize) -> u64 {
        self.values.get(place).copied().unwrap_or(0)
    }
}

const fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

#[cfg(test)]
mod tests {
    use saferoom::model::LabelLanguage;

    use super::super::palette::{FIRST, THIRD};
    use super::*;

    fn chart(labels: usize, title: &str) -> String {
        let columns = Columns {
            title,
            unit: "Day",
            labels: (0..labels).map(|place| format!("<{place}>")).collect(),
            series: vec![
                Series { name: "reads", colour: FIRST, values: (0..labels as u64).collect() },
                Series { name: "denied", colour: THIRD, values: vec![3] },
            ],
            beside: false,
        };
        let report = "version = 1\nkm_status = \"draft\"\n[words]\n";
        columns.figure(&Words::read(report, LabelLanguage::English)).into_string()
    }

    #[test]
    fn a_chart_is_drawn_for_screens_of_both_widths_and_escaped() {
        let drawn = chart(9, "a \"title\" <b>");
        assert_eq!(
            drawn.matches("<svg class=\"wide\"").count() + drawn.matches("<svg class=\"narrow\"").count(),
            2,
            "{drawn}"
        );
        assert_eq!(drawn.matches("</svg>").count(), drawn.matches("<svg ").count());
        assert!(drawn.contains("aria-label=\"a &quot;title&quot; &lt;b&gt;\""), "{drawn}");
        assert!(drawn.contains("&lt;8&gt;") && !drawn.contains("<8>"), "{drawn}");
        assert_eq!(drawn.matches(&THIRD.hex().to_uppercase()).count(), 2, "one column in each: {drawn}");
    }

    #[test]
    fn series_stand_beside_each_other_where_they_are_compared() {
        let series = |values: Vec<u64>| Series { name: "", colour: FIRST, values };
        let columns = Columns {
            title: "",
            unit: "",
            labels: vec![String::new()],
            series: vec![series(vec![3]), series(vec![5])],
            beside: true,
        };
        let corners: Vec<_> = columns.bars(0, 0.1).into_iter().map(|(corners, _)| corners).collect();
        assert_eq!(corners, [[(0.1, 0.0), (0.5, 3.0)], [(0.5, 0.0), (0.9, 5.0)]]);
        let stacked = Columns { beside: false, ..columns };
        let corners: Vec<_> = stacked.bars(0, 0.1).into_iter().map(|(corners, _)| corners).collect();
        assert_eq!(corners, [[(0.1, 0.0), (0.9, 3.0)], [(0.1, 3.0), (0.9, 8.0)]]);
    }

    #[test]
    fn every_column_that_is_compared_has_its_name_in_both_pictures() {
        let names = ["Phnom Penh", "Kandal", "Siem Reap", "Battambang", "Kampot"];
        let columns = Columns {
            title: "",
            unit: "",
            labels: names.map(str::to_owned).to_vec(),
            series: vec![Series { name: "", colour: FIRST, values: vec![60, 70, 80, 90, 95] }],
            beside: true,
        };
        for (class, size) in [("wide", WIDE), ("narrow", NARROW)] {
            let drawn = columns.picture(class, size).into_string();
            for name in names {
                assert_eq!(drawn.matches(name).count(), 1, "{name} in {class}: {drawn}");
            }
        }
        assert_eq!((columns.names(182.0, 8.0, 8).rows, columns.names(57.0, 7.5, 3).rows), (1, 2));
        assert_eq!(columns.names(20.0, 7.5, 3).each, 2, "too narrow for two rows: every other name");
    }

    #[test]
    fn nothing_and_very_much_are_drawn_too() {
        assert!(chart(0, "none").contains("<svg "));
        assert!(chart(2000, "many").contains("<svg "));
    }
}
