//! Checks that the entrypoint has a value whatever is asked.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::world::World;
use super::{Finding, warning};

pub(super) fn check(world: &World<'_>, findings: &mut Vec<Finding>) {
    let path: Vec<Arc<str>> = world.source.entrypoint.split('.').map(Arc::from).collect();
    let Some((_, rule)) = world.rules.get(&path).and_then(|rules| rules.first()) else { return };
    if !world.is_total(&path) {
        let message = format!("the entrypoint `{}` has no value where its conditions do not hold", rule.name);
        let hint = "add a default that refuses: `default decision := {\"decision\": false}`";
        findings.push(warning("entrypoint_undefined", &rule.place, message, hint));
    }
}
