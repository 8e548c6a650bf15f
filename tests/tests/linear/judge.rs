//! The judge: is the order of the log one in which all calls can have been done, each at some moment between its call and its
//! answer, with the answers that were given?
//!
//! In general the search for such an order is hard. Here it is not: the log names the order, and the judge only compares.

use std::collections::{BTreeMap, BTreeSet};

use saferoom::id::RecordId;
use saferoom::log::Event;

use crate::history::{Answer, Asked, Call, Operation, Registers, Touched};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It was acknowledged, and the log does not know of it.
    Missing(String),
    /// It is in the log more than once, or its entries lie apart.
    Twice(String),
    /// Nobody has called that.
    Unknown(String),
    /// The first stands in the log before the second, and was called only after the second was answered.
    OutOfOrder(String, String),
    /// The log tells of something else than what was called.
    Another(String),
    /// The answer is not what the order makes of it.
    Answer(String),
}

/// Compares; answers what the vault has to hold in the end.
pub(crate) fn judge(calls: &[Call], log: &[Operation], case: RecordId) -> Result<Registers, Wrong> {
    let order = in_order(calls, log)?;
    agrees_with_time(&order)?;
    replay(&order, case)
}

/// The calls that were done, in the order of the log.
fn in_order<'h>(calls: &'h [Call], log: &'h [Operation]) -> Result<Vec<(&'h Call, &'h Operation)>, Wrong> {
    let mut open: BTreeMap<_, _> = calls.iter().map(|call| (call.name.as_str(), call)).collect();
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for operation in log {
        let named = || operation.name.clone().unwrap_or_default();
        if !seen.insert(operation.id) {
            return Err(Wrong::Twice(named()));
        }
        let Some(name) = operation.name.as_deref() else {
            // Signing in and out, and what saferoom does by itself then. Whatever reads or writes has a reason.
            let ours = |touched: &Touched| matches!(touched.event, Event::Read | Event::Create | Event::Update);
            if operation.touched.iter().any(ours) {
                return Err(Wrong::Unknown(format!("{operation:?}")));
            }
            continue;
        };
        match open.remove(name) {
            Some(call) => order.push((call, operation)),
            None if calls.iter().any(|call| call.name == name) => return Err(Wrong::Twice(named())),
            None => return Err(Wrong::Unknown(named())),
        }
    }
    match open.into_values().find(|call| call.is_done()) {
        Some(call) => Err(Wrong::Missing(call.name.clone())),
        None => Ok(order),
    }
}

/// No call stands before one that was answered before it was made.
fn agrees_with_time(order: &[(&Call, &Operation)]) -> Result<(), Wrong> {
    let mut latest: Option<&Call> = None;
    for (call, _) in order {
        if let (Some(latest), Some(returned)) = (latest, call.returned)
            && returned < latest.called
        {
            return Err(Wrong::OutOfOrder(latest.name.clone(), call.name.clone()));
        }
        if latest.is_none_or(|latest| latest.called < call.called) {
            latest = Some(call);
        }
    }
    Ok(())
}

/// Does all of it once more, one after the other.
fn replay(order: &[(&Call, &Operation)], case: RecordId) -> Result<Registers, Wrong> {
    let mut registers = Registers::new();
    for (call, operation) in order {
        let name = || call.name.clone();
        if operation.touched.iter().any(|touched| !touched.success) {
            // Refused and logged: nothing was done, and nobody was told that it was.
            if call.is_done() {
                return Err(Wrong::Another(name()));
            }
            continue;
        }
        let done = of_call(&call.asked, &operation.touched, &registers, case).ok_or_else(|| Wrong::Another(name()))?;
        if call.is_done() && !answers(&call.answer, &done, &registers) {
            return Err(Wrong::Answer(name()));
        }
        if matches!(call.asked, Asked::Create(_) | Asked::Amend(_)) {
            registers.extend(done.into_iter().map(|(id, number)| (id, (name(), number))));
        }
    }
    Ok(registers)
}

/// The records with their revisions that an operation touched, if it is what was asked for at this place of the order.
fn of_call(asked: &Asked, touched: &[Touched], now: &Registers, case: RecordId) -> Option<Vec<(RecordId, u64)>> {
    let one = |event: Event| {
        let all: Option<Vec<_>> = touched
            .iter()
            .map(|touched| (touched.event == event).then_some((touched.record?, touched.revision.unwrap_or(0))))
            .collect();
        all
    };
    let newest = |id: &RecordId| now.get(id).map(|(_, number)| *number);
    match asked {
        Asked::Create(count) => one(Event::Create).filter(|made| {
            let ids: BTreeSet<_> = made.iter().map(|(id, _)| id).collect();
            ids.len() == *count && made.len() == *count && made.iter().all(|(id, n)| *n == 1 && newest(id).is_none())
        }),
        Asked::Amend(id) => one(Event::Update).filter(|made| *made == [(*id, newest(id).unwrap_or(0) + 1)]),
        Asked::Read(id) => one(Event::Read).filter(|read| *read == [(*id, newest(id).unwrap_or(0))]),
        Asked::List => one(Event::Query).filter(|asked| *asked == [(case, 0)]),
    }
}

/// Whether the answer is the one of this place.
fn answers(answer: &Answer, done: &[(RecordId, u64)], now: &Registers) -> bool {
    match answer {
        Answer::Written(told) => told == done,
        Answer::Read(name, number) => {
            done.first().and_then(|(id, _)| now.get(id)).is_some_and(|there| there == &(name.clone(), *number))
        }
        Answer::Listed(ids) => ids.iter().eq(now.keys()),
        Answer::None | Answer::Failed(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use saferoom::id::{OperationId, RecordId};
    use saferoom::log::Event;

    use super::{Wrong, judge};
    use crate::history::{Answer, Asked, Call, Operation, Registers, Touched};

    fn record(number: u8) -> RecordId {
        RecordId::from_bytes([number; 16])
    }

    fn case() -> RecordId {
        record(255)
    }

    /// Numbers that are the same in each run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % end
        }
    }

    /// What a vault that makes no mistake does with random calls of four callers, which overlap.
    fn honest(seed: u64) -> (Vec<Call>, Vec<Operation>) {
        let (mut chance, mut now) = (Chance(seed), Registers::new());
        let (mut calls, mut log): (Vec<Call>, Vec<Operation>) = (Vec::new(), Vec::new());
        // Of each caller: the call that it waits for, and whether it was done already.
        let mut waiting: [Option<(usize, bool)>; 4] = [None; 4];
        for moment in 0..120 {
            let caller = chance.below(4);
            match waiting[caller] {
                None => {
                    let known: Vec<_> = now.keys().copied().collect();
                    let asked = match chance.below(8) {
                        0..=2 if !known.is_empty() => Asked::Amend(known[chance.below(known.len())]),
                        3..=5 if !known.is_empty() => Asked::Read(known[chance.below(known.len())]),
                        6 => Asked::List,
                        _ => Asked::Create(1 + chance.below(2)),
                    };
                    waiting[caller] = Some((calls.len(), false));
                    let name = format!("c{}", calls.len());
                    calls.push(Call { name, asked, answer: Answer::None, called: moment, returned: None });
                }
                Some((index, false)) => {
                    let made = u8::try_from(now.len()).expect("few");
                    let (touched, answer) = done(&calls[index], &mut now, made);
                    let id = OperationId::from_bytes([u8::try_from(log.len()).expect("few"); 16]);
                    log.push(Operation { id, name: Some(calls[index].name.clone()), touched });
                    // One in ten is killed before it hears of it.
                    waiting[caller] = (chance.below(10) > 0).then_some((index, true));
                    calls[index].answer = if waiting[caller].is_some() { answer } else { Answer::None };
                }
                Some((index, true)) => {
                    calls[index].returned = Some(moment);
                    waiting[caller] = None;
                }
            }
        }
        // Those who have not heard yet never will.
        for (index, _) in waiting.into_iter().flatten() {
            calls[index].answer = Answer::None;
        }
        (calls, log)
    }

    fn done(call: &Call, now: &mut Registers, made: u8) -> (Vec<Touched>, Answer) {
        let touch = |event, id: RecordId, revision| Touched { event, success: true, record: Some(id), revision };
        match &call.asked {
            Asked::Create(count) => {
                let ids: Vec<_> = (0..*count).map(|index| record(made + index as u8)).collect();
                now.extend(ids.iter().map(|id| (*id, (call.name.clone(), 1))));
                let touched = ids.iter().map(|id| touch(Event::Create, *id, Some(1))).collect();
                (touched, Answer::Written(ids.into_iter().map(|id| (id, 1)).collect()))
            }
            Asked::Amend(id) => {
                let number = now[id].1 + 1;
                now.insert(*id, (call.name.clone(), number));
                (vec![touch(Event::Update, *id, Some(number))], Answer::Written(vec![(*id, number)]))
            }
            Asked::Read(id) => {
                let (name, number) = now[id].clone();
                (vec![touch(Event::Read, *id, Some(number))], Answer::Read(name, number))
            }
            Asked::List => (vec![touch(Event::Query, case(), None)], Answer::Listed(now.keys().copied().collect())),
        }
    }

    #[test]
    fn honest_histories_pass() {
        let mut lost = 0;
        for seed in 0..300 {
            let (calls, log) = honest(seed);
            assert!(judge(&calls, &log, case()).is_ok(), "seed {seed}: {:?}", judge(&calls, &log, case()));
            lost += calls.iter().filter(|call| call.answer == Answer::None).count();
        }
        assert!(lost > 300, "some never heard of their call");
    }

    /// Doctors each of many honest histories; where that was possible, the judge has to find it.
    fn found(doctor: impl Fn(&mut Vec<Call>, &mut Vec<Operation>) -> bool, fits: impl Fn(&Wrong) -> bool) {
        let mut tried = 0;
        for seed in 0..300 {
            let (mut calls, mut log) = honest(seed);
            if !doctor(&mut calls, &mut log) {
                continue;
            }
            tried += 1;
            let wrong = judge(&calls, &log, case()).expect_err("doctored");
            assert!(fits(&wrong), "seed {seed}: {wrong:?}");
        }
        assert!(tried > 100, "only {tried} could be doctored");
    }

    fn place(log: &[Operation], call: &Call) -> usize {
        log.iter().position(|operation| operation.name.as_deref() == Some(&call.name)).expect("done")
    }

    #[test]
    fn an_acknowledged_call_that_the_log_lost_is_found() {
        found(
            |calls, log| {
                let Some(call) = calls.iter().rev().find(|call| call.is_done()) else { return false };
                log.remove(place(log, call));
                true
            },
            |wrong| matches!(wrong, Wrong::Missing(_)),
        );
    }

    #[test]
    fn a_call_that_was_done_twice_is_found_even_if_nobody_heard_of_it() {
        found(
            |calls, log| {
                let lost =
                    |call: &&Call| !call.is_done() && log.iter().any(|one| one.name.as_ref() == Some(&call.name));
                let Some(call) = calls.iter().find(lost) else { return false };
                let again = Operation { id: OperationId::from_bytes([200; 16]), ..log[place(log, call)].clone() };
                log.push(again);
                true
            },
            |wrong| matches!(wrong, Wrong::Twice(_)),
        );
    }

    #[test]
    fn entries_of_one_call_that_lie_apart_are_found() {
        found(
            |_, log| {
                let Some(at) = log.iter().position(|operation| operation.touched.len() > 1) else { return false };
                let touched = vec![log[at].touched.pop().expect("two")];
                let part = Operation { touched, name: None, ..log[at].clone() };
                log.push(part);
                true
            },
            |wrong| matches!(wrong, Wrong::Twice(_)),
        );
    }

    #[test]
    fn what_nobody_called_is_found() {
        found(
            |_, log| {
                log[0].name = Some("somebody".to_owned());
                true
            },
            |wrong| *wrong == Wrong::Unknown("somebody".to_owned()),
        );
        found(
            |_, log| {
                let read = log.iter().position(|operation| operation.touched[0].event == Event::Read);
                read.is_some_and(|at| log[at].name.take().is_some())
            },
            |wrong| matches!(wrong, Wrong::Unknown(_)),
        );
    }

    #[test]
    fn an_order_against_time_is_found() {
        found(
            |calls, log| {
                // Two lists that follow each other in time, with nothing written between: only time tells them apart.
                let lists: Vec<_> = calls.iter().filter(|call| call.is_done() && call.asked == Asked::List).collect();
                let apart = |pair: &&[&Call]| {
                    pair[0].answer == pair[1].answer && pair[0].returned.is_some_and(|end| end < pair[1].called)
                };
                let Some(pair) = lists.windows(2).find(apart) else { return false };
                let (first, second) = (place(log, pair[0]), place(log, pair[1]));
                log.swap(first, second);
                true
            },
            |wrong| matches!(wrong, Wrong::OutOfOrder(..)),
        );
    }

    #[test]
    fn a_read_of_what_was_replaced_is_found() {
        found(
            |calls, log| {
                let stale = |call: &&mut Call| matches!(&call.answer, Answer::Read(_, number) if *number > 1);
                let Some(call) = calls.iter_mut().find(stale) else { return false };
                let Answer::Read(_, number) = &mut call.answer else { return false };
                *number -= 1;
                let (number, at) = (*number, place(log, call));
                // Also if the log tells the same tale.
                log[at].touched[0].revision = Some(number);
                true
            },
            |wrong| matches!(wrong, Wrong::Another(_)),
        );
        found(
            |calls, _| {
                let read = |call: &&mut Call| matches!(call.answer, Answer::Read(..));
                let Some(call) = calls.iter_mut().find(read) else { return false };
                let Answer::Read(name, _) = &mut call.answer else { return false };
                name.push('x');
                true
            },
            |wrong| matches!(wrong, Wrong::Answer(_)),
        );
    }

    #[test]
    fn a_lost_revision_is_found() {
        found(
            |calls, log| {
                let amended = |call: &&mut Call| matches!((&call.asked, &call.answer), (Asked::Amend(_), Answer::Written(made)) if made[0].1 > 2);
                let Some(call) = calls.iter_mut().find(amended) else { return false };
                let Answer::Written(made) = &mut call.answer else { return false };
                made[0].1 -= 1;
                let (number, at) = (made[0].1, place(log, call));
                log[at].touched[0].revision = Some(number);
                true
            },
            |wrong| matches!(wrong, Wrong::Another(_)),
        );
    }

    #[test]
    fn a_list_without_a_child_is_found() {
        found(
            |calls, _| {
                let lists = |call: &&mut Call| matches!(&call.answer, Answer::Listed(ids) if !ids.is_empty());
                let Some(call) = calls.iter_mut().find(lists) else { return false };
                let Answer::Listed(ids) = &mut call.answer else { return false };
                ids.pop_first();
                true
            },
            |wrong| matches!(wrong, Wrong::Answer(_)),
        );
    }
}
