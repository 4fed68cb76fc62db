//! Says where a value stands, as Rego writes it: a variable is named by what gave it its value.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::syntax::Infix;
use super::super::value::{Text, Value};
use super::program::{Branch, Callee, CollectsExpr, Definition, Expr, Op, Pattern, Program, Step, Var, Vars};

/// How many variables a path is followed through.
const MAX_STEPS: usize = 6;

/// The most characters of a path.
pub(crate) const MAX_PATH: usize = 160;

/// The most characters of a constant within a path.
const MAX_CONSTANT: usize = 40;

/// Says what a value was made of. Of several, the last in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root {
    Input,
    Rule,
    Data,
}

/// Describes the expressions of a branch.
pub(crate) struct Describer<'p> {
    pub(crate) program: &'p Program,
    pub(crate) definition: &'p Definition,
    pub(crate) branch: &'p Branch,
}

/// Says what gives a variable its value.
enum Origin<'p> {
    /// An expression; the path goes from it to the part.
    Part(&'p Expr, String),
    /// Any value, or any key, of a collection.
    ItemOf(&'p Expr, String),
    KeyOf(&'p Expr),
    Argument(usize),
}

impl<'p> Describer<'p> {
    /// Returns a path, or what else an expression is.
    pub(crate) fn path(&self, expr: &'p Expr) -> String {
        let mut out = String::new();
        self.write(expr, MAX_STEPS, &mut out);
        shortened(&out, MAX_PATH)
    }

    /// Tells what an expression's value is made of.
    pub(crate) fn root(&self, expr: &'p Expr) -> Root {
        let mut root = Root::Input;
        self.each_source(expr, &mut |part| {
            root = root.max(match part {
                Expr::Data(_) | Expr::Extent(..) => Root::Data,
                Expr::Rule(_) | Expr::Lookup(..) | Expr::Call(Callee::Function(_), _) => Root::Rule,
                Expr::Local(var) if !self.is_followed(*var) => Root::Rule,
                _ => Root::Input,
            });
        });
        root
    }

    /// Calls a function for every expression that an expression takes its value from: those within, and those that gave
    /// its variables theirs.
    pub(crate) fn each_source(&self, expr: &'p Expr, visit: &mut dyn FnMut(&'p Expr)) {
        let mut followed = Vars::new();
        let mut waiting = Vec::from([expr]);
        while let Some(expr) = waiting.pop() {
            let mut vars = Vec::new();
            expr.each(&mut |part| {
                visit(part);
                if let Expr::Local(var) = part {
                    vars.push(*var);
                }
            });
            for var in vars.into_iter().filter(|var| followed.insert(*var)) {
                if let Some(Origin::Part(source, _) | Origin::ItemOf(source, _) | Origin::KeyOf(source)) =
                    self.origin(var)
                {
                    waiting.push(source);
                }
            }
        }
    }

    /// Tells whether a variable's value comes from somewhere that is known here. An argument may be anything.
    fn is_followed(&self, var: Var) -> bool {
        !matches!(self.origin(var), None | Some(Origin::Argument(_)))
    }

    fn write(&self, expr: &'p Expr, steps: usize, out: &mut String) {
        if out.len() > MAX_PATH.saturating_mul(4) {
            return;
        }
        match expr {
            Expr::Const(value) => out.push_str(&shortened(&value.to_rego(), MAX_CONSTANT)),
            Expr::Local(var) => self.write_local(*var, steps, out),
            Expr::Input(slot) => write_names("input", self.program.inputs.get(*slot).map(Vec::as_slice), out),
            Expr::Data(slot) => {
                write_names("data", self.program.data.get(*slot).map(|slot| slot.path.as_slice()), out);
            }
            Expr::Rule(rules) => self.write_rules(*rules, out),
            Expr::Lookup(rules, keys) => {
                self.write_rules(*rules, out);
                keys.iter().for_each(|key| self.write_key(key, steps, out));
            }
            Expr::Extent(node, keys) => {
                write_names("data", self.program.nodes.get(*node).map(|node| node.path.as_slice()), out);
                keys.iter().for_each(|key| self.write_key(key, steps, out));
            }
            Expr::Index(value, key) | Expr::Stored(value, key) => {
                self.write(value, steps, out);
                self.write_key(key, steps, out);
            }
            Expr::Array(items) => self.write_items("[", items, "]", steps, out),
            Expr::Set(items) => self.write_items("{", items, "}", steps, out),
            Expr::Object(_) => out.push_str("{…}"),
            Expr::Comprehension(comprehension) => out.push_str(match comprehension.collects {
                CollectsExpr::Array(_) => "[… | …]",
                CollectsExpr::Set(_) => "{… | …}",
                CollectsExpr::Object(..) => "{…: … | …}",
            }),
            Expr::Call(callee, arguments) => self.write_call(*callee, arguments, steps, out),
        }
    }

    fn write_call(&self, callee: Callee, arguments: &'p [Expr], steps: usize, out: &mut String) {
        let between = match callee {
            Callee::Infix(infix) => operator(infix),
            Callee::Member => " in ",
            Callee::Builtin(builtin) => {
                out.push_str(builtin.name);
                return self.write_items("(", arguments, ")", steps, out);
            }
            Callee::Function(rules) => {
                self.write_rules(rules, out);
                return self.write_items("(", arguments, ")", steps, out);
            }
            Callee::MemberAt => ", ",
        };
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                out.push_str(if matches!(callee, Callee::MemberAt) && index == 2 { " in " } else { between });
            }
            self.write(argument, steps, out);
        }
    }

    fn write_items(&self, open: &str, items: &'p [Expr], close: &str, steps: usize, out: &mut String) {
        out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            self.write(item, steps, out);
        }
        out.push_str(close);
    }

    fn write_key(&self, key: &'p Expr, steps: usize, out: &mut String) {
        match key {
            Expr::Const(Value::Text(name)) => write_name(name, out),
            key => self.write_items("[", core::slice::from_ref(key), "]", steps, out),
        }
    }

    fn write_local(&self, var: Var, steps: usize, out: &mut String) {
        let Some(steps) = steps.checked_sub(1) else { return out.push('…') };
        match self.origin(var) {
            Some(Origin::Part(expr, rest)) => {
                self.write(expr, steps, out);
                out.push_str(&rest);
            }
            Some(Origin::ItemOf(expr, rest)) => {
                self.write(expr, steps, out);
                out.push_str("[_]");
                out.push_str(&rest);
            }
            Some(Origin::KeyOf(expr)) => {
                out.push_str("a key of ");
                self.write(expr, steps, out);
            }
            Some(Origin::Argument(place)) => out.push_str(&format!("argument {}", place.saturating_add(1))),
            None => out.push('…'),
        }
    }

    fn write_rules(&self, rules: usize, out: &mut String) {
        write_names("data", self.program.rules.get(rules).map(|rules| rules.path.as_slice()), out);
    }

    fn origin(&self, var: Var) -> Option<Origin<'p>> {
        let argument = |patterns: &'p [Pattern]| patterns.iter().position(|pattern| part_of(pattern, var).is_some());
        if let Some(place) = argument(&self.definition.parameters) {
            return Some(Origin::Argument(place));
        }
        let keyed =
            self.definition.keyed.iter().flatten().find(|keyed| core::ptr::eq(&raw const keyed.branch, self.branch));
        if let Some(place) = keyed.and_then(|keyed| argument(&keyed.keys)) {
            return Some(Origin::Argument(place));
        }
        origin_in(&self.branch.steps, var).or_else(|| {
            let mut found = None;
            self.branch.each_expr(&mut |expr| {
                if let Expr::Comprehension(comprehension) = expr
                    && found.is_none()
                {
                    found = origin_in(&comprehension.steps, var);
                }
            });
            found
        })
    }
}

/// Cuts a text to so many characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Writes a path of names: `input.a["b c"]`.
pub(crate) fn write_names(root: &str, names: Option<&[Text]>, out: &mut String) {
    out.push_str(root);
    names.unwrap_or_default().iter().for_each(|name| write_name(name, out));
}

fn write_name(name: &str, out: &mut String) {
    let mut bytes = name.bytes();
    let is_plain = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain {
        out.push('.');
        out.push_str(name);
    } else {
        out.push('[');
        out.push_str(&shortened(&Value::text(name).to_rego(), MAX_CONSTANT));
        out.push(']');
    }
}

fn origin_in(steps: &[Step], var: Var) -> Option<Origin<'_>> {
    steps.iter().find_map(|step| match &step.op {
        Op::Match(value, pattern) => part_of(pattern, var).map(|path| Origin::Part(value, path)),
        Op::Scan { collection, key, value } => match (part_of(value, var), part_of(key, var)) {
            (Some(path), _) => Some(Origin::ItemOf(collection, path)),
            (None, Some(_)) => Some(Origin::KeyOf(collection)),
            (None, None) => None,
        },
        Op::Every { domain, value, .. } if *value == var => Some(Origin::ItemOf(domain, String::new())),
        Op::Every { domain, key, .. } if *key == var => Some(Origin::KeyOf(domain)),
        Op::Not(steps) | Op::Every { body: steps, .. } | Op::With(_, steps) => origin_in(steps, var),
        Op::Test(_) | Op::Compare(..) | Op::Fail => None,
    })
}

/// Returns the way from a matched value to the part that a variable gets.
fn part_of(pattern: &Pattern, var: Var) -> Option<String> {
    match pattern {
        Pattern::Bind(bound) => (*bound == var).then(String::new),
        Pattern::Any | Pattern::Equal(_) => None,
        Pattern::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let rest = part_of(item, var)?;
            Some(format!("[{index}]{rest}"))
        }),
        Pattern::Object(members) => members.iter().find_map(|(key, item)| {
            let mut path = String::new();
            let rest = part_of(item, var)?;
            match key {
                Expr::Const(Value::Text(name)) => write_name(name, &mut path),
                _ => path.push_str("[…]"),
            }
            path.push_str(&rest);
            Some(path)
        }),
    }
}

const fn operator(infix: Infix) -> &'static str {
    match infix {
        Infix::Add => " + ",
        Infix::Subtract => " - ",
        Infix::Multiply => " * ",
        Infix::Divide => " / ",
        Infix::Remainder => " % ",
        Infix::And => " & ",
        Infix::Or => " | ",
        Infix::Equal => " == ",
        Infix::Unequal => " != ",
        Infix::Less => " < ",
        Infix::AtMost => " <= ",
        Infix::Greater => " > ",
        Infix::AtLeast => " >= ",
    }
}
