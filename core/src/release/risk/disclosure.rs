//! What would be learnt of a sensitive value from knowing somebody's class.

use serde::{Deserialize, Serialize};

use crate::release::engine::Says;

/// The disclosure of one sensitive column. Each child counts once for each of its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitiveRisk {
    /// The column.
    pub column: String,
    /// How many values it has.
    pub values: u64,
    /// The fewest different values in a class: the distinct l that the table has. A value that is missing or unknown is none,
    /// and of lists the things in them count ([`Says`]).
    pub distinct_l: u32,
    /// The smallest exponential of the entropy of a class: the entropy l that the table has.
    pub entropy_l: f64,
    /// For l = 2, what c has to exceed for recursive diversity; `None` if one thing is said in a class, or nothing.
    pub recursive_c: Option<f64>,
    /// The largest distance of a class from the table, all values equally far apart.
    pub t_equal: f64,
    /// The same with values in order: numbers by size, others by the alphabet.
    pub t_ordered: f64,
    /// The largest relative gain of a value in a class (basic beta-likeness).
    pub beta: f64,
    /// The largest absolute logarithm of that ratio, over values that occur in the class (delta-disclosure).
    pub delta: f64,
    /// The largest share, in a class, of the children of whom one thing is said (the alpha of (alpha, k)-anonymity), of those of
    /// whom anything is.
    pub alpha: f64,
    /// The share of rows in whose class one thing is said of everybody: to know the class is to know it.
    pub homogeneous: f64,
}

impl SensitiveRisk {
    pub(super) fn of(
        column: String,
        classes: &[u32],
        count: usize,
        (codes, says): (&[u32], &Says),
        size: usize,
        units: Option<&[u32]>,
    ) -> Self {
        let mut counts = vec![0u32; count * size];
        let mut rows = vec![0u32; count];
        classes.iter().for_each(|class| rows[*class as usize] += 1);
        match units {
            None => {
                classes.iter().zip(codes).for_each(|(class, code)| counts[*class as usize * size + *code as usize] += 1)
            }
            Some(units) => {
                let pairs = classes.iter().zip(codes).zip(units);
                let mut pairs: Vec<(u32, u32, u32)> =
                    pairs.map(|((class, code), unit)| (*class, *code, *unit)).collect();
                pairs.sort_unstable();
                pairs.dedup();
                pairs.iter().for_each(|(class, code, _)| counts[*class as usize * size + *code as usize] += 1);
            }
        }
        let whole = whole(codes, size, units);
        let mut risk = Self {
            column,
            values: whole.iter().filter(|share| **share > 0.0).count() as u64,
            distinct_l: u32::MAX,
            entropy_l: f64::INFINITY,
            recursive_c: Some(0.0),
            t_equal: 0.0,
            t_ordered: 0.0,
            beta: 0.0,
            delta: 0.0,
            alpha: 0.0,
            homogeneous: 0.0,
        };
        for (counts, rows) in counts.chunks_exact(size.max(1)).zip(&rows) {
            risk.see((counts, says), *rows, &whole, classes.len());
        }
        risk
    }

    /// One class more.
    fn see(&mut self, (counts, says): (&[u32], &Says), rows: u32, whole: &[f64], all: usize) {
        let sum: u32 = counts.iter().sum();
        let shares = || counts.iter().map(|count| f64::from(*count) / f64::from(sum));
        let (said, most, distinct) = (says.said(counts).sum::<u32>(), says.most(counts), says.distinct(counts));
        self.distinct_l = self.distinct_l.min(distinct);
        self.entropy_l = self.entropy_l.min(says.entropy(counts).exp());
        if said > 0 {
            self.alpha = self.alpha.max(f64::from(most) / f64::from(said));
        }
        let rest = f64::from(said - most);
        self.recursive_c = self.recursive_c.filter(|_| rest > 0.0).map(|c| c.max(f64::from(most) / rest));
        if distinct == 1 {
            self.homogeneous += f64::from(rows) / all as f64;
        }
        let (mut apart, mut carried, mut moved) = (0.0, 0.0f64, 0.0);
        for (share, whole) in shares().zip(whole) {
            apart += (share - whole).abs();
            carried += share - whole;
            moved += carried.abs();
            if share > 0.0 {
                self.beta = self.beta.max((share - whole) / whole);
                self.delta = self.delta.max((share / whole).ln().abs());
            }
        }
        self.t_equal = self.t_equal.max(apart / 2.0);
        self.t_ordered = self.t_ordered.max(if whole.len() > 1 { moved / (whole.len() - 1) as f64 } else { 0.0 });
    }
}

fn whole(codes: &[u32], size: usize, units: Option<&[u32]>) -> Vec<f64> {
    let mut counts = vec![0u64; size];
    match units {
        None => codes.iter().for_each(|code| counts[*code as usize] += 1),
        Some(units) => {
            let mut pairs: Vec<(u32, u32)> = codes.iter().copied().zip(units.iter().copied()).collect();
            pairs.sort_unstable();
            pairs.dedup();
            pairs.iter().for_each(|(code, _)| counts[*code as usize] += 1);
        }
    }
    let sum: u64 = counts.iter().sum();
    counts.iter().map(|count| *count as f64 / sum as f64).collect()
}
