//! Writes programs: the same program is the same bytes.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::{FIRST_LINE, Header};
use crate::encoding::hex;
use crate::policy::compiled::Program;
use crate::policy::compiled::index::On;
use crate::policy::compiled::program::{
    Branch, Callee, CollectsExpr, Definition, Expr, Op, Pattern, PlaceId, Rules, RulesKind, Step, Target,
};
use crate::policy::syntax::Infix;
use crate::policy::value::{Text, Value};

/// Returns the bytes of a program.
pub(crate) fn write(header: &Header, program: &Program) -> Vec<u8> {
    // What is written first collects the texts, which stand in front sorted.
    let mut texts = BTreeMap::new();
    let mut collected = Writer { out: Vec::new(), texts: Texts::Collected(&mut texts), place: 0 };
    collected.program(program);
    for (number, (_, place)) in (0..).zip(texts.iter_mut()) {
        *place = number;
    }
    let mut writer = Writer { out: FIRST_LINE.to_vec(), texts: Texts::Numbered(&texts), place: 0 };
    writer.out.extend(hex::decode::<32>(&header.digest).unwrap_or_default());
    [&header.name, &header.revision, &header.entrypoint].iter().for_each(|text| writer.raw(text));
    writer.count(texts.len());
    texts.keys().for_each(|text| writer.raw(text));
    writer.program(program);
    let checksum = Sha256::digest(&writer.out);
    writer.out.extend(checksum);
    writer.out
}

struct Writer<'t> {
    out: Vec<u8>,
    texts: Texts<'t>,
    place: PlaceId,
}

enum Texts<'t> {
    Collected(&'t mut BTreeMap<String, u64>),
    Numbered(&'t BTreeMap<String, u64>),
}

impl Writer<'_> {
    fn program(&mut self, program: &Program) {
        self.flag(program.base.is_some());
        program.base.iter().for_each(|value| self.value(value));
        self.places(program);
        self.list(&program.rules, |writer, rules| writer.kind(rules.kind));
        self.count(program.nodes.len().saturating_sub(1));
        let mut known: BTreeMap<&[Text], usize> = BTreeMap::new();
        for (id, node) in program.nodes.iter().enumerate() {
            known.insert(&node.path, id);
            let Some((name, above)) = node.path.split_last() else { continue };
            self.count(known.get(above).copied().unwrap_or(0));
            self.text(name);
            self.count(node.rules.map_or(0, |rules| rules.saturating_add(1)));
        }
        self.list(&program.inputs, |writer, path| writer.path(path));
        self.list(&program.data, |writer, slot| writer.path(&slot.path));
        program.rules.iter().for_each(|rules| self.rules(rules));
    }

    fn places(&mut self, program: &Program) {
        self.count(program.places.len());
        let (mut row, mut start) = (0_i64, 0_i64);
        for place in &program.places {
            self.text(&place.file);
            self.signed(i64::from(place.row).saturating_sub(row));
            self.number(place.column.into());
            self.signed(i64::from(place.start).saturating_sub(start));
            self.number(place.end.saturating_sub(place.start).into());
            (row, start) = (place.row.into(), place.start.into());
        }
    }

    fn kind(&mut self, kind: RulesKind) {
        match kind {
            RulesKind::Complete => self.out.push(0),
            RulesKind::Set => self.out.push(1),
            RulesKind::Function { arity } => self.tagged(2, arity),
            RulesKind::Object { depth } => self.tagged(3, depth),
        }
    }

    fn rules(&mut self, rules: &Rules) {
        self.list(&rules.definitions, |writer, definition| writer.definition(rules.kind, definition));
        self.flag(rules.default.is_some());
        rules.default.iter().for_each(|definition| self.definition(rules.kind, definition));
        match rules.index.as_ref().map(|index| index.on) {
            None => self.out.push(0),
            Some(On::Input(slot)) => self.tagged(1, slot),
            Some(On::Argument(argument)) => self.tagged(2, argument),
            Some(On::ItemsOf(slot)) => self.tagged(3, slot),
        }
    }

    fn definition(&mut self, kind: RulesKind, definition: &Definition) {
        self.at(definition.place);
        self.count(definition.frame);
        definition.parameters.iter().for_each(|pattern| self.pattern(pattern));
        self.list(&definition.branches, |writer, branch| writer.branch(kind, branch));
        for keyed in &definition.keyed {
            self.flag(keyed.is_some());
            if let Some(keyed) = keyed {
                keyed.keys.iter().for_each(|pattern| self.pattern(pattern));
                self.branch(kind, &keyed.branch);
            }
        }
        self.flag(definition.is_contains);
    }

    fn branch(&mut self, kind: RulesKind, branch: &Branch) {
        self.at(branch.place);
        self.steps(&branch.steps);
        if let RulesKind::Object { .. } = kind {
            self.exprs(&branch.keys);
        }
        self.expr(&branch.value);
    }

    fn steps(&mut self, steps: &[Step]) {
        self.list(steps, |writer, step| {
            writer.at(step.place);
            writer.op(&step.op);
        });
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Match(value, pattern) => {
                self.tag(0).expr(value);
                self.pattern(pattern);
            }
            Op::Scan { collection, key, value } => {
                self.tag(1).expr(collection);
                self.pattern(key);
                self.pattern(value);
            }
            Op::Test(value) => self.tag(2).expr(value),
            Op::Compare(infix, one, other) => {
                self.tag(3).infix(*infix);
                self.expr(one);
                self.expr(other);
            }
            Op::Not(steps) => self.tag(4).steps(steps),
            Op::Every { domain, key, value, body } => {
                self.tag(5).expr(domain);
                self.number((*key).into());
                self.number((*value).into());
                self.steps(body);
            }
            Op::With(targets, steps) => {
                self.tag(6).list(targets, |writer, (target, value)| {
                    writer.target(target);
                    writer.expr(value);
                });
                self.steps(steps);
            }
            Op::Fail => self.out.push(7),
        }
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Input(path) => self.tag(0).path(path),
            Target::Data(path) => self.tag(1).path(path),
            Target::Function(callee) => self.tag(2).callee(*callee),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Any => self.out.push(0),
            Pattern::Bind(var) => self.tag(1).number((*var).into()),
            Pattern::Equal(expr) => self.tag(2).expr(expr),
            Pattern::Array(items) => self.tag(3).list(items, Self::pattern),
            Pattern::Object(members) => self.tag(4).list(members, |writer, (key, item)| {
                writer.expr(key);
                writer.pattern(item);
            }),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Const(value) => self.tag(0).value(value),
            Expr::Local(var) => self.tag(1).number((*var).into()),
            Expr::Input(slot) => self.tagged(2, *slot),
            Expr::Data(slot) => self.tagged(3, *slot),
            Expr::Rule(rules) => self.tagged(4, *rules),
            Expr::Lookup(rules, keys) => {
                self.tagged(5, *rules);
                self.exprs(keys);
            }
            Expr::Extent(node, keys) => {
                self.tagged(6, *node);
                self.exprs(keys);
            }
            Expr::Index(value, key) => self.tag(7).two(value, key),
            Expr::Stored(value, key) => self.tag(8).two(value, key),
            Expr::Array(items) => self.tag(9).exprs(items),
            Expr::Set(items) => self.tag(10).exprs(items),
            Expr::Object(members) => self.tag(11).list(members, |writer, (key, value)| writer.two(key, value)),
            Expr::Comprehension(comprehension) => {
                let (tag, parts) = match &comprehension.collects {
                    CollectsExpr::Array(item) => (12, [Some(item), None]),
                    CollectsExpr::Set(item) => (13, [Some(item), None]),
                    CollectsExpr::Object(key, value) => (14, [Some(key), Some(value)]),
                };
                self.tag(tag).steps(&comprehension.steps);
                parts.into_iter().flatten().for_each(|part| self.expr(part));
            }
            Expr::Call(callee, arguments) => {
                self.tag(15).callee(*callee);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
        }
    }

    fn callee(&mut self, callee: Callee) {
        match callee {
            Callee::Builtin(builtin) => self.tag(0).text(builtin.name),
            Callee::Function(rules) => self.tagged(1, rules),
            Callee::Infix(infix) => self.tag(2).infix(infix),
            Callee::Member => self.out.push(3),
            Callee::MemberAt => self.out.push(4),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push(0),
            Value::Bool(flag) => self.out.push(if *flag { 2 } else { 1 }),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => self.tag(3).signed(integer),
                None => self.tag(4).raw(&number.to_string()),
            },
            Value::Text(text) => self.tag(5).text(text),
            Value::Array(items) => self.tag(6).list(items.as_slice(), Self::value),
            Value::Object(members) => self.tag(7).list(members.as_slice(), |writer, (key, value)| {
                writer.value(key);
                writer.value(value);
            }),
            Value::Set(items) => self.tag(8).list(items.as_slice(), Self::value),
        }
    }

    fn two(&mut self, one: &Expr, other: &Expr) {
        self.expr(one);
        self.expr(other);
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        self.list(exprs, Self::expr);
    }

    fn path(&mut self, path: &[Text]) {
        self.list(path, |writer, name| writer.text(name));
    }

    fn infix(&mut self, infix: Infix) {
        self.count(Infix::ALL.iter().position(|other| *other == infix).unwrap_or(0));
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.count(items.len());
        items.iter().for_each(|item| write(self, item));
    }

    fn text(&mut self, text: &str) {
        let number = match &mut self.texts {
            Texts::Collected(texts) => *texts.entry(text.to_string()).or_default(),
            Texts::Numbered(texts) => texts.get(text).copied().unwrap_or(0),
        };
        self.number(number);
    }

    /// Writes a place: how far it is from the one before.
    fn at(&mut self, place: PlaceId) {
        self.signed(i64::from(place).saturating_sub(self.place.into()));
        self.place = place;
    }

    fn tagged(&mut self, tag: u8, number: usize) {
        self.tag(tag).count(number);
    }

    fn tag(&mut self, tag: u8) -> &mut Self {
        self.out.push(tag);
        self
    }

    fn raw(&mut self, text: &str) {
        self.count(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.out.push(flag.into());
    }

    fn count(&mut self, count: usize) {
        self.number(u64::try_from(count).unwrap_or(u64::MAX));
    }

    fn signed(&mut self, number: i64) {
        self.number((number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned());
    }

    /// Writes a number seven bits at a time, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
            number >>= 7;
        }
        self.out.push(u8::try_from(number).unwrap_or(0));
    }
}
