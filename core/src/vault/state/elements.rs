//! The elements of the authenticated state: an HMAC of every row that counts in it.

use super::super::sums::{Sum, to_sum};
use super::State;
use crate::id::RecordId;
use crate::seal::LabelledInput;
use crate::store::{
    BackupKeyRow, CircleRow, CorrespondentRow, FindingRow, HeadRow, KeyRow, SlotRow, StatisticsLinkRow, StatisticsRow,
    TallyRow, Token,
};

impl State {
    pub(super) fn head_element(&self, head: &HeadRow) -> Sum {
        let mut bytes = [0; 1 + 16 * 3 + 2 + 32 + 8];
        bytes[0] = b'H';
        bytes[1..17].copy_from_slice(head.record.as_bytes());
        bytes[17..33].copy_from_slice(head.scope.as_bytes());
        bytes[33..49].copy_from_slice(head.parent.as_bytes());
        bytes[49..51].copy_from_slice(&head.kind.to_be_bytes());
        bytes[51..83].copy_from_slice(&head.digest);
        bytes[83..].copy_from_slice(&head.entry.to_be_bytes());
        to_sum(&self.element_key.sign(&bytes))
    }

    pub(super) fn token_element(&self, token: Token, record: RecordId) -> Sum {
        let mut bytes = [0; 1 + 2 + 16];
        bytes[0] = b'T';
        bytes[1..3].copy_from_slice(&token.to_be_bytes());
        bytes[3..].copy_from_slice(record.as_bytes());
        to_sum(&self.element_key.sign(&bytes))
    }

    pub(super) fn key_element(&self, key: &KeyRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/key")
            .part(key.scope.as_bytes())
            .number(u64::from(key.ordinal))
            .part(&key.tag)
            .part(&key.commitment)
            .number(key.commit)
            .number(u64::from(key.place))
            .number(key.session.unwrap_or(0))
            .part(&key.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn slot_element(&self, slot: &SlotRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/slot")
            .part(&slot.slot)
            .number(slot.session.unwrap_or(0))
            .part(&slot.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn correspondent_element(&self, row: &CorrespondentRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/correspondent").part(&row.sender).part(&row.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn finding_element(&self, finding: &FindingRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/finding")
            .part(&finding.id)
            .number(finding.number)
            .number(finding.commit)
            .number(u64::from(finding.place))
            .number(finding.session)
            .part(&finding.unit_sealed)
            .part(&finding.oversight_sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn statistics_element(&self, row: &StatisticsRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/statistics").part(&row.id).part(&row.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn statistics_link_element(&self, row: &StatisticsLinkRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/statistics-link").part(row.scope.as_bytes()).part(&row.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn tally_element(&self, tally: &TallyRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/tally").part(&tally.name).part(&tally.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn backup_key_element(&self, key: &BackupKeyRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/backup-key").number(key.number).part(&key.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }

    pub(super) fn circle_element(&self, entry: &CircleRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/case-circle")
            .part(entry.scope.as_bytes())
            .number(entry.number)
            .number(entry.commit)
            .number(u64::from(entry.place))
            .part(&entry.sealed);
        to_sum(&self.element_key.sign(input.as_bytes()))
    }
}
