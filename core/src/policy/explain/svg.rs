//! Draws rows as a picture: text and lines alone, every text escaped, its own background, colours for light and dark.

use alloc::format;
use alloc::string::String;

use super::row::{Row, Tone};

/// The most rows of a picture.
const MAX_ROWS: usize = 600;

const ROW_HEIGHT: usize = 20;
const INDENT: usize = 18;
const MARGIN: usize = 12;

/// A monospaced character of 12 pixels is at most 7.3 wide, in tenths.
const CHARACTER_WIDTH: usize = 73;

const STYLE: &str = "\
.sealwright-explain{--b:#fff;--t:#1f2328;--g:#1a7f37;--r:#cf222e;--f:#59636e;--l:#d1d9e0}\
@media(prefers-color-scheme:dark){.sealwright-explain{--b:#0d1117;--t:#f0f6fc;--g:#3fb950;--r:#f85149;--f:#9198a1;--l:#3d444d}}\
.sealwright-explain rect{fill:var(--b)}\
.sealwright-explain path{stroke:var(--l);fill:none}\
.sealwright-explain text{fill:var(--t);font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}\
.sealwright-explain .h{font-weight:bold}\
.sealwright-explain .g{fill:var(--g)}\
.sealwright-explain .r{fill:var(--r)}\
.sealwright-explain .f{fill:var(--f)}";

/// Returns the picture.
pub(super) fn draw(rows: &[Row]) -> String {
    let shown = rows.get(..MAX_ROWS).unwrap_or(rows);
    let rest = rows.len().saturating_sub(shown.len());
    let lines = shown.len().saturating_add(usize::from(rest > 0));
    let width = shown.iter().map(width).max().unwrap_or(0).saturating_add(MARGIN.saturating_mul(2));
    let height = lines.saturating_mul(ROW_HEIGHT).saturating_add(MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sealwright-explain\" role=\"img\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    out.push_str("<title>");
    shown.iter().take(1).for_each(|row| escape(&row.text, &mut out));
    out.push_str("</title><style>");
    out.push_str(STYLE);
    out.push_str(&format!("</style><rect width=\"{width}\" height=\"{height}\" rx=\"6\"/>"));
    for (index, row) in shown.iter().enumerate() {
        write_line(shown, index, row, &mut out);
        write_row(index, row, &mut out);
    }
    if rest > 0 {
        let text = format!("and {rest} rows more");
        let more = Row { level: 0, tone: Tone::Faint, text, note: String::new() };
        write_row(shown.len(), &more, &mut out);
    }
    out.push_str("</svg>");
    out
}

/// Draws the line from the row above, under which this one stands.
fn write_line(rows: &[Row], index: usize, row: &Row, out: &mut String) {
    let Some(level) = row.level.checked_sub(1) else { return };
    let before = rows.get(..index).unwrap_or_default();
    // A row of the same level has drawn the line down to itself.
    let from = before.iter().rposition(|other| other.level <= row.level).unwrap_or(0);
    let is_beside = rows.get(from).is_some_and(|other| other.level == row.level);
    let top =
        baseline(from).saturating_add(if is_beside { 0 } else { 6 }).saturating_sub(if is_beside { 4 } else { 0 });
    let left = column(level).saturating_add(4);
    let middle = baseline(index).saturating_sub(4);
    let right = column(row.level).saturating_sub(4);
    out.push_str(&format!("<path d=\"M{left} {top}V{middle}H{right}\"/>"));
}

fn write_row(index: usize, row: &Row, out: &mut String) {
    let class = match row.tone {
        Tone::Title => " class=\"h\"",
        Tone::Plain => "",
        Tone::Good => " class=\"g\"",
        Tone::Bad => " class=\"r\"",
        Tone::Faint => " class=\"f\"",
    };
    out.push_str(&format!("<text x=\"{}\" y=\"{}\"><tspan{class}>", column(row.level), baseline(index)));
    escape(&row.text, out);
    out.push_str("</tspan>");
    if !row.note.is_empty() {
        out.push_str("<tspan class=\"f\">  ");
        escape(&row.note, out);
        out.push_str("</tspan>");
    }
    out.push_str("</text>");
}

fn column(level: usize) -> usize {
    level.saturating_mul(INDENT).saturating_add(MARGIN)
}

fn baseline(index: usize) -> usize {
    index.saturating_mul(ROW_HEIGHT).saturating_add(ROW_HEIGHT)
}

fn width(row: &Row) -> usize {
    let columns = |text: &str| text.chars().map(|character| if character >= '\u{1100}' { 2 } else { 1 }).sum::<usize>();
    let characters = columns(&row.text).saturating_add(columns(&row.note)).saturating_add(2);
    column(row.level).saturating_add(characters.saturating_mul(CHARACTER_WIDTH).div_ceil(10))
}

/// Appends a text, so that no character of it is markup.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
