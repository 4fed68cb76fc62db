//! Plans references: slots of `input` and `data`, rules, and what is looked up or scanned behind them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::super::super::value::{Text, Value};
use super::super::goal::{Root, Term};
use super::super::program::{DataSlot, Expr, Left, NodeId, Op, Pattern, RulesId, RulesKind, SlotId, Step};
use super::super::{left, unsafe_variable};
use super::Planner;

impl Planner<'_> {
    pub(super) fn reference(&mut self, root: &Root, items: &[Term], steps: &mut Vec<Step>) -> Result<Expr, Left> {
        let (mut at, mut rest) = match root {
            Root::Input => {
                let (path, rest) = texts(items);
                (Expr::Input(self.input_slot(path)), rest)
            }
            Root::Data => self.data(items, steps)?,
            Root::Var(var) if self.bound.contains(var) => (Expr::Local(*var), items),
            Root::Var(_) => return Err(unsafe_variable(self.here().as_ref())),
        };
        while let Some((item, behind)) = rest.split_first() {
            at = self.step_into(at, item, steps)?;
            rest = behind;
        }
        Ok(at)
    }

    /// Goes one item further: looks it up if it has a value, and scans if it has none.
    fn step_into(&mut self, at: Expr, item: &Term, steps: &mut Vec<Step>) -> Result<Expr, Left> {
        self.found = None;
        let item = if self.is_ground(item) { item.clone() } else { self.known(item, steps)? };
        if self.is_ground(&item) {
            let key = self.expr(&item, steps)?;
            return Ok(match at {
                data @ (Expr::Data(_) | Expr::Stored(..)) => Expr::Stored(Box::new(data), Box::new(key)),
                other => Expr::Index(Box::new(other), Box::new(key)),
            });
        }
        let Some(place) = self.here() else { return Err(left("a reference has no place", None)) };
        let key = self.pattern(&item, &place)?;
        let value = self.fresh();
        self.bound.insert(value);
        self.found = Some(value);
        self.push(Op::Scan { collection: at, key, value: Pattern::Bind(value) }, steps);
        Ok(Expr::Local(value))
    }

    /// Walks down the tree of rules as far as the names are fixed.
    fn data<'t>(&mut self, items: &'t [Term], steps: &mut Vec<Step>) -> Result<(Expr, &'t [Term]), Left> {
        let mut node: NodeId = 0;
        let mut rest = items;
        loop {
            let Some(here) = self.program.nodes.get(node) else { return Err(left("a rule is missing", None)) };
            if let Some(rules) = here.rules {
                return self.rule(rules, rest, steps);
            }
            let (name, behind) = match rest.split_first() {
                Some((Term::Const(Value::Text(name)), behind)) => (name, behind),
                Some((Term::Const(_), _)) => return Ok(self.base(items)),
                Some(_) if here.children.is_empty() => return Ok(self.base(items)),
                _ => return self.extent(node, rest, steps),
            };
            match here.children.get(name) {
                Some(child) => node = *child,
                None => return Ok(self.base(items)),
            }
            rest = behind;
        }
    }

    /// Refers to what stands under `data` where no rule does.
    fn base<'t>(&mut self, items: &'t [Term]) -> (Expr, &'t [Term]) {
        let (path, rest) = texts(items);
        (Expr::Data(self.data_slot(path)), rest)
    }

    fn rule<'t>(&mut self, id: RulesId, items: &'t [Term], steps: &mut Vec<Step>) -> Result<(Expr, &'t [Term]), Left> {
        let kind = self.program.rules.get(id).map(|rules| rules.kind);
        let depth = match kind {
            Some(RulesKind::Complete) => 0,
            Some(RulesKind::Set) => 1,
            Some(RulesKind::Object { depth }) => depth,
            Some(RulesKind::Function { .. }) | None => {
                return Err(left("a function stands where a value must", self.here().as_ref()));
            }
        };
        let (keys, rest) = self.ground_keys(items, depth, steps)?;
        Ok(if keys.is_empty() { (Expr::Rule(id), rest) } else { (Expr::Lookup(id, keys), rest) })
    }

    fn extent<'t>(
        &mut self,
        node: NodeId,
        items: &'t [Term],
        steps: &mut Vec<Step>,
    ) -> Result<(Expr, &'t [Term]), Left> {
        let (keys, rest) = self.ground_keys(items, items.len(), steps)?;
        Ok((Expr::Extent(node, keys), rest))
    }

    /// Takes the items that have values, up to so many.
    fn ground_keys<'t>(
        &mut self,
        items: &'t [Term],
        most: usize,
        steps: &mut Vec<Step>,
    ) -> Result<(Vec<Expr>, &'t [Term]), Left> {
        let count = items.iter().take(most).take_while(|item| self.is_ground(item)).count();
        let (keys, rest) = items.split_at_checked(count).unwrap_or((items, &[]));
        Ok((self.exprs(keys, steps)?, rest))
    }

    fn input_slot(&mut self, path: Vec<Text>) -> SlotId {
        if let Some(found) = self.program.input_ids.get(&path) {
            return *found;
        }
        let id = self.program.inputs.len();
        self.program.input_ids.insert(path.clone(), id);
        self.program.inputs.push(path);
        id
    }

    fn data_slot(&mut self, path: Vec<Text>) -> SlotId {
        if let Some(found) = self.program.data_ids.get(&path) {
            return *found;
        }
        let mut value = self.program.base.as_ref();
        for name in &path {
            value = match value {
                Some(Value::Object(members)) => members.get_text(name),
                _ => None,
            };
        }
        let value = value.cloned();
        let id = self.program.data.len();
        self.program.data_ids.insert(path.clone(), id);
        self.program.data.push(DataSlot { path, value });
        id
    }
}

/// Takes the fixed names from the front.
fn texts(items: &[Term]) -> (Vec<Text>, &[Term]) {
    let names = items.iter().map_while(|item| match item {
        Term::Const(Value::Text(name)) => Some(name.clone()),
        _ => None,
    });
    let names: Vec<Text> = names.collect();
    let rest = items.get(names.len()..).unwrap_or_default();
    (names, rest)
}
