//! Finds out which parts of the input the rules of a path can read: its value depends on them and the data alone.

use alloc::vec::Vec;

use super::super::map::Set;
use super::super::value::{Text, Value};
use super::index::On;
use super::program::{Branch, Callee, Definition, Expr, NodeId, Program, RulesId, SlotId};

impl Program {
    /// Returns the parts of the input that some rules read, and all rules that these build on.
    pub(crate) fn reads(&self, rules: RulesId) -> Vec<SlotId> {
        let mut reads = Reads { program: self, slots: Set::new(), seen: Set::new(), open: Vec::from([rules]) };
        while let Some(rules) = reads.open.pop() {
            if reads.seen.insert(rules) {
                reads.rules(rules);
            }
        }
        reads.slots.into_iter().collect()
    }

    /// Returns what stands at a part of an input.
    pub(crate) fn read<'a>(&self, slot: SlotId, input: &'a Value) -> Option<&'a Value> {
        at(input, self.inputs.get(slot)?)
    }

    /// Returns what stands at some parts of an input. What several have in common is walked once where they follow each other.
    pub(crate) fn read_all(&self, slots: &[SlotId], input: &Value) -> Vec<Option<Value>> {
        let (mut parent, mut found) = ([].as_slice(), Some(input));
        let mut values = Vec::with_capacity(slots.len());
        for slot in slots {
            let path = self.inputs.get(*slot).map(Vec::as_slice).unwrap_or_default();
            let (own, rest) = path.split_at(path.len().saturating_sub(1));
            if own != parent {
                (parent, found) = (own, at(input, own));
            }
            values.push(found.and_then(|found| at(found, rest)).cloned());
        }
        values
    }
}

fn at<'a>(value: &'a Value, path: &[Text]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(members) => members.get_text(name),
        _ => None,
    })
}

struct Reads<'p> {
    program: &'p Program,
    slots: Set<SlotId>,
    seen: Set<RulesId>,
    open: Vec<RulesId>,
}

impl<'p> Reads<'p> {
    fn rules(&mut self, id: RulesId) {
        let Some(rules) = self.program.rules.get(id) else { return };
        if let Some(On::Input(slot) | On::ItemsOf(slot)) = rules.index.as_ref().map(|index| index.on) {
            self.slots.insert(slot);
        }
        rules.definitions.iter().chain(&rules.default).for_each(|definition| self.definition(definition));
    }

    fn definition(&mut self, definition: &'p Definition) {
        definition.parameters.iter().for_each(|parameter| parameter.each_expr(&mut |expr| self.expr(expr)));
        definition.branches.iter().for_each(|branch| self.branch(branch));
        for keyed in definition.keyed.iter().flatten() {
            keyed.keys.iter().for_each(|key| key.each_expr(&mut |expr| self.expr(expr)));
            self.branch(&keyed.branch);
        }
    }

    fn branch(&mut self, branch: &'p Branch) {
        branch.each_expr(&mut |expr| self.expr(expr));
    }

    /// What stands within an expression is visited besides.
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Input(slot) => {
                self.slots.insert(*slot);
            }
            Expr::Rule(rules) | Expr::Lookup(rules, _) | Expr::Call(Callee::Function(rules), _) => {
                self.open.push(*rules)
            }
            Expr::Extent(node, _) => self.node(*node),
            _ => {}
        }
    }

    fn node(&mut self, id: NodeId) {
        let mut nodes = Vec::from([id]);
        while let Some(node) = nodes.pop().and_then(|node| self.program.nodes.get(node)) {
            self.open.extend(node.rules);
            nodes.extend(node.children.values());
        }
    }
}
