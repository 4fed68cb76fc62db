//! Compiles the definitions of every rule.

use alloc::vec::Vec;

use super::super::map::{Map, Set};
use super::super::syntax::{Expr as Tree, ExprKind, Place, RuleKind};
use super::super::value::Text;
use super::goal::{Goal, Term};
use super::index::{self, Index};
use super::left;
use super::lower::{Lowering, needs_steps};
use super::names::pattern_names;
use super::plan::Planner;
use super::program::{Branch, Definition, Keyed, Left, Pattern, Program, Rules, RulesKind, Vars};
use super::tree::{Group, Member};

/// The most keys that a definition is compiled for beforehand.
const MAX_KEYS: usize = 4;

/// Holds one branch, lowered.
struct Lowered {
    place: Place,
    goals: Vec<Goal>,
    keys: Vec<Term>,
    value: Term,
}

/// Compiles all groups.
pub(crate) fn compile(
    program: &mut Program,
    groups: &[Group<'_>],
    exports: &Map<Vec<Text>, Set<Text>>,
) -> Result<(), Left> {
    for group in groups {
        program.rules.push(Rules {
            path: group.path.clone(),
            kind: group.kind,
            definitions: Vec::new(),
            default: None,
            index: None,
            is_settled_by_first: false,
        });
    }
    for (id, group) in groups.iter().enumerate() {
        let mut definitions = Vec::new();
        let mut default = None;
        for member in &group.members {
            let definition = define(program, groups, group, member, exports)?;
            if member.rule.kind == RuleKind::Default {
                default = Some(definition);
            } else {
                definitions.push(definition);
            }
        }
        let index = index::choose(group.kind, &definitions).map(|on| Index::new(on, group.kind, &definitions));
        let is_settled_by_first = Rules::is_settled_by_first(&definitions);
        if let Some(rules) = program.rules.get_mut(id) {
            *rules = Rules {
                definitions,
                default,
                index,
                is_settled_by_first,
                path: core::mem::take(&mut rules.path),
                kind: rules.kind,
            };
        }
    }
    Ok(())
}

fn define(
    program: &mut Program,
    groups: &[Group<'_>],
    group: &Group<'_>,
    member: &Member<'_>,
    exports: &Map<Vec<Text>, Set<Text>>,
) -> Result<Definition, Left> {
    let rule = member.rule;
    let mut lowering = Lowering::new(program, groups, member.module, exports);
    lowering.names.open(&[]);
    let parameters = parameters(&mut lowering, rule.parameters.as_deref().unwrap_or_default())?;
    let mut branches = Vec::new();
    for branch in &rule.branches {
        branches.push(lower_branch(&mut lowering, member, branch)?);
    }
    let count = lowering.names.count();
    let mut planner = Planner::new(program, count);
    let place = planner.place(&rule.place);
    let mut patterns = Vec::new();
    for parameter in &parameters {
        patterns.push(planner.pattern(parameter, &rule.place)?);
    }
    let known = planner.bound.clone();
    let mut planned = Vec::new();
    for branch in &branches {
        planner.bound = known.clone();
        let mut branch = plan_branch(&mut planner, branch)?;
        branch.prune(&mut []);
        planned.push(branch);
    }
    let keyed = match (group.kind, branches.as_slice()) {
        (RulesKind::Set, [branch]) => keyed(&mut planner, branch, core::slice::from_ref(&branch.value))?,
        (RulesKind::Object { .. }, [branch]) => keyed(&mut planner, branch, &branch.keys)?,
        (RulesKind::Object { .. } | RulesKind::Set, _) => {
            return Err(left("an `else` stands behind a rule of several values", Some(&rule.place)));
        }
        _ => Vec::new(),
    };
    let frame = usize::try_from(planner.count).unwrap_or(usize::MAX);
    let is_contains = rule.kind == RuleKind::Contains;
    Ok(Definition { place, frame, parameters: patterns, branches: planned, keyed, is_contains })
}

fn parameters(lowering: &mut Lowering<'_>, trees: &[Tree]) -> Result<Vec<Term>, Left> {
    let mut names = Vec::new();
    trees.iter().for_each(|tree| pattern_names(tree, &mut names));
    let mut names = crate::policy::sort::sorted(names);
    names.dedup();
    for name in &names {
        let place = trees.first().map(|tree| tree.place.clone());
        if let Some(place) = place {
            lowering.names.declare(name, &place)?;
        }
    }
    let mut terms = Vec::new();
    for tree in trees {
        let mut goals = Vec::new();
        let term = lowering.term(tree, &mut goals)?;
        if !goals.is_empty() || needs_steps(&term) {
            return Err(left("a parameter is computed", Some(&tree.place)));
        }
        terms.push(term);
    }
    Ok(terms)
}

fn lower_branch(
    lowering: &mut Lowering<'_>,
    member: &Member<'_>,
    branch: &super::super::syntax::Branch,
) -> Result<Lowered, Left> {
    lowering.names.open(&branch.body);
    let mut goals = Vec::new();
    lowering.body(&branch.body, &mut goals)?;
    let mut keys: Vec<Term> = member.names.iter().map(|name| Term::text(name)).collect();
    for key in member.keys {
        keys.push(simple(lowering, key, &mut goals)?);
    }
    let value = match &branch.value {
        Some(value) => simple(lowering, value, &mut goals)?,
        None => Term::Const(true.into()),
    };
    if member.rule.kind == RuleKind::Default && branch.value.as_ref().is_some_and(is_reference) {
        return Err(left("a default is computed", Some(&branch.place)));
    }
    lowering.names.close();
    Ok(Lowered { place: branch.place.clone(), goals, keys, value })
}

fn is_reference(tree: &Tree) -> bool {
    matches!(tree.kind, ExprKind::Ref(..) | ExprKind::Var(_) | ExprKind::Call(..))
}

/// Lowers a part of a head. What must be looked up becomes a goal at the end of the body.
fn simple(lowering: &mut Lowering<'_>, tree: &Tree, goals: &mut Vec<Goal>) -> Result<Term, Left> {
    let term = lowering.term(tree, goals)?;
    if needs_steps(&term) { Ok(Term::Var(lowering.bind(term, &tree.place, goals))) } else { Ok(term) }
}

fn plan_branch(planner: &mut Planner<'_>, lowered: &Lowered) -> Result<Branch, Left> {
    let place = planner.place(&lowered.place);
    let mut steps = planner.body(&lowered.goals)?;
    let keys = planner.exprs(&lowered.keys, &mut steps)?;
    let value = planner.expr(&lowered.value, &mut steps)?;
    Ok(Branch { place, steps, keys, value })
}

/// Plans the definition once more for each number of keys that may be given.
fn keyed(planner: &mut Planner<'_>, lowered: &Lowered, keys: &[Term]) -> Result<Vec<Option<Keyed>>, Left> {
    let mut planned = Vec::new();
    for count in 1..=keys.len().min(MAX_KEYS) {
        planner.bound = Vars::new();
        let given = keys.iter().take(count).map(|key| planner.pattern(key, &lowered.place));
        planned.push(match given.collect::<Result<Vec<Pattern>, Left>>() {
            Ok(mut keys) => {
                let mut branch = plan_branch(planner, lowered)?;
                branch.prune(&mut keys);
                Some(Keyed { keys, branch })
            }
            Err(_) => None,
        });
    }
    Ok(planned)
}
