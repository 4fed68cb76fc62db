//! Checks that nothing in a program builds on itself, and that nothing nests deeper than the machine's stack is for.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::program::{Branch, Callee, CollectsExpr, Definition, Expr, Op, Pattern, Program, Step};
use crate::error::{Error, Location};

/// A rule counts for as much as `outline` takes it for. A loop takes nearly half of that on the stack, and one reference may be fifty.
const RULE_STEPS: u32 = 10;
const LOOP_STEPS: u32 = 4;
const PART_STEPS: u32 = 2;

impl Program {
    /// Checks that no rule builds on itself, and that none nests deeper than so many steps.
    ///
    /// # Errors
    /// `policy_recursion`, `policy_limit`.
    pub(crate) fn check_depth(&self, most: u32) -> Result<(), Error> {
        check(self, most)
    }
}

fn check(program: &Program, most: u32) -> Result<(), Error> {
    let count = program.rules.len().saturating_add(program.nodes.len());
    let mut graph = Graph { program, depths: vec![None; count] };
    let mut open = vec![false; count];
    for start in 0..program.rules.len() {
        // Depth first without recursion, as the graph may be deeper than the stack.
        let mut stack: Vec<(usize, Vec<usize>)> = Vec::new();
        graph.enter(start, &mut open, &mut stack);
        while let Some((vertex, edges)) = stack.last_mut() {
            let vertex = *vertex;
            if let Some(edge) = edges.pop() {
                if open.get(edge) == Some(&true) {
                    let rule = stack.iter().rev().find(|(vertex, _)| *vertex < program.rules.len());
                    return Err(graph.recursion(rule.map_or(vertex, |(vertex, _)| *vertex)));
                }
                graph.enter(edge, &mut open, &mut stack);
                continue;
            }
            let depth = graph.depth(vertex);
            if depth > most {
                return Err(Error::PolicyLimit { limit: "depth", most: most.into() });
            }
            set(&mut graph.depths, vertex, Some(depth));
            set(&mut open, vertex, false);
            stack.pop();
        }
    }
    Ok(())
}

/// Holds what builds on what: the rules, and behind them the packages, each of which has the value of all within.
struct Graph<'p> {
    program: &'p Program,
    depths: Vec<Option<u32>>,
}

impl<'p> Graph<'p> {
    fn enter(&self, vertex: usize, open: &mut [bool], stack: &mut Vec<(usize, Vec<usize>)>) {
        if self.depths.get(vertex).is_some_and(Option::is_none) {
            set(open, vertex, true);
            stack.push((vertex, self.edges(vertex)));
        }
    }

    fn package(&self, node: usize) -> usize {
        self.program.rules.len().saturating_add(node)
    }

    fn edges(&self, vertex: usize) -> Vec<usize> {
        let mut edges = Vec::new();
        let mut note = |expr: &Expr| match expr {
            Expr::Rule(rules) | Expr::Lookup(rules, _) | Expr::Call(Callee::Function(rules), _) => edges.push(*rules),
            Expr::Extent(node, _) => edges.push(self.package(*node)),
            _ => {}
        };
        for definition in self.definitions(vertex) {
            definition.parameters.iter().for_each(|pattern| pattern.each_expr(&mut note));
            definition.branches.iter().for_each(|branch| branch.each_expr(&mut note));
            for keyed in definition.keyed.iter().flatten() {
                keyed.keys.iter().for_each(|pattern| pattern.each_expr(&mut note));
                keyed.branch.each_expr(&mut note);
            }
        }
        if let Some(node) = vertex.checked_sub(self.program.rules.len()).and_then(|node| self.program.nodes.get(node)) {
            edges.extend(node.rules);
            edges.extend(node.children.values().map(|child| self.package(*child)));
        }
        edges
    }

    fn definitions(&self, vertex: usize) -> impl Iterator<Item = &'p Definition> + use<'p> {
        self.program.rules.get(vertex).into_iter().flat_map(|rules| rules.definitions.iter().chain(&rules.default))
    }

    fn recursion(&self, vertex: usize) -> Error {
        let path = self.program.rules.get(vertex).map(|rules| rules.path.join("."));
        let place = self.definitions(vertex).next().and_then(|definition| usize::try_from(definition.place).ok());
        let place = place.and_then(|place| self.program.places.get(place)).map(|place| place.location());
        let Location { file, row, column } = place.unwrap_or(Location { file: String::new(), row: 1, column: 1 });
        Error::PolicyRecursion { file, row, column, rule: path.unwrap_or_default() }
    }

    /// Returns how deep a rule or package nests, when what it builds on is known.
    fn depth(&self, vertex: usize) -> u32 {
        match vertex.checked_sub(self.program.rules.len()).and_then(|node| self.program.nodes.get(node)) {
            Some(node) => {
                let children = node.children.values().map(|child| self.known(self.package(*child)));
                sum([RULE_STEPS, children.chain(node.rules.map(|rules| self.known(rules))).fold(0, u32::max)])
            }
            None => sum([RULE_STEPS, self.definitions(vertex).map(|own| self.definition(own)).fold(0, u32::max)]),
        }
    }

    fn known(&self, vertex: usize) -> u32 {
        self.depths.get(vertex).copied().flatten().unwrap_or(0)
    }

    fn definition(&self, definition: &Definition) -> u32 {
        let branches = definition.branches.iter().map(|branch| self.branch(branch));
        let keyed = definition.keyed.iter().flatten().map(|keyed| {
            let keys = keyed.keys.iter().map(|pattern| self.pattern(pattern)).fold(0, u32::max);
            keys.max(self.branch(&keyed.branch))
        });
        let parameters = definition.parameters.iter().map(|pattern| self.pattern(pattern));
        branches.chain(keyed).chain(parameters).fold(0, u32::max)
    }

    fn branch(&self, branch: &Branch) -> u32 {
        let head = branch.keys.iter().chain([&branch.value]).map(|expr| self.expr(expr)).fold(0, u32::max);
        self.steps(&branch.steps, head).0
    }

    /// Returns how deep steps nest with what is done for each solution, and how deep that stands. Every loop is around all
    /// that follows.
    fn steps(&self, steps: &[Step], then: u32) -> (u32, u32) {
        let (mut deepest, mut level) = (0, 0);
        for step in steps {
            let (own, within) = self.op(&step.op);
            deepest = sum([level, own]).max(deepest);
            level = sum([level, within]);
        }
        (sum([level, then]).max(deepest), level)
    }

    fn op(&self, op: &Op) -> (u32, u32) {
        match op {
            Op::Match(value, pattern) => (self.expr(value).max(self.pattern(pattern)), 0),
            Op::Scan { collection, key, value } => {
                let patterns = self.pattern(key).max(self.pattern(value));
                (self.expr(collection).max(sum([LOOP_STEPS, patterns])), LOOP_STEPS)
            }
            Op::Test(value) => (self.expr(value), 0),
            Op::Compare(_, one, other) => (self.expr(one).max(self.expr(other)), 0),
            Op::Not(steps) => (sum([LOOP_STEPS, self.steps(steps, 0).0]), 0),
            Op::Every { domain, body, .. } => (self.expr(domain).max(sum([LOOP_STEPS, self.steps(body, 0).0])), 0),
            Op::With(targets, steps) => {
                let targets = targets.iter().map(|(_, value)| self.expr(value)).fold(0, u32::max);
                let (inner, level) = self.steps(steps, 0);
                (targets.max(sum([LOOP_STEPS, inner])), sum([LOOP_STEPS, level]))
            }
            Op::Fail => (0, 0),
        }
    }

    fn pattern(&self, pattern: &Pattern) -> u32 {
        let inner = match pattern {
            Pattern::Any | Pattern::Bind(_) => 0,
            Pattern::Equal(expr) => self.expr(expr),
            Pattern::Array(items) => items.iter().map(|item| self.pattern(item)).fold(0, u32::max),
            Pattern::Object(members) => {
                members.iter().map(|(key, item)| self.expr(key).max(self.pattern(item))).fold(0, u32::max)
            }
        };
        sum([PART_STEPS, inner])
    }

    fn expr(&self, expr: &Expr) -> u32 {
        let inner = match expr {
            Expr::Const(_) | Expr::Local(_) | Expr::Input(_) | Expr::Data(_) => 0,
            Expr::Rule(rules) => self.known(*rules),
            Expr::Lookup(rules, keys) => self.exprs(keys).max(self.known(*rules)),
            Expr::Extent(node, keys) => self.exprs(keys).max(self.known(self.package(*node))),
            Expr::Call(Callee::Function(rules), arguments) => self.exprs(arguments).max(self.known(*rules)),
            Expr::Call(_, items) | Expr::Array(items) | Expr::Set(items) => self.exprs(items),
            Expr::Index(value, key) | Expr::Stored(value, key) => self.expr(value).max(self.expr(key)),
            Expr::Object(members) => {
                members.iter().map(|(key, value)| self.expr(key).max(self.expr(value))).fold(0, u32::max)
            }
            Expr::Comprehension(comprehension) => {
                let each = match &comprehension.collects {
                    CollectsExpr::Array(item) | CollectsExpr::Set(item) => self.expr(item),
                    CollectsExpr::Object(key, value) => self.expr(key).max(self.expr(value)),
                };
                sum([LOOP_STEPS, self.steps(&comprehension.steps, each).0])
            }
        };
        sum([PART_STEPS, inner])
    }

    fn exprs(&self, exprs: &[Expr]) -> u32 {
        exprs.iter().map(|expr| self.expr(expr)).fold(0, u32::max)
    }
}

fn set<T>(slots: &mut [T], index: usize, value: T) {
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}

fn sum<const N: usize>(steps: [u32; N]) -> u32 {
    steps.into_iter().fold(0, u32::saturating_add)
}
