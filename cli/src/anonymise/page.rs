//! The risk report of an extract as pages, in English and Khmer: class sizes, loss by column, what each column says before
//! and after.

use maud::{Markup, html};
use saferoom::model::LabelLanguage;
use saferoom::release::output::Pages;
use saferoom::release::risk::RiskReport;
use saferoom::release::{Account, Marginal, Share};

use crate::html::chart::{Columns, Series};
use crate::html::palette::{FIRST, THIRD};
use crate::html::{Frame, Tone, Words, bar, callout, figures, grouped, section, table};

const WORDS: &str = include_str!("../../data/words-risk.toml");

/// The first size of each column of the chart.
const SIZES: [u32; 8] = [1, 2, 5, 10, 20, 50, 100, 500];

/// A page in each language.
#[derive(Debug, Clone, Copy)]
pub struct ReportPages;

impl Pages for ReportPages {
    fn pages(&self, account: &Account) -> Vec<(String, String)> {
        let page = |language: &LabelLanguage| (format!("risk-report.{language}.html"), page(account, *language));
        LabelLanguage::ALL.iter().map(page).collect()
    }
}

fn page(account: &Account, language: LabelLanguage) -> String {
    let words = Words::read(WORDS, language);
    // No time: the same release has the same bytes.
    let mut footer = vec![words.fill("made", &[("version", &env!("CARGO_PKG_VERSION"))])];
    if words.is_draft() {
        footer.push(words.get("draft_language").to_owned());
    }
    let released = account.rows - account.suppressed;
    let subtitle = words.fill("subtitle", &[("name", &account.name), ("released", &released), ("rows", &account.rows)]);
    let body = View { account, words: &words }.body();
    Frame { language, title: words.get("title"), subtitle: &subtitle, footer: &footer }.page(&body)
}

struct View<'v> {
    account: &'v Account,
    words: &'v Words,
}

impl View<'_> {
    fn body(&self) -> Markup {
        let text = |key| self.words.get(key);
        let step = self.account.marginals.first().map_or(1, |marginal| marginal.step);
        html! {
            (callout(Tone::Plain, &html! { p { (text("remark")) } }))
            (section("short", text("short"), "", &self.short()))
            (section("risk", text("risk"), "", &self.risk()))
            (section("sizes", text("sizes"), text("sizes_lead"), &self.sizes()))
            (section("loss", text("loss"), text("loss_lead"), &self.loss()))
            (section("marginals", text("marginals"), &self.words.fill("marginals_lead", &[("step", &step)]), &html! {
                @for marginal in &self.account.marginals { (self.marginal(marginal)) }
            }))
        }
    }

    fn short(&self) -> Markup {
        let (account, text) = (self.account, |key| self.words.get(key));
        html! {
            (figures(&[
                (account.after.rows, text("rows_released"), Tone::Plain),
                (account.suppressed, text("rows_suppressed"), Tone::Plain),
                (u64::from(account.after.k), text("smallest"), Tone::Good),
                (account.after.classes, text("classes"), Tone::Plain),
            ]))
            h3 { (text("promised")) }
            ul { @for model in &account.models { li { (model) } } }
        }
    }

    fn risk(&self) -> Markup {
        // A sum of nothing is -0.0.
        let percent = |share: f64| html! { (format!("{:.2} %", share.abs() * 100.0)) };
        let row = |name: &str, figure: &dyn Fn(&RiskReport) -> Markup| {
            vec![html! { (name) }, figure(&self.account.before), figure(&self.account.after)]
        };
        let text = |key| self.words.get(key);
        let mut rows = vec![
            row(text("smallest"), &|risk| html! { (risk.k) }),
            row(text("highest"), &|risk| percent(risk.prosecutor.highest)),
            row(text("average"), &|risk| percent(risk.prosecutor.average)),
            row(text("at_risk"), &|risk| percent(risk.prosecutor.at_risk)),
            row(text("unique"), &|risk| percent(risk.unique)),
        ];
        // Of the table as it was nothing is said of sensitive columns: it would tell of the children who were left out.
        let leaves = |name: String, figure: Markup| vec![html! { (name) }, html! { "–" }, figure];
        for sensitive in &self.account.after.sensitive {
            let name = |key| self.words.fill(key, &[("column", &sensitive.column)]);
            rows.push(leaves(name("distinct"), html! { (sensitive.distinct_l) }));
            rows.push(leaves(name("distance"), html! { (format!("{:.3}", sensitive.t_equal)) }));
        }
        table(text("risk"), &["measure", "before_number", "after_number"].map(text), &rows)
    }

    fn sizes(&self) -> Markup {
        let counted = |risk: &RiskReport| -> Vec<u64> {
            let within =
                |place: usize, size: u32| size >= SIZES[place] && SIZES.get(place + 1).is_none_or(|next| size < *next);
            let count =
                |place: usize| risk.histogram.iter().filter(|(size, _)| within(place, *size)).map(|(_, n)| n).sum();
            (0..SIZES.len()).map(count).collect()
        };
        let label = |place: usize| match SIZES.get(place + 1) {
            Some(next) if *next == SIZES[place] + 1 => SIZES[place].to_string(),
            Some(next) => format!("{}–{}", SIZES[place], next - 1),
            None => format!("{}+", SIZES[place]),
        };
        let chart = |key: &'static str, risk: &RiskReport, colour| {
            let name = self.words.get(key);
            let title = format!("{}: {name}", self.words.get("sizes"));
            let columns = Columns {
                title: &title,
                unit: self.words.get("size"),
                labels: (0..SIZES.len()).map(label).collect(),
                series: vec![Series { name, colour, values: counted(risk) }],
                // One size is held against another, so each has its name.
                beside: true,
            };
            columns.figure(self.words)
        };
        html! { (chart("before", &self.account.before, THIRD)) (chart("after", &self.account.after, FIRST)) }
    }

    fn loss(&self) -> Markup {
        let generalised = self.account.columns.iter().filter(|column| !column.levels.is_empty());
        let row = |column: &saferoom::release::ReleasedColumn| {
            let levels: Vec<String> = column.levels.iter().map(usize::to_string).collect();
            let percent = (column.loss.clamp(0.0, 1.0) * 100.0).round() as u64;
            vec![html! { (column.name) }, html! { (levels.join(", ")) " / " (column.height) }, bar(percent, 100)]
        };
        let names = ["column", "level", "lost"].map(|key| self.words.get(key));
        table(self.words.get("loss"), &names, &generalised.map(row).collect::<Vec<_>>())
    }

    fn marginal(&self, marginal: &Marginal) -> Markup {
        let half = |key: &str, number: &str, shares: &[Share], missing: &str| {
            let largest = shares.iter().map(|share| share.count).max().unwrap_or(0);
            let row = |share: &Share| {
                let value = share.value.as_deref().unwrap_or_else(|| self.words.get(missing));
                vec![html! { (value) }, bar(share.count, largest)]
            };
            let caption = format!("{}, {}", marginal.column, self.words.get(key));
            let names = ["value", number].map(|key| self.words.get(key));
            table(&caption, &names, &shares.iter().take(60).map(row).collect::<Vec<_>>())
        };
        html! {
            h3 { (marginal.column) }
            (half("before", "before_number", &marginal.before, "rare"))
            (half("after", "after_number", &marginal.after, "any"))
            @if marginal.before.len().max(marginal.after.len()) > 60 {
                p { "… " (grouped(marginal.before.len().max(marginal.after.len()) as u64)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use saferoom::release::Table;
    use saferoom::release::engine::Unwatched;
    use saferoom::release::release;
    use saferoom::release::spec::{Files, ReleasePolicy, Spec};

    use super::*;

    struct NoFiles;

    impl Files for NoFiles {
        fn read(&self, name: &str) -> Result<Vec<u8>, String> {
            Err(format!("there is no file {name}"))
        }
    }

    fn pages() -> Vec<(String, String)> {
        let (spec, table) = (
            include_str!("../../../examples/anonymise/spec.toml"),
            include_bytes!("../../../examples/anonymise/interviews.csv"),
        );
        let (spec, table) = (Spec::parse(spec).unwrap(), Table::from_csv(table).unwrap());
        let released = release(&spec, &table, &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap();
        ReportPages.pages(&released.account)
    }

    #[test]
    fn what_the_report_says_is_said_in_both_languages() {
        crate::html::check_words(WORDS);
    }

    #[test]
    fn pages_show_risk_loss_and_columns_and_no_rare_value() {
        let pages = pages();
        assert_eq!(pages, self::pages(), "the same account has the same pages");
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["risk-report.en.html", "risk-report.km.html"]);
        for (_, page) in &pages {
            assert!(page.contains("<svg") && page.contains("k-anonymity: k = 5"), "{page}");
            // The name of SVG's own language is no address that is fetched.
            let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            for outside in ["<script", "http://", "https://", "src=", "@import", "url("] {
                assert!(!page.contains(outside), "{outside}");
            }
        }
        assert!(pages[0].1.contains("Highest risk of a row") && pages[1].1.contains("lang=\"km\""));
    }

    /// The child who is left out is told by the pages no more than by the rows.
    #[test]
    fn what_harmed_a_child_who_is_left_out_changes_no_page() {
        let spec = "name = \"t\"\naudience = \"inside\"\nsuppression = 0.1\n[[column]]\nname = \"age\"\n\
                    role = \"quasi-identifying\"\nhierarchy = { kind = \"suppress\" }\n[[column]]\nname = \"harm\"\n\
                    role = \"sensitive\"\n[[model]]\nkind = \"k-anonymity\"\nk = 5\n";
        let spec = Spec::parse(spec).unwrap();
        let of = |harm: &str| {
            let rows: String = (0..40).map(|row| format!("{},h{}\n", 10 + row % 2, row % 3)).collect();
            let table = Table::from_csv(format!("age,harm\n{rows}17,{harm}\n").as_bytes()).unwrap();
            let account = release(&spec, &table, &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap().account;
            assert_eq!(account.suppressed, 1);
            ReportPages.pages(&account)
        };
        assert_eq!(of("h0"), of("h1"));
        assert_eq!(of("h0"), of("rareharm"));
    }

    /// For `cargo xtask test --only html`: a page in each language into the folder that `SAFEROOM_HTML` names.
    #[test]
    #[ignore = "writes files"]
    fn write_pages() {
        let folder = std::path::PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
        pages().into_iter().for_each(|(name, page)| std::fs::write(folder.join(name), page).unwrap());
    }
}
