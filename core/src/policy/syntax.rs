//! The syntax tree of a module, as written: names are not yet resolved.
//!
//! It holds what Rego v1 can say, and every part knows its place. `parser` makes it, `outline` and `compiled` read it.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::value::Value;
use crate::error::Location;

/// Says where something stands: the module's path, row and column, both from 1, and which bytes of its text it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Place {
    pub(crate) fn location(&self) -> Location {
        Location { file: (*self.file).into(), row: self.row, column: self.column }
    }
}

/// Holds one module.
#[derive(Debug)]
pub(crate) struct Module {
    /// The package's path, without `data`.
    pub(crate) package: Vec<Arc<str>>,
    pub(crate) imports: Vec<Import>,
    /// Where it imports `future.keywords.not`, by which a negation holds all that its expression computes.
    pub(crate) negates_bodies: Option<Place>,
    pub(crate) rules: Vec<Rule>,
}

/// Holds an import of a part of `data` or `input`; the others only switch keywords on.
#[derive(Debug)]
pub(crate) struct Import {
    #[cfg_attr(not(feature = "policy-check"), expect(dead_code, reason = "only the checks tell of it"))]
    pub(crate) place: Place,
    /// Whether it is a part of `input`.
    pub(crate) is_input: bool,
    /// Without `data` or `input`.
    pub(crate) path: Vec<Arc<str>>,
    pub(crate) alias: Arc<str>,
}

/// Holds one definition of a rule or function, with its `else` branches.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) place: Place,
    /// The head's first name.
    pub(crate) name: Arc<str>,
    /// What stands behind the first name: `a.b[x]` has the text `b` and the variable `x`.
    pub(crate) path: Vec<Expr>,
    pub(crate) kind: RuleKind,
    /// `None` if it is no function.
    pub(crate) parameters: Option<Vec<Expr>>,
    /// The first and its `else` branches. A rule without a body has one with no statements.
    pub(crate) branches: Vec<Branch>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleKind {
    /// `default p := …`
    Default,
    /// `p := …`, `p[x] := …`, `p.q := …`, `p(x) := …`
    Value,
    /// `p contains …`
    Contains,
}

/// Holds a value and the conditions under which it holds.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) place: Place,
    /// `None` stands for `true`.
    pub(crate) value: Option<Expr>,
    pub(crate) body: Vec<Statement>,
}

/// Holds one statement of a body.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) place: Place,
    pub(crate) kind: StatementKind,
    pub(crate) with: Vec<With>,
}

#[derive(Debug)]
pub(crate) enum StatementKind {
    /// `some x, y`
    Declare(Vec<Arc<str>>),
    /// `some key, value in collection`
    SomeIn {
        key: Option<Expr>,
        value: Expr,
        collection: Expr,
    },
    Is(Expr),
    Not(Expr),
    Every {
        key: Option<Arc<str>>,
        value: Arc<str>,
        domain: Expr,
        body: Vec<Statement>,
    },
}

/// Holds `with target as value`.
#[derive(Debug)]
pub(crate) struct With {
    pub(crate) place: Place,
    /// Its first name and what stands behind it.
    pub(crate) target: Vec<Arc<str>>,
    pub(crate) value: Expr,
}

/// Holds an expression.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) place: Place,
    pub(crate) kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Null,
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    Text(Arc<str>),
    Var(Arc<str>),
    /// A base, which is no reference, and at least one step.
    Ref(Box<Expr>, Vec<Expr>),
    Array(Vec<Expr>),
    Set(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    ArrayOf(Box<Expr>, Vec<Statement>),
    SetOf(Box<Expr>, Vec<Statement>),
    ObjectOf(Box<Expr>, Box<Expr>, Vec<Statement>),
    /// A function's name, by its parts, and the arguments.
    Call(Vec<Arc<str>>, Vec<Expr>),
    Infix(Infix, Box<Expr>, Box<Expr>),
    /// `:=`
    Declare(Box<Expr>, Box<Expr>),
    /// `=`
    Unify(Box<Expr>, Box<Expr>),
    In {
        key: Option<Box<Expr>>,
        value: Box<Expr>,
        collection: Box<Expr>,
    },
    /// What no tier but the reference takes, and why.
    Foreign(&'static str, Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Infix {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Infix {
    /// Each, in the order of its number in a program.
    pub(crate) const ALL: [Self; 13] = [
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Remainder,
        Self::And,
        Self::Or,
        Self::Equal,
        Self::Unequal,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
    ];

    /// Compares any two values, in OPA's order. What is no comparison does not hold.
    pub(crate) fn holds(self, one: &Value, other: &Value) -> bool {
        match self {
            Self::Equal => one == other,
            Self::Unequal => one != other,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
            _ => false,
        }
    }
}
