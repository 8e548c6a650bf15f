//! Reports as HTML pages, opened in a headless Chromium: no console message, no load, Khmer letters that are there,
//! nothing wider than a phone, and paper.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What Debian calls them.
const PACKAGES: [&str; 2] = ["chromium", "fonts-khmeros"];

/// Opens each page from outside, and looks at it.
const CHECK: &str = include_str!("html_check.html");

/// A page that loads something which it must not: the browser has to say so.
const EVIL: &str = "<!DOCTYPE html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\
                    <img src=\"http://localhost:9/evil.png\">";

/// Writes the pages by the tests that are there for it, and opens them.
pub(super) fn html(context: &Context, until: Instant) -> Outcome {
    if !is_there(context) && context.install {
        let script =
            format!("apt-get update -qq && apt-get install -y -qq --no-install-recommends {}", PACKAGES.join(" "));
        let apt = context.program("sh").env("DEBIAN_FRONTEND", "noninteractive").args(["-c", &script]);
        if let Err(problem) = apt.run(left(until)) {
            println!("{problem}");
        }
    }
    let Some(browser) = find_browser(context) else { return not_checked("no Chromium (--install fetches it)") };
    if !has_khmer(context) {
        return not_checked("no font with Khmer letters (--install fetches one)");
    }
    Outcome::from_result(check(context, browser, until))
}

fn check(context: &Context, browser: &str, until: Instant) -> Result<(), String> {
    let folder = context.target.join("html-check");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    let write = [
        "test",
        "--locked",
        "--workspace",
        "--lib",
        "--test",
        "subject",
        "--test",
        "paper",
        "--",
        "--ignored",
        "write_pages",
    ];
    context.cargo(write).env("SAFEROOM_HTML", &folder).run(left(until))?;
    let pages = pages_in(&folder)?;
    let browser = Browser { context, name: browser, folder: &folder };

    browser.write("evil.html", EVIL)?;
    if browser.console("evil.html").is_empty() {
        return Err("the browser does not say what a page must not load: this checks nothing".to_owned());
    }
    for page in &pages {
        if let Some(line) = browser.console(page).first() {
            return Err(format!("{page}: {line}"));
        }
        let pdf = browser.print(page)?;
        println!("{page}: no message on the console, {pdf} bytes on paper");
    }
    browser.look(&pages)
}

struct Browser<'b> {
    context: &'b Context,
    name: &'b str,
    folder: &'b Path,
}

impl Browser<'_> {
    /// What the browser said of a page on its console.
    fn console(&self, page: &str) -> Vec<String> {
        let picture = format!("--screenshot={}", self.path(&format!("{page}.png")).display());
        let said = self.run(&["--enable-logging=stderr", "--window-size=1280,1600", &picture], page);
        said.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect()
    }

    /// Prints a page; how long the file is.
    fn print(&self, page: &str) -> Result<usize, String> {
        let path = self.path(&format!("{page}.pdf"));
        self.run(&["--no-pdf-header-footer", &format!("--print-to-pdf={}", path.display())], page);
        let printed = fs::read(&path).unwrap_or_default();
        if printed.starts_with(b"%PDF") { Ok(printed.len()) } else { Err(format!("{page} could not be printed")) }
    }

    /// Looks at all pages from one that is beside them.
    fn look(&self, pages: &[String]) -> Result<(), String> {
        let list: Vec<_> = pages.iter().map(|page| format!("\"{page}\"")).collect();
        self.write("check.html", &CHECK.replace("/*PAGES*/", &list.join(", ")))?;
        let options = ["--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom"];
        let dom = self.run(&options, "check.html");
        let said = dom.split("<body>").nth(1).and_then(|rest| rest.split("</body>").next()).unwrap_or_default().trim();
        println!("{said}");
        if said == format!("CHECKED {} []", pages.len()) {
            Ok(())
        } else {
            Err(format!("the pages were not passed: {said}"))
        }
    }

    /// Opens a page; what the browser printed. A browser that hangs is ended.
    fn run(&self, options: &[&str], page: &str) -> String {
        let fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"];
        let quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
        let url = format!("file://{}", self.path(page).display());
        let profile = format!("--user-data-dir={}", self.path("profile").display());
        let script = "exec timeout 120 \"$@\" 2>&1";
        let run = self.context.program("sh").args(["-c", script, "sh", self.name]).args(fixed).args(quiet);
        run.args([profile]).args(options).args([url]).output().unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        fs::write(self.path(name), text).map_err(|problem| format!("{name}: {problem}"))
    }
}

fn pages_in(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut pages: Vec<_> = names.filter(|name| name.ends_with(".html")).collect();
    pages.sort();
    // The reports of an access log and of a monitor, what is held about a child, the risks of an extract: each in both
    // languages, at least.
    if pages.len() < 8 { Err(format!("only {} pages were written", pages.len())) } else { Ok(pages) }
}

fn is_there(context: &Context) -> bool {
    find_browser(context).is_some() && has_khmer(context)
}

fn find_browser(context: &Context) -> Option<&'static str> {
    let starts = |name: &&str| context.program(Path::new(name)).args(["--version"]).output().is_some();
    BROWSERS.into_iter().find(starts)
}

fn has_khmer(context: &Context) -> bool {
    let fonts = context.program("fc-list").args([":lang=km"]).output();
    fonts.is_some_and(|fonts| !fonts.trim().is_empty())
}

/// Said where it cannot be overlooked, and once more in the table.
fn not_checked(why: &str) -> Outcome {
    println!("!!!! {why}: the pages of reports are NOT CHECKED in a browser !!!!");
    Outcome::NotChecked(why.to_owned())
}
