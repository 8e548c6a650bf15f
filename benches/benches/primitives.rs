//! The inner doors by Criterion: one group sealed and opened, one log entry encoded and appended.

use criterion::{Criterion, criterion_group, criterion_main};
use saferoom::id::{DeviceId, RecordId, ScopeId, VaultId};
use saferoom::log::{Frontier, leaf_hash};
use saferoom::seal::{GroupContext, Secret, open_group, seal_group};
use saferoom_benches::bare::row;
use std::hint::black_box;

fn groups(c: &mut Criterion) {
    let key = Secret::generate();
    let context = GroupContext {
        vault: VaultId::random(),
        kind: 2,
        scope: ScopeId::random(),
        record: RecordId::random(),
        parent: RecordId::random(),
        device: DeviceId::random(),
        revision: 1,
        compartment: 1,
        generation: 1,
        key_commitment: [1; 32],
    };
    let values = row(1);
    let fields = || values.iter().enumerate().map(|(index, value)| (index as u64 + 1, value.as_bytes()));
    let mut group = Vec::with_capacity(2048);
    c.bench_function("seal a group of 12 fields, 600 bytes", |b| {
        b.iter(|| {
            group.clear();
            seal_group(&key, &context, fields(), &mut group).unwrap();
            black_box(group.len())
        });
    });
    let mut plain = Vec::with_capacity(2048);
    c.bench_function("open a group of 12 fields, 600 bytes", |b| {
        b.iter(|| {
            plain.clear();
            open_group(&key, &context, &group, &mut plain, |_| true, |_, _| ()).unwrap();
            black_box(plain.len())
        });
    });
}

fn tree(c: &mut Criterion) {
    let entry = [7; 200];
    let mut frontier = Frontier::new();
    c.bench_function("append a leaf of 200 bytes", |b| {
        b.iter(|| frontier.append(leaf_hash(black_box(&entry))).count())
    });
}

criterion_group!(benches, groups, tree);
criterion_main!(benches);
