//! Accounts and plans, for a person.

use std::path::Path;

use saferoom::release::output::DATA;
use saferoom::release::{Account, Plan};

use crate::console::{Console, Style};
use crate::failure::Failure;

pub(super) fn account(account: &Account, folder: &Path, out: &Console) -> Result<(), Failure> {
    summary(account, out);
    out.line(format!("written: {}", folder.join(DATA).display()));
    Ok(())
}

pub(crate) fn plan(plan: &Plan, out: &Console) -> Result<(), Failure> {
    summary(&plan.account, out);
    out.line("other suppression limits:");
    for point in &plan.trade_off {
        let share = format!("{:.1} %", point.suppression * 100.0);
        out.line(match (&point.cost, point.suppressed) {
            (Some(cost), Some(rows)) => format!("  {share}: cost {:.4}, {rows} rows left out", cost[0]),
            _ => format!("  {share}: the models cannot be met"),
        });
    }
    out.line("nothing was written");
    Ok(())
}

fn summary(account: &Account, out: &Console) {
    let brought = match account.utility.brought_back {
        0 => String::new(),
        rows => format!(" ({rows} brought back by local recoding)"),
    };
    out.line(format!("{} of {} rows left out{brought}", account.suppressed, account.rows));
    for column in &account.columns {
        let levels: Vec<String> = column.levels.iter().map(usize::to_string).collect();
        out.line(match levels.is_empty() {
            true => format!("  {}: as it is", column.name),
            false => format!(
                "  {}: level {} of {}, loss {:.3}",
                column.name,
                levels.join(" and "),
                column.height,
                column.loss
            ),
        });
    }
    let proof = match account.search.optimal {
        true => out.styled(Style::Good, "optimal"),
        false => out.styled(Style::Warning, format!("at best {:.4} is possible", account.search.bound[0])),
    };
    out.line(format!("cost {:.6}, {proof}; loss {:.4}", account.utility.cost[0], account.utility.loss));
    out.line(format!(
        "k {} before, {} after; highest risk {:.3} before, {:.3} after",
        account.before.k, account.after.k, account.before.prosecutor.highest, account.after.prosecutor.highest
    ));
    for sensitive in &account.after.sensitive {
        out.line(format!("{}: l {}, t {:.3}", sensitive.column, sensitive.distinct_l, sensitive.t_equal));
    }
}
