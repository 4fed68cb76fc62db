//! Draws rows as lines of text.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::row::{Row, Tone};

const RESET: &str = "\u{1b}[0m";

/// Returns the lines, with the terminal's colours if they are wanted.
pub(super) fn draw(rows: &[Row], colour: bool) -> String {
    let mut out = String::new();
    for (row, guides) in rows.iter().zip(guides(rows)) {
        write_guides(&guides, &mut out);
        paint(&row.text, code(row.tone), colour, &mut out);
        if !row.note.is_empty() {
            out.push_str("  ");
            paint(&row.note, code(Tone::Faint), colour, &mut out);
        }
        out.push('\n');
    }
    out
}

/// Returns for each row, level by level, whether another row of that level follows below the same one.
fn guides(rows: &[Row]) -> Vec<Vec<bool>> {
    let mut open: Vec<bool> = Vec::new();
    let mut guides = Vec::with_capacity(rows.len());
    for row in rows.iter().rev() {
        open.resize(row.level.saturating_add(1), false);
        guides.push(open.get(1..).unwrap_or_default().to_vec());
        if let Some(last) = open.last_mut() {
            *last = true;
        }
    }
    guides.reverse();
    guides
}

fn write_guides(guides: &[bool], out: &mut String) {
    let Some((own, above)) = guides.split_last() else { return };
    above.iter().for_each(|goes_on| out.push_str(if *goes_on { "│  " } else { "   " }));
    out.push_str(if *own { "├─ " } else { "└─ " });
}

fn paint(text: &str, code: &str, colour: bool, out: &mut String) {
    let parts = if colour && !code.is_empty() { vec![code, text, RESET] } else { vec![text] };
    parts.into_iter().for_each(|part| out.push_str(part));
}

const fn code(tone: Tone) -> &'static str {
    match tone {
        Tone::Title => "\u{1b}[1m",
        Tone::Plain => "",
        Tone::Good => "\u{1b}[32m",
        Tone::Bad => "\u{1b}[31m",
        Tone::Faint => "\u{1b}[2m",
    }
}
