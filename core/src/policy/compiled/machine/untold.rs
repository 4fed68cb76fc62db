//! Where nobody can ask why, nothing is told: the calls that `trace` answers, without one.

use super::super::super::value::Value;
use super::super::program::{Branch, Definition, Rules, RulesId, Step};
use super::Machine;
use super::world::World;

impl<'p> Machine<'p> {
    pub(super) const fn trace_rules(&self, _: RulesId, _: &[Value]) {}

    pub(super) const fn trace_value(&self, _: Option<&Value>) {}

    pub(super) const fn trace_known(&self, _: RulesId, _: &[Value]) {}

    pub(super) const fn trace_world(&self, _: &mut World) {}

    pub(super) const fn trace_branch(&self, _: &'p Definition, _: &'p Branch) {}

    pub(super) const fn trace_solution(&self, _: Option<&Value>) {}

    pub(super) const fn trace_end(&self) {}

    pub(super) const fn trace_failed(&self, _: &'p Step, _: &'p [Step]) {}

    pub(super) const fn trace_unmatched(&self, _: &'p Definition) {}

    pub(super) const fn trace_untried(&self, _: &'p Rules, _: Option<&[usize]>, _: Option<usize>) {}
}
