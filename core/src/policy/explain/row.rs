//! Lays an explanation out as rows of a tree, which the renderings draw.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Explanation;
use super::record::{Asked, Candidate, Rule, Sight, Source};
use crate::encoding::json;
use crate::error::Location;
use crate::policy::compiled::shortened;
use crate::policy::tier::Tier;

/// The most characters of a row's text, and of its note.
const MAX_TEXT: usize = 200;

/// Is one row.
pub(super) struct Row {
    pub(super) level: usize,
    pub(super) tone: Tone,
    pub(super) text: String,
    /// What is said beside it: where it stands, most often.
    pub(super) note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Title,
    Plain,
    /// It holds.
    Good,
    /// It does not.
    Bad,
    Faint,
}

impl Explanation {
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Rows { rows: Vec::new(), shown: self.account.rules.iter().map(|_| false).collect() };
        self.write_answer(&mut rows);
        for path in &self.account.missing {
            rows.push(1, Tone::Plain, format!("missing {path}"), String::new());
        }
        if let Tier::Reference { reason, place } = &self.tier {
            let note = place.as_ref().map(place_of).unwrap_or_default();
            rows.push(1, Tone::Faint, format!("not traced, the reference tier decides: {reason}"), note);
        }
        if !self.account.rules.is_empty() {
            rows.rule(&self.account.rules, 0, 1);
        }
        if self.account.is_cut {
            rows.push(1, Tone::Faint, "cut: there is more than is told".to_owned(), String::new());
        }
        rows.rows
    }

    fn write_answer(&self, rows: &mut Rows) {
        let decision = match &self.outcome {
            Ok(decision) => decision,
            Err(error) => {
                rows.push(0, Tone::Title, format!("denied: {}", error.code()), self.entrypoint.clone());
                return rows.push(1, Tone::Bad, error.to_string(), String::new());
            }
        };
        let title = if decision.is_allowed() { "allowed" } else { "denied" };
        rows.push(0, Tone::Title, title.to_owned(), format!("{}  {}", self.entrypoint, decision.decision_id()));
        for (index, reason) in decision.reasons().iter().enumerate() {
            rows.push(1, Tone::Bad, format!("reason {reason}"), String::new());
            rows.sources(&self.account.rules, self.account.reasons.get(index));
        }
        for (index, obligation) in decision.obligations().iter().enumerate() {
            let text = String::from_utf8_lossy(&json::canonical(&obligation.to_value())).into_owned();
            rows.push(1, Tone::Good, format!("obligation {text}"), String::new());
            rows.sources(&self.account.rules, self.account.obligations.get(index));
        }
    }
}

struct Rows {
    rows: Vec<Row>,
    /// Which rules stand in the tree already.
    shown: Vec<bool>,
}

impl Rows {
    fn push(&mut self, level: usize, tone: Tone, text: String, note: String) {
        let clean = |text: String| shortened(&text.chars().map(visible).collect::<String>(), MAX_TEXT);
        self.rows.push(Row { level, tone, text: clean(text), note: clean(note) });
    }

    /// Writes where a reason or an obligation comes from, and what that builds on.
    fn sources(&mut self, rules: &[Rule], sources: Option<&Vec<Source>>) {
        for source in sources.into_iter().flatten() {
            self.push(2, Tone::Good, format!("✓ {}", source.rule), place_of(&source.place));
            let is_it = |candidate: &&Candidate| candidate.failed.is_none() && candidate.place == source.place;
            let own = rules.iter().filter(|rule| rule.rule == source.rule).flat_map(|rule| &rule.candidates);
            if let Some(candidate) = own.into_iter().find(is_it) {
                candidate.asks.iter().for_each(|id| self.rule(rules, *id, 3));
            }
        }
    }

    /// Writes a rule the first time, and names it afterwards. Rules nest no deeper than evaluations do.
    fn rule(&mut self, rules: &[Rule], id: usize, level: usize) {
        let Some(rule) = rules.get(id) else { return };
        let title = match rule.asked {
            Asked::Value => rule.rule.clone(),
            Asked::Keys(_) => format!("{}[…]", rule.rule),
            Asked::Call(_) => format!("{}(…)", rule.rule),
        };
        let found = rule.found.as_ref().map_or_else(|| "not finished".to_owned(), in_words);
        let was_shown = self.shown.get_mut(id).is_none_or(|shown| core::mem::replace(shown, true));
        let note = if was_shown { "see above" } else { "" };
        self.push(level, Tone::Plain, format!("{title}: {found}"), note.to_owned());
        if was_shown {
            return;
        }
        let below = level.saturating_add(1);
        for candidate in &rule.candidates {
            self.candidate(rules, candidate, below);
        }
        if rule.omitted > 0 {
            self.push(below, Tone::Faint, format!("and {} more", rule.omitted), String::new());
        }
    }

    fn candidate(&mut self, rules: &[Rule], candidate: &Candidate, level: usize) {
        let place = place_of(&candidate.place);
        let below = level.saturating_add(1);
        match &candidate.failed {
            None if candidate.is_default => self.push(level, Tone::Good, "✓ default".to_owned(), place),
            None => self.push(level, Tone::Good, "✓ held".to_owned(), place),
            Some(failed) => {
                let text = match failed.by {
                    "condition" => format!("✗ failed: {}", failed.text),
                    "index" => format!("✗ ruled out: {}", failed.text),
                    "arguments" => "✗ its head does not match".to_owned(),
                    "value" => "✗ its value is undefined or another".to_owned(),
                    "not_tried" => "· not tried: another definition settled it".to_owned(),
                    _ => "✗ the evaluation ended here".to_owned(),
                };
                let is_condition = !failed.text.is_empty();
                let tone = if failed.by == "not_tried" { Tone::Faint } else { Tone::Bad };
                self.push(level, tone, text, if is_condition { place_of(&failed.place) } else { place });
                let is_told = |path: &str| {
                    let mut asked =
                        candidate.asks.iter().filter_map(|id| Some((rules.get(*id)?, self.shown.get(*id)?)));
                    asked.any(|(rule, shown)| !shown && is_named(path, rule))
                };
                let saw: Vec<_> = failed.saw.iter().filter(|seen| !is_told(&seen.path)).collect();
                for seen in saw {
                    let text = format!("saw {}: {}", seen.path, in_words(&seen.sight));
                    self.push(below, Tone::Faint, text, String::new());
                }
            }
        }
        let saw = candidate.failed.iter().flat_map(|failed| &failed.saw);
        let saw: Vec<&str> = saw.map(|seen| seen.path.as_str()).collect();
        for id in &candidate.asks {
            let Some(rule) = rules.get(*id) else { continue };
            let is_told = self.shown.get(*id) == Some(&true) && saw.iter().any(|path| is_named(path, rule));
            if !is_told {
                self.rule(rules, *id, below);
            }
        }
    }
}

/// Tells whether a path is the one of a rule's whole value.
fn is_named(path: &str, rule: &Rule) -> bool {
    rule.asked == Asked::Value && path.strip_prefix("data.") == Some(&rule.rule)
}

fn in_words(sight: &Sight) -> String {
    match (&sight.value, sight.size) {
        (Some(value), _) => value.clone(),
        (None, Some(size)) => format!("{} of {size}", sight.kind),
        (None, None) => sight.kind.to_owned(),
    }
}

fn place_of(place: &Location) -> String {
    format!("{}:{}:{}", place.file, place.row, place.column)
}

/// Returns a character, or a mark in the place of one that steers a terminal or turns the direction of writing.
fn visible(character: char) -> char {
    let steers = character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if steers { '\u{fffd}' } else { character }
}
