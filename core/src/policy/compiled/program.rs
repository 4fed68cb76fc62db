//! The compiled form of a policy: what `machine` runs, and what an explanation or a filter walks.
//!
//! A [`Program`] holds *rules*: all definitions of one path. A definition is a list of [`Step`]s over a frame of variables;
//! which variable has a value at which step is settled when it is compiled, so a step either binds or compares, never both.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::map::Map;
#[cfg(any(feature = "policy-explain", feature = "rego"))]
use super::super::map::Set;
use super::super::syntax::{Infix, Place};
use super::super::value::{Text, Value};
use super::index::Index;
use crate::error::Location;
use crate::policy::builtin::Builtin;

/// Numbers the definitions of one path.
pub(crate) type RulesId = usize;

/// Numbers a node of the tree of packages and rules.
pub(crate) type NodeId = usize;

/// Numbers a path under `input` or `data`.
pub(crate) type SlotId = usize;

/// Numbers a variable of one definition: its place in the frame.
pub(crate) type Var = u32;

/// Holds variables that have, or get, a value.
#[cfg(any(feature = "policy-explain", feature = "rego"))]
pub(crate) type Vars = Set<Var>;

/// Holds a policy, compiled.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) rules: Vec<Rules>,
    /// The first is `data` itself.
    pub(crate) nodes: Vec<Node>,
    /// Paths under `input`, each read once an evaluation.
    pub(crate) inputs: Vec<Vec<Text>>,
    /// Paths under `data` where no rule stands, with what stands there.
    pub(crate) data: Vec<DataSlot>,
    /// Finds the slot of a path under `input`, and under `data`.
    #[cfg(feature = "rego")]
    pub(crate) input_ids: Map<Vec<Text>, SlotId>,
    #[cfg(feature = "rego")]
    pub(crate) data_ids: Map<Vec<Text>, SlotId>,
    /// What stands under `data` besides the rules.
    pub(crate) base: Option<Value>,
    /// Where every step and every value of a rule stands, by [`PlaceId`].
    pub(crate) places: Vec<Place>,
}

/// Numbers a place.
pub(crate) type PlaceId = u32;

#[derive(Debug)]
pub(crate) struct DataSlot {
    pub(crate) path: Vec<Text>,
    pub(crate) value: Option<Value>,
}

/// Is a name under `data`: a package, a part of its path, or a rule.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) path: Vec<Text>,
    pub(crate) children: Map<Text, NodeId>,
    pub(crate) rules: Option<RulesId>,
}

/// Holds all definitions of one path.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) path: Vec<Text>,
    pub(crate) kind: RulesKind,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) default: Option<Definition>,
    /// Finds the definitions whose conditions can hold.
    pub(crate) index: Option<Index>,
    /// Whether every definition has the same constant value, so that the first that holds settles it.
    pub(crate) is_settled_by_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RulesKind {
    /// One value.
    Complete,
    /// One value for the arguments.
    Function { arity: usize },
    /// `contains`
    Set,
    /// Values, or sets, under keys; `depth` is the most keys that a definition has.
    Object { depth: usize },
}

/// Holds one definition.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) place: PlaceId,
    /// How many variables it has.
    pub(crate) frame: usize,
    /// What the arguments must be.
    pub(crate) parameters: Vec<Pattern>,
    pub(crate) branches: Vec<Branch>,
    /// The definition when the first key, the first two keys, and so on, are given: the member of a set, the keys of an
    /// object. `None` where keys cannot be matched.
    pub(crate) keyed: Vec<Option<Keyed>>,
    /// Whether the values under an object's keys are sets: `p[x] contains y`.
    pub(crate) is_contains: bool,
}

/// Holds a definition for given keys.
#[derive(Debug)]
pub(crate) struct Keyed {
    pub(crate) keys: Vec<Pattern>,
    pub(crate) branch: Branch,
}

/// Holds a value and what must hold for it; the next one is `else`.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) place: PlaceId,
    pub(crate) steps: Vec<Step>,
    /// The keys of an object's rule.
    pub(crate) keys: Vec<Expr>,
    pub(crate) value: Expr,
}

/// Is one thing to do, with its place.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) place: PlaceId,
    pub(crate) op: Op,
}

#[derive(Debug)]
pub(crate) enum Op {
    /// The value is there and matches.
    Match(Expr, Pattern),
    /// For each key and value of a collection that match.
    Scan { collection: Expr, key: Pattern, value: Pattern },
    /// The value is there and not `false`.
    Test(Expr),
    /// Both values are there and the comparison holds.
    Compare(Infix, Expr, Expr),
    /// The steps have no solution.
    Not(Vec<Step>),
    /// The steps have a solution for each key and value of a collection.
    Every { domain: Expr, key: Var, value: Var, body: Vec<Step> },
    /// The steps, where something else stands at these targets.
    With(Vec<(Target, Expr)>, Vec<Step>),
    /// Nothing holds.
    Fail,
}

/// Is what `with` replaces.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    Input(Vec<Text>),
    Data(Vec<Text>),
    /// A function or built-in, replaced by a value.
    Function(Callee),
}

/// Is what a value is held against. Its variables get their values from left to right.
#[derive(Debug)]
pub(crate) enum Pattern {
    Any,
    Bind(Var),
    Equal(Expr),
    Array(Vec<Pattern>),
    /// Exactly these keys.
    Object(Vec<(Expr, Pattern)>),
}

/// Is computed, without a choice, to one value or none.
#[derive(Debug)]
pub(crate) enum Expr {
    Const(Value),
    Local(Var),
    Input(SlotId),
    Data(SlotId),
    /// A rule's whole value.
    Rule(RulesId),
    /// What stands under these keys of a set or object rule.
    Lookup(RulesId, Vec<Expr>),
    /// What stands under these keys of a package.
    Extent(NodeId, Vec<Expr>),
    Index(Box<Expr>, Box<Expr>),
    /// What stands at a key in data; there a whole number finds the text of it, as in OPA.
    Stored(Box<Expr>, Box<Expr>),
    Array(Vec<Expr>),
    Set(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    Comprehension(Box<Comprehension>),
    Call(Callee, Vec<Expr>),
}

#[derive(Debug)]
pub(crate) struct Comprehension {
    pub(crate) steps: Vec<Step>,
    pub(crate) collects: CollectsExpr,
}

#[derive(Debug)]
pub(crate) enum CollectsExpr {
    Array(Expr),
    Set(Expr),
    Object(Expr, Expr),
}

/// Is what can be called.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Builtin(&'static Builtin),
    Function(RulesId),
    Infix(Infix),
    /// `x in xs`
    Member,
    /// `k, x in xs`
    MemberAt,
}

impl core::fmt::Debug for Callee {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Builtin(builtin) => formatter.write_str(builtin.name),
            Self::Function(rules) => write!(formatter, "function {rules}"),
            Self::Infix(infix) => write!(formatter, "{infix:?}"),
            Self::Member | Self::MemberAt => formatter.write_str("in"),
        }
    }
}

impl PartialEq for Callee {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Builtin(one), Self::Builtin(other)) => core::ptr::eq(*one, *other),
            (Self::Function(one), Self::Function(other)) => one == other,
            (Self::Infix(one), Self::Infix(other)) => one == other,
            (Self::Member, Self::Member) | (Self::MemberAt, Self::MemberAt) => true,
            _ => false,
        }
    }
}

impl Rules {
    /// Tells whether all definitions have one constant value.
    pub(crate) fn is_settled_by_first(definitions: &[Definition]) -> bool {
        let mut values = definitions.iter().flat_map(|definition| &definition.branches).map(|branch| &branch.value);
        let Some(Expr::Const(first)) = values.next() else { return false };
        values.all(|value| matches!(value, Expr::Const(value) if value == first))
    }
}

impl Program {
    /// Returns the rules at a path.
    pub(crate) fn find<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<RulesId> {
        let mut node = self.nodes.first()?;
        for name in path {
            node = self.nodes.get(*node.children.get(name)?)?;
        }
        node.rules
    }
}

/// Says why a policy is left to the reference tier, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) reason: Arc<str>,
    pub(crate) place: Option<Place>,
    /// Whether OPA does not take the policy either.
    pub(crate) is_invalid: bool,
}

impl Left {
    pub(crate) fn location(&self) -> Option<Location> {
        self.place.as_ref().map(Place::location)
    }
}
