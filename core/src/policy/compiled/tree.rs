//! Finds where rules stand: groups definitions by path and builds the tree of packages and rules.

use alloc::format;
use alloc::vec::Vec;

use super::super::map::{Map, Set};
use super::super::syntax::{Expr, ExprKind, Module, Place, Rule, RuleKind};
use super::super::value::{Text, Value};
use super::left;
use super::program::{Left, Node, Program, RulesId, RulesKind};

/// Holds the definitions of one path, as written, with what the path leaves over of each head.
pub(crate) struct Group<'a> {
    pub(crate) path: Vec<Text>,
    pub(crate) kind: RulesKind,
    pub(crate) members: Vec<Member<'a>>,
}

/// Is one definition of a group.
#[derive(Clone)]
pub(crate) struct Member<'a> {
    pub(crate) module: &'a Module,
    pub(crate) rule: &'a Rule,
    /// Names that stand before the computed keys, where another definition computes them: `p.a := 1` beside `p[x] := 2`.
    pub(crate) names: Vec<Text>,
    /// The computed rest of the head's path.
    pub(crate) keys: &'a [Expr],
}

/// Groups the rules of all modules.
pub(crate) fn group(modules: &[Module]) -> Result<Vec<Group<'_>>, Left> {
    if let Some(place) = modules.iter().find_map(|module| module.negates_bodies.as_ref()) {
        return Err(left("`not` takes a body", Some(place)));
    }
    let mut members: Map<Vec<Text>, Vec<Member<'_>>> = Map::new();
    for module in modules {
        for rule in &module.rules {
            let (path, keys) = split(module, rule);
            members.change(path, |all| all.push(Member { module, rule, names: Vec::new(), keys }));
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (path, members) in members {
        // Paths come sorted, so what stands above this one has taken in everything since.
        match groups.last_mut().filter(|group| path.starts_with(&group.path)) {
            Some(outer) if matches!(outer.kind, RulesKind::Object { .. }) => absorb(outer, &path, members)?,
            Some(outer) => return Err(conflict(&outer.path, members.first())),
            None => groups.push(Group { kind: kind(&path, &members)?, path, members }),
        }
    }
    Ok(groups)
}

/// Builds the tree of the groups' paths and of all packages.
pub(crate) fn grow(program: &mut Program, groups: &[Group<'_>], modules: &[Module]) -> Result<(), Left> {
    program.nodes.push(Node::default());
    for module in modules {
        let path: Vec<Text> = module.package.iter().map(Text::new).collect();
        if let Some(group) = groups.iter().find(|group| path.starts_with(&group.path)) {
            return Err(conflict(&group.path, group.members.first()));
        }
        insert(program, &path, None);
    }
    for (id, group) in groups.iter().enumerate() {
        if collides(program.base.as_ref(), &group.path) {
            let reason = format!("data stand in the place of `{}`", group.path.join("."));
            return Err(left(&reason, group.members.first().map(|member| &member.rule.place)));
        }
        insert(program, &group.path, Some(id));
    }
    Ok(())
}

/// Returns the names of the rules of each package.
pub(crate) fn exports(modules: &[Module]) -> Map<Vec<Text>, Set<Text>> {
    let mut exports: Map<Vec<Text>, Set<Text>> = Map::new();
    for module in modules {
        let package = module.package.iter().map(Text::new).collect();
        exports.change(package, |names| names.extend(module.rules.iter().map(|rule| Text::new(&rule.name))));
    }
    exports
}

fn split<'a>(module: &'a Module, rule: &'a Rule) -> (Vec<Text>, &'a [Expr]) {
    let mut path: Vec<Text> = module.package.iter().map(Text::new).collect();
    path.push(Text::new(&rule.name));
    let mut keys = rule.path.as_slice();
    while let Some((Expr { kind: ExprKind::Text(name), .. }, rest)) = keys.split_first() {
        path.push(Text::new(name));
        keys = rest;
    }
    (path, keys)
}

fn kind(path: &[Text], members: &[Member<'_>]) -> Result<RulesKind, Left> {
    let arity = |member: &Member<'_>| member.rule.parameters.as_ref().map(Vec::len);
    let first = members.first().and_then(arity);
    if members.iter().any(|member| arity(member) != first)
        || members.iter().filter(|member| member.rule.kind == RuleKind::Default).count() > 1
    {
        return Err(conflict(path, members.last()));
    }
    if let Some(arity) = first {
        let keyed = members.iter().find(|member| !member.keys.is_empty() || member.rule.kind == RuleKind::Contains);
        return keyed.map_or(Ok(RulesKind::Function { arity }), |member| Err(conflict(path, Some(member))));
    }
    let depth = members.iter().map(|member| member.keys.len()).max().unwrap_or(0);
    if depth > 0 {
        let bare = members.iter().find(|member| member.keys.is_empty());
        return bare.map_or(Ok(RulesKind::Object { depth }), |member| Err(conflict(path, Some(member))));
    }
    let sets = members.iter().filter(|member| member.rule.kind == RuleKind::Contains).count();
    match sets {
        0 => Ok(RulesKind::Complete),
        all if all == members.len() => Ok(RulesKind::Set),
        _ => Err(conflict(path, members.last())),
    }
}

/// Takes definitions at a fixed path into the object above that has computed keys.
fn absorb<'a>(outer: &mut Group<'a>, path: &[Text], members: Vec<Member<'a>>) -> Result<(), Left> {
    let names = path.get(outer.path.len()..).unwrap_or_default();
    for member in members {
        if member.rule.parameters.is_some() || member.rule.kind == RuleKind::Default {
            return Err(conflict(&outer.path, Some(&member)));
        }
        if let RulesKind::Object { depth } = &mut outer.kind {
            *depth = (*depth).max(names.len().saturating_add(member.keys.len()));
        }
        outer.members.push(Member { names: names.to_vec(), ..member });
    }
    Ok(())
}

fn insert(program: &mut Program, path: &[Text], rules: Option<RulesId>) {
    let mut at = 0;
    for (index, name) in path.iter().enumerate() {
        let child = program.nodes.get(at).and_then(|node| node.children.get(name)).copied();
        let child = child.unwrap_or_else(|| {
            let child = program.nodes.len();
            let path = path.get(..=index).unwrap_or_default().to_vec();
            program.nodes.push(Node { path, ..Node::default() });
            if let Some(node) = program.nodes.get_mut(at) {
                node.children.insert(name.clone(), child);
            }
            child
        });
        at = child;
    }
    if let Some(node) = program.nodes.get_mut(at) {
        node.rules = rules.or(node.rules);
    }
}

/// Tells whether data stand at a path, or something that is no object above it.
fn collides(base: Option<&Value>, path: &[Text]) -> bool {
    let mut at = base;
    for name in path {
        at = match at {
            None => return false,
            Some(Value::Object(members)) => members.get_text(name),
            Some(_) => return true,
        };
    }
    at.is_some()
}

fn conflict(path: &[Text], member: Option<&Member<'_>>) -> Left {
    let place: Option<Place> = member.map(|member| member.rule.place.clone());
    left(&format!("`{}` is defined in two ways", path.join(".")), place.as_ref())
}
