//! Finds out what a name stands for: a variable of the rule, a part of `input` or `data`, a function.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::map::{Map, Set};
use super::super::syntax::{Expr, ExprKind, Import, Module, Place, Statement, StatementKind};
use super::super::value::Text;
use super::program::{Left, Var};
use super::{left, unsafe_variable};

/// Is what a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Var(Var),
    Input(Vec<Text>),
    Data(Vec<Text>),
}

/// Holds the names of one definition.
pub(crate) struct Names<'a> {
    package: Vec<Text>,
    exports: Option<&'a Set<Text>>,
    imports: &'a [Import],
    scopes: Vec<Scope>,
    /// Variables that are declared nowhere, or, if the flag is set, only further down.
    free: Map<(Arc<str>, bool), Var>,
    count: Var,
}

#[derive(Default)]
struct Scope {
    declared: Map<Arc<str>, Var>,
    /// What the body declares further down.
    pending: Set<Arc<str>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(module: &'a Module, exports: &'a Map<Vec<Text>, Set<Text>>) -> Self {
        let package: Vec<Text> = module.package.iter().map(Text::new).collect();
        let exports = exports.get(&package);
        Self { package, exports, imports: &module.imports, scopes: Vec::new(), free: Map::new(), count: 0 }
    }

    /// Returns how many variables there are.
    pub(crate) fn count(&self) -> Var {
        self.count
    }

    /// Makes a variable that has no name.
    pub(crate) fn fresh(&mut self) -> Var {
        let var = self.count;
        self.count = var.saturating_add(1);
        var
    }

    /// Begins the scope of a body.
    pub(crate) fn open(&mut self, body: &[Statement]) {
        let mut pending = Vec::new();
        body.iter().for_each(|statement| declarations(statement, &mut pending));
        let mut scope = Scope::default();
        // One by one: collecting would bring in a sort.
        scope.pending.extend(pending);
        self.scopes.push(scope);
    }

    pub(crate) fn close(&mut self) {
        self.scopes.pop();
    }

    /// Declares a variable in the innermost scope.
    pub(crate) fn declare(&mut self, name: &Arc<str>, place: &Place) -> Result<Var, Left> {
        if matches!(&**name, "input" | "data") {
            return Err(left(&format!("`{name}` is declared"), Some(place)));
        }
        let var = self.fresh();
        if &**name == "_" {
            return Ok(var);
        }
        // The parameters' scope is the outermost; the rule's own body must not declare them again.
        let is_body = self.scopes.len() == 2;
        let is_parameter = is_body && self.scopes.first().is_some_and(|scope| scope.declared.contains_key(name));
        let is_free = self.free.contains_key(&(name.clone(), false));
        match self.scopes.last_mut() {
            Some(scope) if !is_parameter && !is_free && !scope.declared.contains_key(name) => {
                scope.pending.remove(name);
                scope.declared.insert(name.clone(), var);
                Ok(var)
            }
            _ => Err(left(&format!("`{name}` is declared twice"), Some(place))),
        }
    }

    /// Returns what a name stands for.
    pub(crate) fn resolve(&mut self, name: &Arc<str>, place: &Place) -> Result<Name, Left> {
        if &**name == "_" {
            return Ok(Name::Var(self.fresh()));
        }
        if let Some(var) = self.local(name) {
            return Ok(Name::Var(var));
        }
        if self.scopes.last().is_some_and(|scope| scope.pending.contains(name)) {
            return Err(unsafe_variable(Some(place)));
        }
        // A closure before the declaration has a variable of its own.
        let is_early = self.scopes.iter().any(|scope| scope.pending.contains(name));
        if is_early && self.global(name).is_some() {
            return Err(left(&format!("`{name}` is used before it is declared"), Some(place)));
        }
        if let Some(found) = self.global(name) {
            return Ok(found);
        }
        let key = (name.clone(), is_early);
        if let Some(var) = self.free.get(&key) {
            return Ok(Name::Var(*var));
        }
        let var = self.fresh();
        self.free.insert(key, var);
        Ok(Name::Var(var))
    }

    /// Returns what the name of a function, or a target of `with`, stands for: a path under `data` or `input`, or nothing.
    pub(crate) fn resolve_path(&self, path: &[Arc<str>], place: &Place) -> Result<Option<Name>, Left> {
        let Some((first, rest)) = path.split_first() else { return Ok(None) };
        if self.local(first).is_some() {
            return Err(left(&format!("the variable `{first}` stands where a path must"), Some(place)));
        }
        let rest = || rest.iter().map(Text::new);
        Ok(match self.global(first) {
            Some(Name::Data(path)) => Some(Name::Data(path.into_iter().chain(rest()).collect())),
            Some(Name::Input(path)) => Some(Name::Input(path.into_iter().chain(rest()).collect())),
            _ => None,
        })
    }

    fn local(&self, name: &str) -> Option<Var> {
        self.scopes.iter().rev().find_map(|scope| scope.declared.get(name)).copied()
    }

    fn global(&self, name: &str) -> Option<Name> {
        match name {
            "input" => return Some(Name::Input(Vec::new())),
            "data" => return Some(Name::Data(Vec::new())),
            _ => {}
        }
        if let Some(import) = self.imports.iter().rev().find(|import| &*import.alias == name) {
            let path = import.path.iter().map(Text::new).collect();
            return Some(if import.is_input { Name::Input(path) } else { Name::Data(path) });
        }
        let is_rule = self.exports.is_some_and(|exports| exports.contains(name));
        is_rule.then(|| Name::Data(self.package.iter().cloned().chain([Text::new(name)]).collect()))
    }
}

/// Collects the names that a statement declares.
fn declarations(statement: &Statement, names: &mut Vec<Arc<str>>) {
    match &statement.kind {
        StatementKind::Declare(declared) => names.extend(declared.iter().cloned()),
        StatementKind::SomeIn { key, value, .. } => {
            key.iter().chain([value]).for_each(|expr| pattern_names(expr, names));
        }
        StatementKind::Is(Expr { kind: ExprKind::Declare(pattern, _), .. }) => pattern_names(pattern, names),
        _ => {}
    }
}

/// Collects the names of a pattern.
pub(crate) fn pattern_names(expr: &Expr, names: &mut Vec<Arc<str>>) {
    match &expr.kind {
        ExprKind::Var(name) if &**name != "_" => names.push(name.clone()),
        ExprKind::Array(items) => items.iter().for_each(|item| pattern_names(item, names)),
        ExprKind::Object(members) => members.iter().for_each(|(_, value)| pattern_names(value, names)),
        _ => {}
    }
}
