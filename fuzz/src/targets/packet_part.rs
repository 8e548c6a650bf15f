//! What stands in the parts of a packet: hand-ins, roster slices, checkpoints, receipts, erasures, rooms, statistics, referrals, their manifests and answers.

use saferoom::access::packet::{
    Checkpoints, Erasures, Receipt, ReferralAnswer, ReferralPart, RoomsPart, RosterSlice, ShareManifest, SignedHandIn,
    StatisticsSlice,
};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(hand_in) = SignedHandIn::from_bytes(bytes) {
        assert_eq!(*hand_in.to_bytes(), bytes);
        for record in &hand_in.hand_in().records {
            let _refused_or_not = record.record(saferoom::model::catalogue());
        }
    }
    if let Ok(slice) = RosterSlice::decode(bytes) {
        assert_eq!(slice.encode(), bytes);
    }
    if let Ok(checkpoints) = Checkpoints::decode(bytes) {
        assert_eq!(checkpoints.encode(), bytes);
    }
    if let Ok(receipt) = Receipt::decode(bytes) {
        assert_eq!(receipt.encode(), bytes);
    }
    if let Ok(erasures) = Erasures::decode(bytes) {
        assert_eq!(erasures.encode(), bytes);
    }
    if let Ok(referral) = ReferralPart::decode(bytes) {
        assert_eq!(*referral.encode(), bytes);
        for record in &referral.records {
            let _refused_or_not = record.record(saferoom::model::catalogue());
        }
    }
    if let Ok(manifest) = ShareManifest::decode(bytes) {
        assert_eq!(manifest.encode(), bytes);
    }
    if let Ok(answer) = ReferralAnswer::decode(bytes) {
        assert_eq!(answer.encode(), bytes);
    }
    if let Ok(statistics) = StatisticsSlice::decode(bytes) {
        assert_eq!(statistics.encode(), bytes);
    }
    if let Ok(rooms) = RoomsPart::decode(bytes) {
        assert_eq!(rooms.encode(), bytes);
        for record in &rooms.records {
            let read = record.record(saferoom::model::catalogue());
            let _refused_or_not = read.map(|record| saferoom::practice::rooms::check_arrived(&record));
        }
    }
}
