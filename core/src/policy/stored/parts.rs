//! What the rules of a program refer to: texts, places, paths, packages, and the values that stand in it.

use alloc::string::ToString as _;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::bytes::Bytes;
use super::malformed;
use crate::error::Error;
use crate::policy::compiled::program::{DataSlot, Node, RulesKind};
use crate::policy::number::Number;
use crate::policy::syntax::Place;
use crate::policy::value::{MAX_DEPTH, Text, Value};

/// More arguments or keys than any rule has.
const MAX_WIDTH: usize = 1 << 16;

/// The most names of a rule's path.
const MAX_PATH: usize = 256;

/// Holds the texts of a program, and which of them were asked for.
pub(super) struct Texts {
    texts: Vec<Text>,
    used: Vec<bool>,
    /// How many more bytes of text may be referred to. What compares values takes time for each, shared or not.
    pub(super) room: usize,
}

impl Texts {
    /// Reads texts, sorted, none twice.
    pub(super) fn read(bytes: &mut Bytes<'_>, room: usize) -> Result<Self, Error> {
        let count = bytes.count()?;
        let mut texts: Vec<Text> = Vec::with_capacity(count);
        for _ in 0..count {
            let text = bytes.text()?;
            if texts.last().is_some_and(|last| last.as_str() >= text) {
                return Err(malformed("its texts are not in order"));
            }
            texts.push(Text::new(text));
        }
        Ok(Self { used: vec![false; texts.len()], texts, room })
    }

    /// Reads which text stands here.
    pub(super) fn text(&mut self, bytes: &mut Bytes<'_>) -> Result<&Text, Error> {
        let id = self.id(bytes)?;
        let text = self.texts.get(id).ok_or_else(|| malformed("a text is missing"))?;
        let room = self.room.checked_sub(text.len());
        self.room = room.ok_or_else(|| malformed("its texts stand there too often"))?;
        Ok(text)
    }

    fn id(&mut self, bytes: &mut Bytes<'_>) -> Result<usize, Error> {
        let id = bytes.below(self.texts.len())?;
        if let Some(used) = self.used.get_mut(id) {
            *used = true;
        }
        Ok(id)
    }

    pub(super) fn path(&mut self, bytes: &mut Bytes<'_>) -> Result<Vec<Text>, Error> {
        let count = bytes.count()?;
        (0..count).map(|_| self.text(bytes).cloned()).collect()
    }

    pub(super) fn paths(&mut self, bytes: &mut Bytes<'_>) -> Result<Vec<Vec<Text>>, Error> {
        let count = bytes.count()?;
        (0..count).map(|_| self.path(bytes)).collect()
    }

    /// Checks that every text was asked for: a program has one form.
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.used.iter().all(|used| *used) { Ok(()) } else { Err(malformed("a text stands there for nothing")) }
    }

    /// Reads a value, which stands in `depth` others.
    pub(super) fn value(&mut self, bytes: &mut Bytes<'_>, depth: u32) -> Result<Value, Error> {
        if depth > MAX_DEPTH {
            return Err(malformed("a value is too deep"));
        }
        let inner = depth.saturating_add(1);
        let value = match bytes.byte()? {
            0 => Ok(Value::Null),
            1 => Ok(Value::Bool(false)),
            2 => Ok(Value::Bool(true)),
            3 => Ok(Value::from(bytes.signed()?)),
            4 => Ok(Value::Number(decimal(bytes)?)),
            5 => return self.text(bytes).cloned().map(Value::Text),
            6 => Value::array(self.values(bytes, inner)?),
            7 => {
                let count = bytes.count()?;
                let mut members = Vec::with_capacity(count);
                for _ in 0..count {
                    members.push((self.value(bytes, inner)?, self.value(bytes, inner)?));
                }
                if !members.is_sorted_by(|(one, _), (next, _)| one < next) {
                    return Err(malformed("a value's members are not in order"));
                }
                Value::object(members).map(Value::indexed)
            }
            8 => {
                let items = self.values(bytes, inner)?;
                if !items.is_sorted_by(|one, next| one < next) {
                    return Err(malformed("a value's items are not in order"));
                }
                Value::set(items)
            }
            _ => return Err(malformed("a value is of no known kind")),
        };
        value.map_err(|_| malformed("a value is too deep"))
    }

    fn values(&mut self, bytes: &mut Bytes<'_>, depth: u32) -> Result<Vec<Value>, Error> {
        let count = bytes.count()?;
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(self.value(bytes, depth)?);
        }
        Ok(values)
    }
}

/// Reads a number that is no integer of 64 bits, in the form in which it is written.
fn decimal(bytes: &mut Bytes<'_>) -> Result<Number, Error> {
    let text = bytes.text()?;
    let number = Number::parse(text).ok().flatten();
    let number = number.filter(|number| number.as_i64().is_none() && number.to_string() == text);
    number.ok_or_else(|| malformed("a value's number is out of its form"))
}

/// Reads the places: each says how far it is from the one before.
pub(super) fn places(bytes: &mut Bytes<'_>, texts: &mut Texts) -> Result<Vec<Place>, Error> {
    let moved = |from: u32, by: i64| {
        let to = i64::from(from).checked_add(by).and_then(|to| u32::try_from(to).ok());
        to.ok_or_else(|| malformed("a place is out of its form"))
    };
    let mut files: Vec<Option<Arc<str>>> = vec![None; texts.texts.len()];
    let count = bytes.count()?;
    let mut places: Vec<Place> = Vec::with_capacity(count);
    for _ in 0..count {
        let id = texts.id(bytes)?;
        let (Some(file), Some(text)) = (files.get_mut(id), texts.texts.get(id)) else { continue };
        let file = file.get_or_insert_with(|| Arc::from(text.as_str())).clone();
        let (row, start) = places.last().map_or((0, 0), |last| (last.row, last.start));
        let (row, column, start) = (moved(row, bytes.signed()?)?, bytes.small()?, moved(start, bytes.signed()?)?);
        let end = moved(start, i64::from(bytes.small()?))?;
        places.push(Place { file, row, column, start, end });
    }
    Ok(places)
}

/// Reads the kinds of the rules.
pub(super) fn kinds(bytes: &mut Bytes<'_>) -> Result<Vec<RulesKind>, Error> {
    let count = bytes.count()?;
    let mut kinds = Vec::with_capacity(count);
    for _ in 0..count {
        kinds.push(match bytes.byte()? {
            0 => RulesKind::Complete,
            1 => RulesKind::Set,
            2 => RulesKind::Function { arity: bytes.below(MAX_WIDTH)? },
            3 => RulesKind::Object { depth: bytes.below(MAX_WIDTH)? },
            _ => return Err(malformed("a rule is of no known kind")),
        });
    }
    Ok(kinds)
}

/// Reads the tree of packages and rules: each node with the one above, which comes before it. Returns the path of each rule too.
pub(super) fn nodes(
    bytes: &mut Bytes<'_>,
    texts: &mut Texts,
    rules: usize,
) -> Result<(Vec<Node>, Vec<Vec<Text>>), Error> {
    let mut nodes = vec![Node::default()];
    let mut paths: Vec<Option<Vec<Text>>> = vec![None; rules];
    let mut names: usize = 0;
    let most = bytes.len().saturating_mul(4).saturating_add(MAX_PATH.saturating_mul(MAX_PATH));
    let count = bytes.count()?;
    for id in 1..=count {
        let above = bytes.below(id)?;
        let name = texts.text(bytes)?.clone();
        let own = bytes.below(rules.saturating_add(1))?.checked_sub(1);
        let Some(parent) = nodes.get_mut(above) else { return Err(malformed("a package is missing")) };
        if parent.rules.is_some() || !parent.children.insert(name.clone(), id) {
            return Err(malformed("two rules stand at one path"));
        }
        let path: Vec<Text> = parent.path.iter().cloned().chain([name]).collect();
        names = names.saturating_add(path.len());
        if path.len() > MAX_PATH || names > most {
            return Err(malformed("a path is too long"));
        }
        if let Some(own) = own {
            match paths.get_mut(own) {
                Some(place @ None) => *place = Some(path.clone()),
                _ => return Err(malformed("a rule stands at two paths")),
            }
        }
        nodes.push(Node { path, rules: own, ..Node::default() });
    }
    let paths = paths.into_iter().collect::<Option<_>>().ok_or_else(|| malformed("a rule stands at no path"))?;
    Ok((nodes, paths))
}

/// Reads the paths under `data`, and finds what stands there.
pub(super) fn slots(bytes: &mut Bytes<'_>, texts: &mut Texts, base: Option<&Value>) -> Result<Vec<DataSlot>, Error> {
    let find = |path: &[Text]| {
        let value = path.iter().try_fold(base?, |value, name| match value {
            Value::Object(members) => members.get_text(name),
            _ => None,
        });
        value.cloned()
    };
    let paths = texts.paths(bytes)?;
    Ok(paths.into_iter().map(|path| DataSlot { value: find(&path), path }).collect())
}
