//! Carrying out what a decision asks for. What cannot be carried out refuses.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Outcome;
use crate::document::Recipient;
use crate::encoding::timestamp::Timestamp;
use crate::label::LabelRecord;
use crate::policy::{Decision, Obligation};
use crate::privacy::{Findings, Operators};

/// Has `meet` carry out every obligation of an allowing decision, and refuses at the first that it does not meet.
pub(crate) fn carry_out(decision: Decision, meet: &mut dyn FnMut(&Obligation) -> bool) -> Outcome<Decision> {
    if !decision.is_allowed() {
        return Outcome::Denied(decision);
    }
    match decision.obligations().iter().find(|obligation| !meet(obligation)).map(unmet) {
        Some(reason) => Outcome::Denied(decision.refuse(reason)),
        None => Outcome::Allowed(decision),
    }
}

/// Adds the operators of one more `transform` obligation; tells whether they agree with the others.
pub(crate) fn add_operators(operators: &mut Option<Operators>, more: &Operators) -> bool {
    let merged = match operators.take() {
        None => Some(more.clone()),
        Some(first) => first.merge(more),
    };
    *operators = merged;
    operators.is_some()
}

/// Narrows a label to what an obligation leaves.
pub(super) fn restrict_label(
    label: &mut LabelRecord,
    purposes: Option<&Vec<String>>,
    retain_until: Option<&Timestamp>,
) {
    if let Some(allowed) = purposes {
        let kept = label.purposes.take().unwrap_or_default();
        label.purposes = Some(kept.into_iter().filter(|purpose| allowed.contains(purpose)).collect());
    }
    if let Some(latest) = retain_until {
        let earlier = label.retain_until.take().filter(|time| time < latest);
        label.retain_until = Some(earlier.unwrap_or_else(|| latest.clone()));
    }
}

/// Tells whether every one of `required` is among `recipients`. An empty demand demands nothing and is a mistake.
pub(super) fn has_recipients(recipients: &[Recipient], required: &[String]) -> bool {
    !required.is_empty()
        && required.iter().all(|text| Recipient::parse(text).is_ok_and(|required| recipients.contains(&required)))
}

/// Tells whether a permission that ends at `end` still holds. Without a time it does not.
pub(crate) fn holds_until(now: Option<&Timestamp>, end: &Timestamp) -> bool {
    now.is_some_and(|now| now < end)
}

/// Counts the findings that operators will transform.
pub(super) fn transformed(findings: &Findings, operators: &Operators) -> BTreeMap<String, u64> {
    let mut transforms = BTreeMap::new();
    for (entity, count) in &findings.entities {
        if operators.operator(entity).is_some() {
            transforms.insert(entity.clone(), *count);
        }
    }
    transforms
}

/// Returns the reason that refuses when `obligation` cannot be carried out.
fn unmet(obligation: &Obligation) -> String {
    format!("obligation_{}_unmet", obligation.name())
}
