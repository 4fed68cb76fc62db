//! Evaluates rules and functions that build on what is unknown.

use alloc::vec::Vec;

use super::super::super::compiled::program::{
    Branch, Callee, Definition, Expr, Keyed, NodeId, Program, Rules, RulesId, RulesKind,
};
use super::super::super::fuel::{Fault, length};
use super::super::condition::Form;
use super::super::known::Part;
use super::eval::one;
use super::symbol::{Choices, Symbol};
use super::{Frame, Stop, Subject};

impl<'p> Subject<'p> {
    /// Returns what a rule comes to.
    pub(super) fn rule(&mut self, id: RulesId) -> Result<Choices, Stop> {
        if let Some(Some(found)) = self.memo.get(id) {
            return Ok(found.clone());
        }
        let program = self.program;
        let Some(rules) = program.rules.get(id) else { return Ok(Choices::new()) };
        self.enter()?;
        let place = self.place;
        let found = match rules.kind {
            RulesKind::Complete => self.settle(rules, &[])?,
            RulesKind::Set => self.collect(rules)?,
            RulesKind::Object { .. } => {
                return Err(self.unsupported("an object rule that builds on what is unknown is read as a whole"));
            }
            RulesKind::Function { .. } => Choices::new(),
        };
        self.place = place;
        self.leave();
        if let Some(slot) = self.memo.get_mut(id) {
            *slot = Some(found.clone());
        }
        Ok(found)
    }

    pub(super) fn function(&mut self, id: RulesId, arguments: &[Symbol]) -> Result<Choices, Stop> {
        let program = self.program;
        let Some(rules) = program.rules.get(id) else { return Ok(Choices::new()) };
        self.enter()?;
        let place = self.place;
        let found = self.settle(rules, arguments)?;
        self.place = place;
        self.leave();
        Ok(found)
    }

    /// Returns what stands under some keys of a set or an object.
    pub(super) fn lookup(&mut self, id: RulesId, keys: &[Symbol]) -> Result<Choices, Stop> {
        if !self.open.get(id).copied().unwrap_or(true) {
            return self.looked_up_whole(id, keys);
        }
        let program = self.program;
        let Some(rules) = program.rules.get(id) else { return Ok(Choices::new()) };
        self.enter()?;
        let place = self.place;
        let found = match rules.kind {
            RulesKind::Set => self.find(rules, keys),
            RulesKind::Object { .. } => self.member_at(rules, keys),
            _ => Ok(Choices::new()),
        }?;
        self.place = place;
        self.leave();
        Ok(found)
    }

    /// Looks unknown keys up in a rule that is known.
    fn looked_up_whole(&mut self, id: RulesId, keys: &[Symbol]) -> Result<Choices, Stop> {
        let Some(whole) = self.machine.evaluate(id)? else { return Ok(Choices::new()) };
        let mut found = one(Symbol::Known(whole));
        for key in keys {
            let mut further = Choices::new();
            for (guard, value) in found {
                for (condition, value) in self.item(&value, key, false)? {
                    self.choose(&mut further, &guard, &condition, value)?;
                }
            }
            found = further;
        }
        Ok(found)
    }

    /// Finds the one value of a rule, or of a function for these arguments.
    fn settle(&mut self, rules: &'p Rules, arguments: &[Symbol]) -> Result<Choices, Stop> {
        let mut found = Choices::new();
        for definition in &rules.definitions {
            let further = self.define(definition, arguments)?;
            self.join(&mut found, further)?;
            if rules.is_settled_by_first && found.iter().any(|(guard, _)| *guard == Form::Always) {
                break;
            }
        }
        if let Some(default) = &rules.default {
            let covered = found.iter().map(|(guard, _)| guard.clone()).collect();
            let rest = self.kept(Form::or(covered))?.not();
            if !rest.is_never() {
                for (guard, value) in self.define(default, arguments)? {
                    self.choose(&mut found, &rest, &guard, value)?;
                }
            }
        }
        Ok(found)
    }

    fn define(&mut self, definition: &'p Definition, arguments: &[Symbol]) -> Result<Choices, Stop> {
        self.place = definition.place;
        self.machine.fuel().step(1)?;
        self.machine.fuel().allocate(length(definition.frame))?;
        let mut frame = Frame::new(definition.frame);
        let mut rest = Form::Always;
        for (pattern, argument) in definition.parameters.iter().zip(arguments) {
            let holds = self.pattern(pattern, argument, &mut frame)?;
            rest = self.both(&rest, &holds)?;
        }
        let mut found = Choices::new();
        for branch in &definition.branches {
            if rest.is_never() {
                break;
            }
            let values = self.branch_value(branch, &frame, &rest)?;
            let covered = self.kept(Form::or(values.iter().map(|(guard, _)| guard.clone()).collect()))?;
            for (guard, value) in values {
                self.choose(&mut found, &guard, &Form::Always, value)?;
            }
            rest = self.both(&rest, &covered.not())?;
        }
        Ok(found)
    }

    fn branch_value(&mut self, branch: &'p Branch, frame: &Frame, guard: &Form) -> Result<Choices, Stop> {
        let mut found = Choices::new();
        self.solve(&branch.steps, frame, guard, &mut |this, frame, guard| {
            let mut further = Choices::new();
            for (condition, value) in this.eval(&branch.value, frame)? {
                if value.has_item() {
                    return Err(this.unsupported("an item of an unknown list is a rule's value"));
                }
                this.choose(&mut further, guard, &condition, value)?;
            }
            this.join(&mut found, further)
        })?;
        Ok(found)
    }

    /// Adds what another definition, or another solution, comes to. Two values of one rule must exclude each other.
    fn join(&mut self, found: &mut Choices, further: Choices) -> Result<(), Stop> {
        for (other, value) in further {
            for (one, known) in found.iter() {
                if *known == value {
                    continue;
                }
                if *one == Form::Always && other == Form::Always {
                    return Err(Fault::Conflict("a rule or function has two values").into());
                }
                let both = self.both(one, &other)?;
                if !self.is_impossible(&both)? {
                    return Err(self.unsupported("a rule may have two values, depending on what is unknown"));
                }
            }
            self.choose(found, &other, &Form::Always, value)?;
        }
        Ok(())
    }

    /// Tells whether a condition holds for no document, by trying each of its choices. `false` says nothing.
    fn is_impossible(&mut self, form: &Form) -> Result<bool, Stop> {
        let Some(Form::Or(choices)) = form.conjuncts().iter().find(|part| matches!(part, Form::Or(_))) else {
            return Ok(form.is_never());
        };
        self.enter()?;
        for choice in choices {
            let narrowed = self.both(form, choice)?;
            if narrowed == *form || !self.is_impossible(&narrowed)? {
                self.leave();
                return Ok(false);
            }
        }
        self.leave();
        Ok(true)
    }

    fn collect(&mut self, rules: &'p Rules) -> Result<Choices, Stop> {
        let mut items = Vec::new();
        for definition in &rules.definitions {
            self.place = definition.place;
            let frame = Frame::new(definition.frame);
            for branch in &definition.branches {
                self.solve(&branch.steps, &frame, &Form::Always, &mut |this, frame, guard| {
                    for (condition, value) in this.eval(&branch.value, frame)? {
                        items.push((this.both(guard, &condition)?, value));
                    }
                    Ok(())
                })?;
            }
        }
        self.collected(items).map(one)
    }

    /// Finds an item of a set.
    fn find(&mut self, rules: &'p Rules, keys: &[Symbol]) -> Result<Choices, Stop> {
        let Some(key) = keys.first() else { return Ok(Choices::new()) };
        let mut found = Vec::new();
        for definition in &rules.definitions {
            let keyed = definition.keyed.first().and_then(Option::as_ref);
            let Some((branch, frame, guard)) = self.begin(definition, keyed, keys)? else { continue };
            self.solve(&branch.steps, &frame, &guard, &mut |this, frame, guard| {
                for (condition, value) in this.eval(&branch.value, frame)? {
                    let equal = this.equal(&value, key)?;
                    let holds = this.both(guard, &condition)?;
                    found.push(this.both(&holds, &equal)?);
                }
                Ok(())
            })?;
        }
        let holds = self.kept(Form::or(found))?;
        Ok(if holds.is_never() { Choices::new() } else { [(holds, key.clone())].into() })
    }

    /// Finds a member of an object.
    fn member_at(&mut self, rules: &'p Rules, keys: &[Symbol]) -> Result<Choices, Stop> {
        let mut found = Choices::new();
        for definition in &rules.definitions {
            let keyed = keys.len().checked_sub(1).and_then(|place| definition.keyed.get(place));
            let keyed = keyed.and_then(Option::as_ref);
            let Some((branch, frame, guard)) = self.begin(definition, keyed, keys)? else { continue };
            if branch.keys.len() != keys.len() || definition.is_contains {
                return Err(self.unsupported("a part of an object rule is read that builds on what is unknown"));
            }
            self.solve(&branch.steps, &frame, &guard, &mut |this, frame, guard| {
                let exprs: Vec<&Expr> = branch.keys.iter().chain([&branch.value]).collect();
                let mut further = Choices::new();
                for (condition, mut row) in this.all(&exprs, frame)? {
                    let Some(value) = row.pop() else { continue };
                    if value.has_item() {
                        return Err(this.unsupported("an item of an unknown list is a rule's value"));
                    }
                    let mut holds = this.both(guard, &condition)?;
                    for (own, key) in row.iter().zip(keys) {
                        let equal = this.equal(own, key)?;
                        holds = this.both(&holds, &equal)?;
                    }
                    this.choose(&mut further, &holds, &Form::Always, value)?;
                }
                this.join(&mut found, further)
            })?;
        }
        Ok(found)
    }

    /// Begins a definition for given keys, or as a whole where it is not compiled for them.
    fn begin(
        &mut self,
        definition: &'p Definition,
        keyed: Option<&'p Keyed>,
        keys: &[Symbol],
    ) -> Result<Option<(&'p Branch, Frame, Form)>, Stop> {
        self.place = definition.place;
        self.machine.fuel().step(1)?;
        let mut frame = Frame::new(definition.frame);
        let Some(keyed) = keyed else {
            return Ok(definition.branches.first().map(|branch| (branch, frame, Form::Always)));
        };
        let mut guard = Form::Always;
        for (pattern, key) in keyed.keys.iter().zip(keys) {
            let holds = self.pattern(pattern, key, &mut frame)?;
            guard = self.both(&guard, &holds)?;
        }
        Ok((!guard.is_never()).then_some((&keyed.branch, frame, guard)))
    }
}

/// Tells for each rule whether it builds on what is unknown.
pub(super) fn open(program: &Program, slots: &[Part]) -> Vec<bool> {
    let mut open: Vec<bool> = program.rules.iter().map(|_| false).collect();
    loop {
        let mut found = false;
        for (id, rules) in program.rules.iter().enumerate() {
            if open.get(id) == Some(&false) && is_open(program, rules, slots, &open) {
                found = true;
                if let Some(flag) = open.get_mut(id) {
                    *flag = true;
                }
            }
        }
        if !found {
            return open;
        }
    }
}

fn is_open(program: &Program, rules: &Rules, slots: &[Part], open: &[bool]) -> bool {
    let mut found = false;
    let mut visit = |expr: &Expr| {
        found |= match expr {
            Expr::Input(slot) => !matches!(slots.get(*slot), Some(Part::Known(_))),
            Expr::Rule(id) | Expr::Lookup(id, _) | Expr::Call(Callee::Function(id), _) => {
                open.get(*id).copied().unwrap_or(true)
            }
            Expr::Extent(node, _) => is_open_below(program, *node, open),
            _ => false,
        };
    };
    for definition in rules.definitions.iter().chain(&rules.default) {
        definition.parameters.iter().for_each(|pattern| pattern.each_expr(&mut visit));
        definition.branches.iter().for_each(|branch| branch.each_expr(&mut visit));
    }
    found
}

/// Tells whether a rule at or below a package builds on what is unknown.
pub(super) fn is_open_below(program: &Program, node: NodeId, open: &[bool]) -> bool {
    let Some(node) = program.nodes.get(node) else { return false };
    node.rules.is_some_and(|rules| open.get(rules).copied().unwrap_or(true))
        || node.children.values().any(|child| is_open_below(program, *child, open))
}
