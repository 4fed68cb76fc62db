//! SQL of SQLite and PostgreSQL: values are parameters, names are quoted, no test is ever NULL.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value as Json, json};

use super::super::super::value::Value;
use super::super::condition::Form;
use super::super::field::{Field, Test};
use super::super::schema::{Column, Kind};
use super::{Target, kept, path_below};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgresql,
}

/// Writes a statement's condition.
struct Writer<'a> {
    target: &'a Target,
    dialect: Dialect,
    parameters: Vec<Json>,
}

pub(super) fn lower(target: &Target, dialect: Dialect, form: &Form) -> Result<Json, String> {
    let mut writer = Writer { target, dialect, parameters: Vec::new() };
    let text = writer.form(form)?;
    Ok(json!({ "text": text, "parameters": writer.parameters }))
}

impl Writer<'_> {
    fn form(&mut self, form: &Form) -> Result<String, String> {
        Ok(match (form, self.dialect) {
            (Form::Always, Dialect::Sqlite) => "1".to_owned(),
            (Form::Never, Dialect::Sqlite) => "0".to_owned(),
            (Form::Always, Dialect::Postgresql) => "TRUE".to_owned(),
            (Form::Never, Dialect::Postgresql) => "FALSE".to_owned(),
            (Form::Is(field, test), _) => self.test(field, test)?,
            (Form::IsNot(field, test), _) => format!("NOT {}", self.test(field, test)?),
            (Form::And(parts), _) => self.joined(parts, " AND ")?,
            (Form::Or(parts), _) => self.joined(parts, " OR ")?,
        })
    }

    fn joined(&mut self, parts: &[Form], between: &str) -> Result<String, String> {
        let parts = parts.iter().map(|part| self.form(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(format!("({})", parts.join(between)))
    }

    /// Writes a test that is true or false, never NULL: `x IS NOT NULL` stands before what could be.
    fn test(&mut self, field: &Field, test: &Test) -> Result<String, String> {
        let column = self.target.schema.column(field)?.clone();
        let there = self.there(field, &column)?;
        let rest = match test {
            Test::Exists => return Ok(format!("({there})")),
            Test::Has(item) => self.has(field, &column, item)?,
            Test::In(values) | Test::Nin(values) => {
                let value = self.value(field, &column)?;
                let mut parameters = Vec::with_capacity(values.len());
                for value in values {
                    parameters.push(self.constant(value, column.kind)?);
                }
                let not = if matches!(test, Test::Nin(_)) { "NOT " } else { "" };
                format!("{value} {not}IN ({})", parameters.join(", "))
            }
            Test::Less(bound) => self.ordered(field, &column, "<", bound)?,
            Test::AtMost(bound) => self.ordered(field, &column, "<=", bound)?,
            Test::Greater(bound) => self.ordered(field, &column, ">", bound)?,
            Test::AtLeast(bound) => self.ordered(field, &column, ">=", bound)?,
        };
        Ok(format!("({there} AND {rest})"))
    }

    fn ordered(&mut self, field: &Field, column: &Column, operator: &str, bound: &Value) -> Result<String, String> {
        let value = self.value(field, column)?;
        Ok(format!("{value} {operator} {}", self.constant(bound, column.kind)?))
    }

    /// Writes that a field is there.
    fn there(&mut self, field: &Field, column: &Column) -> Result<String, String> {
        match (self.json_column(column), self.dialect) {
            (None, _) => Ok(format!("{} IS NOT NULL", self.plain(field, column)?)),
            (Some(json), Dialect::Sqlite) => {
                let path = self.json_path(field)?;
                Ok(format!("json_extract({json}, {path}) IS NOT NULL"))
            }
            (Some(json), Dialect::Postgresql) => {
                let path = self.json_path(field)?;
                Ok(format!("({json} #>> {path}) IS NOT NULL"))
            }
        }
    }

    /// Writes a field's value, of its type.
    fn value(&mut self, field: &Field, column: &Column) -> Result<String, String> {
        let value = match (self.json_column(column), self.dialect) {
            (None, _) => self.plain(field, column)?,
            (Some(json), Dialect::Sqlite) => format!("json_extract({json}, {})", self.json_path(field)?),
            (Some(json), Dialect::Postgresql) => self.typed(&json, field, column.kind)?,
        };
        Ok(match (is_text(column.kind), self.dialect) {
            (false, _) => value,
            (true, Dialect::Sqlite) => format!("{value} COLLATE BINARY"),
            (true, Dialect::Postgresql) => format!("{value} COLLATE \"C\""),
        })
    }

    /// Writes a value out of JSON; one of another type is NULL, and not cast, which could fail.
    fn typed(&mut self, json: &str, field: &Field, kind: Kind) -> Result<String, String> {
        let (name, cast) = match kind {
            Kind::Text | Kind::Time | Kind::Texts => return Ok(format!("({json} #>> {})", self.json_path(field)?)),
            Kind::Boolean => ("boolean", "boolean"),
            Kind::Integer | Kind::Seconds | Kind::Number => ("number", "numeric"),
        };
        let (path, again) = (self.json_path(field)?, self.json_path(field)?);
        Ok(format!("(CASE WHEN jsonb_typeof({json} #> {path}) = '{name}' THEN ({json} #>> {again})::{cast} END)"))
    }

    /// Writes that a list of texts has an item.
    fn has(&mut self, field: &Field, column: &Column, item: &Value) -> Result<String, String> {
        match (self.json_column(column), self.dialect) {
            (None, Dialect::Sqlite) => {
                let list = self.plain(field, column)?;
                let item = self.constant(item, Kind::Text)?;
                Ok(format!("EXISTS (SELECT 1 FROM json_each({list}) WHERE value = {item} COLLATE BINARY)"))
            }
            (Some(json), Dialect::Sqlite) => {
                let path = self.json_path(field)?;
                let item = self.constant(item, Kind::Text)?;
                Ok(format!("EXISTS (SELECT 1 FROM json_each({json}, {path}) WHERE value = {item} COLLATE BINARY)"))
            }
            (None, Dialect::Postgresql) => {
                let item = self.constant(item, Kind::Text)?;
                let list = self.plain(field, column)?;
                // A NULL in the list would make this NULL where the item is not found.
                Ok(format!("COALESCE({item} COLLATE \"C\" = ANY ({list}), FALSE)"))
            }
            (Some(json), Dialect::Postgresql) => {
                let path = self.json_path(field)?;
                let item = self.constant(item, Kind::Text)?;
                Ok(format!("({json} #> {path}) @> jsonb_build_array({item})"))
            }
        }
    }

    fn plain(&self, field: &Field, column: &Column) -> Result<String, String> {
        let name = column.name.clone().unwrap_or_else(|| path_below(field).join("."));
        quoted(&name)
    }

    /// Returns the JSON column that a field stands in, if it stands in one.
    fn json_column(&self, column: &Column) -> Option<String> {
        match (&column.name, &self.target.column) {
            (None, Some(json)) => quoted(json).ok(),
            _ => None,
        }
    }

    fn json_path(&mut self, field: &Field) -> Result<String, String> {
        let names = path_below(field);
        if self.dialect == Dialect::Postgresql {
            let names = names.iter().map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
            let list = format!("{{{}}}", names.collect::<Vec<_>>().join(","));
            return Ok(self.parameter(Json::String(list), "text[]"));
        }
        if names.iter().any(|name| name.contains(['"', '\\'])) {
            return Err(format!("SQLite finds no `{}` in JSON", field.name()));
        }
        let path = names.iter().fold("$".to_owned(), |path, name| format!("{path}.\"{name}\""));
        Ok(self.parameter(Json::String(path), "text"))
    }

    fn constant(&mut self, value: &Value, kind: Kind) -> Result<String, String> {
        let cast = match kind {
            Kind::Text | Kind::Time | Kind::Texts => "text",
            Kind::Boolean => "boolean",
            Kind::Integer | Kind::Seconds | Kind::Number => "numeric",
        };
        let value = match (kept(value, kind)?, self.dialect) {
            // SQLite has no booleans.
            (Json::Bool(flag), Dialect::Sqlite) => Json::from(u8::from(flag)),
            (value, _) => value,
        };
        Ok(self.parameter(value, cast))
    }

    fn parameter(&mut self, value: Json, cast: &str) -> String {
        let count = u64::try_from(self.parameters.len()).unwrap_or(u64::MAX);
        self.parameters.push(value);
        match self.dialect {
            Dialect::Sqlite => "?".to_owned(),
            Dialect::Postgresql => {
                let number = self.target.first_parameter.saturating_add(count);
                format!("${number}::{cast}")
            }
        }
    }
}

const fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Time)
}

/// Quotes an identifier: a double quote in it is doubled.
fn quoted(name: &str) -> Result<String, String> {
    if name.is_empty() || name.contains('\0') {
        return Err("a column has no name".to_owned());
    }
    Ok(format!("\"{}\"", name.replace('"', "\"\"")))
}
