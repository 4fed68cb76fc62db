//! The rules of a program: every number of a variable, slot, rule or place is within its range, and every part is of the shape
//! that the machine relies on.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::bytes::Bytes;
use super::parts::Texts;
use super::{MAX_NESTING, malformed};
use crate::error::Error;
use crate::policy::builtin;
use crate::policy::compiled::index::{Index, On};
use crate::policy::compiled::program::{
    Branch, Callee, CollectsExpr, Comprehension, Definition, Expr, Keyed, Op, Pattern, PlaceId, Rules, RulesId,
    RulesKind, SlotId, Step, Target, Var,
};
use crate::policy::syntax::{Infix, Place};
use crate::policy::value::Text;

/// For how many keys a definition is compiled beforehand.
const MAX_KEYED: usize = 4;

/// Reads rules. Their kinds, and how many there are of everything else, are known.
pub(super) struct Code<'a, 'b> {
    pub(super) bytes: &'b mut Bytes<'a>,
    pub(super) texts: &'b mut Texts,
    pub(super) kinds: Vec<RulesKind>,
    pub(super) places: &'b [Place],
    pub(super) inputs: usize,
    pub(super) data: usize,
    pub(super) nodes: usize,
    /// How many variables all definitions may have together: a frame costs memory before it costs fuel.
    pub(super) variables: usize,
    frame: usize,
    place: PlaceId,
    level: u32,
}

impl<'a, 'b> Code<'a, 'b> {
    pub(super) fn new(
        bytes: &'b mut Bytes<'a>,
        texts: &'b mut Texts,
        kinds: Vec<RulesKind>,
        places: &'b [Place],
    ) -> Self {
        let variables = bytes.len();
        Self { bytes, texts, kinds, places, inputs: 0, data: 0, nodes: 0, variables, frame: 0, place: 0, level: 0 }
    }

    /// Reads all definitions of a path.
    pub(super) fn rules(&mut self, id: RulesId, path: Vec<Text>) -> Result<Rules, Error> {
        let kind = self.kind(id)?;
        let count = self.bytes.count()?;
        let mut definitions = Vec::new();
        for _ in 0..count {
            definitions.push(self.definition(kind)?);
        }
        let default = if self.bytes.flag()? { Some(self.definition(kind)?) } else { None };
        if default.is_some() && !matches!(kind, RulesKind::Complete | RulesKind::Function { .. }) {
            return Err(malformed("a set or object has a default"));
        }
        let on = match self.bytes.byte()? {
            0 => None,
            1 => Some(On::Input(self.input()?)),
            2 => match kind {
                RulesKind::Function { arity } => Some(On::Argument(self.bytes.below(arity)?)),
                _ => return Err(malformed("an index is on the argument of no function")),
            },
            3 => Some(On::ItemsOf(self.input()?)),
            _ => return Err(malformed("an index is of no known kind")),
        };
        let index = on.map(|on| Index::new(on, kind, &definitions));
        let is_settled_by_first = Rules::is_settled_by_first(&definitions);
        Ok(Rules { path, kind, definitions, default, index, is_settled_by_first })
    }

    fn definition(&mut self, kind: RulesKind) -> Result<Definition, Error> {
        let place = self.place()?;
        self.frame = self.bytes.below(self.variables.saturating_add(1))?;
        self.variables = self.variables.saturating_sub(self.frame);
        let arity = match kind {
            RulesKind::Function { arity } => arity,
            _ => 0,
        };
        let parameters = self.patterns(arity)?;
        let count = self.bytes.count()?;
        let is_single = matches!(kind, RulesKind::Set | RulesKind::Object { .. });
        if count == 0 || is_single && count != 1 {
            return Err(malformed("a definition has no value, or several"));
        }
        let mut branches = Vec::new();
        for _ in 0..count {
            branches.push(self.branch(kind)?);
        }
        let keys = match (kind, branches.first()) {
            (RulesKind::Set, _) => 1,
            (RulesKind::Object { .. }, Some(branch)) => branch.keys.len(),
            _ => 0,
        };
        let mut keyed = Vec::new();
        for given in 1..=keys.min(MAX_KEYED) {
            keyed.push(if self.bytes.flag()? { Some(self.keyed(kind, given, keys)?) } else { None });
        }
        let is_contains = self.bytes.flag()?;
        Ok(Definition { place, frame: self.frame, parameters, branches, keyed, is_contains })
    }

    fn keyed(&mut self, kind: RulesKind, given: usize, keys: usize) -> Result<Keyed, Error> {
        let patterns = self.patterns(given)?;
        let branch = self.branch(kind)?;
        if matches!(kind, RulesKind::Object { .. }) && branch.keys.len() != keys {
            return Err(malformed("a definition has other keys when some are given"));
        }
        Ok(Keyed { keys: patterns, branch })
    }

    fn branch(&mut self, kind: RulesKind) -> Result<Branch, Error> {
        let place = self.place()?;
        let steps = self.steps()?;
        let keys = match kind {
            RulesKind::Object { depth } => {
                let keys = self.exprs()?;
                if keys.is_empty() || keys.len() > depth {
                    return Err(malformed("an object's definition has too few keys, or too many"));
                }
                keys
            }
            _ => Vec::new(),
        };
        Ok(Branch { place, steps, keys, value: self.expr()? })
    }

    fn steps(&mut self) -> Result<Vec<Step>, Error> {
        let count = self.bytes.count()?;
        let mut steps = Vec::new();
        for _ in 0..count {
            let place = self.place()?;
            self.enter()?;
            steps.push(Step { place, op: self.op()? });
            self.leave();
        }
        Ok(steps)
    }

    fn op(&mut self) -> Result<Op, Error> {
        Ok(match self.bytes.byte()? {
            0 => Op::Match(self.expr()?, self.pattern()?),
            1 => Op::Scan { collection: self.expr()?, key: self.pattern()?, value: self.pattern()? },
            2 => Op::Test(self.expr()?),
            3 => {
                let infix = self.infix()?;
                if infix < Infix::Equal {
                    return Err(malformed("a comparison is none"));
                }
                Op::Compare(infix, self.expr()?, self.expr()?)
            }
            4 => Op::Not(self.steps()?),
            5 => Op::Every { domain: self.expr()?, key: self.var()?, value: self.var()?, body: self.steps()? },
            6 => {
                let count = self.bytes.count()?;
                let mut targets = Vec::new();
                for _ in 0..count {
                    targets.push((self.target()?, self.expr()?));
                }
                Op::With(targets, self.steps()?)
            }
            7 => Op::Fail,
            _ => return Err(malformed("a step is of no known kind")),
        })
    }

    fn target(&mut self) -> Result<Target, Error> {
        Ok(match self.bytes.byte()? {
            0 => Target::Input(self.texts.path(self.bytes)?),
            1 => Target::Data(self.texts.path(self.bytes)?),
            2 => match self.callee()? {
                (callee @ (Callee::Builtin(_) | Callee::Function(_)), _) => Target::Function(callee),
                _ => return Err(malformed("`with` replaces an operator")),
            },
            _ => return Err(malformed("`with` replaces nothing known")),
        })
    }

    fn patterns(&mut self, count: usize) -> Result<Vec<Pattern>, Error> {
        let mut patterns = Vec::new();
        for _ in 0..count {
            patterns.push(self.pattern()?);
        }
        Ok(patterns)
    }

    fn pattern(&mut self) -> Result<Pattern, Error> {
        self.enter()?;
        let pattern = match self.bytes.byte()? {
            0 => Pattern::Any,
            1 => Pattern::Bind(self.var()?),
            2 => Pattern::Equal(self.expr()?),
            3 => {
                let count = self.bytes.count()?;
                Pattern::Array(self.patterns(count)?)
            }
            4 => {
                let count = self.bytes.count()?;
                let mut members = Vec::new();
                for _ in 0..count {
                    members.push((self.expr()?, self.pattern()?));
                }
                Pattern::Object(members)
            }
            _ => return Err(malformed("a pattern is of no known kind")),
        };
        self.leave();
        Ok(pattern)
    }

    fn exprs(&mut self) -> Result<Vec<Expr>, Error> {
        let count = self.bytes.count()?;
        self.exprs_of(count)
    }

    // A loop: what collects results takes much of the stack where nothing is inlined.
    fn exprs_of(&mut self, count: usize) -> Result<Vec<Expr>, Error> {
        let mut exprs = Vec::new();
        for _ in 0..count {
            exprs.push(self.expr()?);
        }
        Ok(exprs)
    }

    fn expr(&mut self) -> Result<Expr, Error> {
        self.enter()?;
        let expr = self.any_expr()?;
        self.leave();
        Ok(expr)
    }

    fn any_expr(&mut self) -> Result<Expr, Error> {
        Ok(match self.bytes.byte()? {
            0 => Expr::Const(self.texts.value(self.bytes, 0)?),
            1 => Expr::Local(self.var()?),
            2 => Expr::Input(self.input()?),
            3 => Expr::Data(self.bytes.below(self.data)?),
            4 => Expr::Rule(self.value_rules(false)?),
            5 => Expr::Lookup(self.value_rules(true)?, self.exprs()?),
            6 => Expr::Extent(self.bytes.below(self.nodes)?, self.exprs()?),
            7 => Expr::Index(Box::new(self.expr()?), Box::new(self.expr()?)),
            8 => Expr::Stored(Box::new(self.expr()?), Box::new(self.expr()?)),
            9 => Expr::Array(self.exprs()?),
            10 => Expr::Set(self.exprs()?),
            11 => Expr::Object(self.members()?),
            12 => self.comprehension(|code| Ok(CollectsExpr::Array(code.expr()?)))?,
            13 => self.comprehension(|code| Ok(CollectsExpr::Set(code.expr()?)))?,
            14 => self.comprehension(|code| Ok(CollectsExpr::Object(code.expr()?, code.expr()?)))?,
            15 => {
                let (callee, arity) = self.callee()?;
                Expr::Call(callee, self.exprs_of(arity)?)
            }
            _ => return Err(malformed("an expression is of no known kind")),
        })
    }

    fn members(&mut self) -> Result<Vec<(Expr, Expr)>, Error> {
        let count = self.bytes.count()?;
        let mut members = Vec::new();
        for _ in 0..count {
            members.push((self.expr()?, self.expr()?));
        }
        Ok(members)
    }

    fn comprehension(&mut self, collects: fn(&mut Self) -> Result<CollectsExpr, Error>) -> Result<Expr, Error> {
        let steps = self.steps()?;
        Ok(Expr::Comprehension(Box::new(Comprehension { steps, collects: collects(self)? })))
    }

    /// Reads what is called and its arity.
    fn callee(&mut self) -> Result<(Callee, usize), Error> {
        Ok(match self.bytes.byte()? {
            0 => {
                let name = self.texts.text(self.bytes)?.clone();
                let found = builtin::find(&name).ok_or_else(|| self.no_builtin(&name))?;
                (Callee::Builtin(found), found.arity)
            }
            1 => {
                let rules = self.bytes.below(self.kinds.len())?;
                match self.kind(rules)? {
                    RulesKind::Function { arity } => (Callee::Function(rules), arity),
                    _ => return Err(malformed("it calls what is no function")),
                }
            }
            2 => (Callee::Infix(self.infix()?), 2),
            3 => (Callee::Member, 2),
            4 => (Callee::MemberAt, 3),
            _ => return Err(malformed("a callee is of no known kind")),
        })
    }

    fn no_builtin(&self, name: &str) -> Error {
        let place = usize::try_from(self.place).ok().and_then(|place| self.places.get(place));
        match place.map(Place::location) {
            Some(at) => Error::PolicyBuiltin { file: at.file, row: at.row, column: at.column, name: name.into() },
            None => malformed("it refers to what is not there"),
        }
    }

    fn infix(&mut self) -> Result<Infix, Error> {
        let infix = Infix::ALL.get(usize::from(self.bytes.byte()?)).copied();
        infix.ok_or_else(|| malformed("an operator is of no known kind"))
    }

    /// Reads a rule that has a value, or one that has members.
    fn value_rules(&mut self, has_members: bool) -> Result<RulesId, Error> {
        let rules = self.bytes.below(self.kinds.len())?;
        match self.kind(rules)? {
            RulesKind::Set | RulesKind::Object { .. } => Ok(rules),
            RulesKind::Complete if !has_members => Ok(rules),
            _ => Err(malformed("it refers to a rule in the wrong way")),
        }
    }

    fn kind(&self, rules: RulesId) -> Result<RulesKind, Error> {
        self.kinds.get(rules).copied().ok_or_else(|| malformed("it refers to what is not there"))
    }

    fn input(&mut self) -> Result<SlotId, Error> {
        self.bytes.below(self.inputs)
    }

    fn var(&mut self) -> Result<Var, Error> {
        Var::try_from(self.bytes.below(self.frame)?).map_err(|_| malformed("a number is too large"))
    }

    /// Reads a place: how far it is from the one before.
    fn place(&mut self) -> Result<PlaceId, Error> {
        let place = i64::from(self.place).checked_add(self.bytes.signed()?);
        let place = place.and_then(|place| usize::try_from(place).ok()).filter(|place| *place < self.places.len());
        let place = place.and_then(|place| PlaceId::try_from(place).ok());
        self.place = place.ok_or_else(|| malformed("it refers to what is not there"))?;
        Ok(self.place)
    }

    /// Begins to read what may stand within something else.
    fn enter(&mut self) -> Result<(), Error> {
        self.level = self.level.saturating_add(1);
        if self.level > MAX_NESTING { Err(malformed("it nests too deep")) } else { Ok(()) }
    }

    fn leave(&mut self) {
        self.level = self.level.saturating_sub(1);
    }
}
