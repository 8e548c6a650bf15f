//! How far a long command is.

use std::cell::Cell;
use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on a terminal; elsewhere one line at the start, one at each quarter and one at the end.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    label: String,
    total: Cell<u64>,
    done: Cell<u64>,
    quarters: Cell<u64>,
}

impl Progress {
    pub(crate) fn new(total: u64, label: String, terminal: bool) -> Self {
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let template = "{prefix} {bar:30.green/dim} {pos}/{len}  {eta}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━━─"));
            }
            bar.set_prefix(label.clone());
            bar
        });
        let progress = Self { bar, label, total: Cell::new(total), done: Cell::new(0), quarters: Cell::new(0) };
        progress.say("…");
        progress
    }

    /// Corrects the number of steps, where it is known only later.
    pub fn set_total(&self, total: u64) {
        self.total.set(total);
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// So many steps are done.
    pub fn set(&self, done: u64) {
        self.done.set(done);
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            return;
        }
        let quarters = (done.saturating_mul(4)).checked_div(self.total.get()).unwrap_or(0).min(3);
        if quarters > self.quarters.replace(quarters.max(self.quarters.get())) {
            self.say(&format!(": {} %", quarters * 25));
        }
    }

    /// So many more steps are done.
    pub fn advance(&self, steps: u64) {
        self.set(self.done.get().saturating_add(steps));
    }

    /// All is done: the bar goes away.
    pub fn finish(self) {
        match &self.bar {
            Some(bar) => bar.finish_and_clear(),
            None => self.say(": done"),
        }
    }

    fn say(&self, what: &str) {
        if self.bar.is_none() {
            let _ = writeln!(std::io::stderr(), "{}{what}", self.label);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // After a failure no half bar stays behind.
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
