//! The words before a number that say what it is.

use super::cursor::Cursor;

/// How far before a finding its context reaches, in bytes.
pub(super) const CONTEXT_SIZE: usize = 64;

/// How many words that say nothing may stand between a context word and the finding.
const MAX_WORDS: usize = 6;

/// How many there may be between two numbers of which the first vouches for the second, as in `or mobile`.
const MAX_LINK_WORDS: usize = 2;

/// How many bytes of a word are compared.
const WORD_SIZE: usize = 24;

/// Lists words, in lower case and without accents. The nearest word decides.
pub(super) struct Context {
    /// Name the thing: `tel`. A trailing `*` takes every word that begins so.
    pub(super) names: &'static [&'static str],
    /// Hint at it: `call`.
    pub(super) hints: &'static [&'static str],
    /// Name another thing: `invoice`.
    pub(super) vetoes: &'static [&'static str],
    /// Say nothing even right before the number: `no`.
    pub(super) fillers: &'static [&'static str],
}

/// What a match needs to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: its form is unmistakable.
    Nothing,
    /// A name or a hint within the context's reach, and no veto nearer.
    Near,
    /// A name right before it.
    Adjacent,
}

impl Context {
    /// Tells whether the words before `start` meet the need; `previous` is where the last finding of this kind ended.
    pub(super) fn meets(&self, need: Need, start: Cursor<'_>, previous: Option<usize>) -> bool {
        if need == Need::Nothing {
            return true;
        }
        let limit = start.position().saturating_sub(CONTEXT_SIZE);
        let mut cursor = start;
        for words in 0..=MAX_WORDS {
            let Some(word_end) = back_to_word(cursor, limit) else { return false };
            if previous.is_some_and(|end| end >= word_end.position()) {
                return need == Need::Near && words <= MAX_LINK_WORDS;
            }
            let Some((word, word_start)) = Word::before(word_end, limit) else { return false };
            cursor = word_start;
            if word.is_in(self.vetoes) {
                return false;
            }
            if word.is_in(self.names) || (need == Need::Near && word.is_in(self.hints)) {
                return true;
            }
            if need == Need::Adjacent && !word.is_in(self.fillers) {
                return false;
            }
        }
        false
    }
}

/// Steps back over what is neither letter nor digit.
fn back_to_word(mut cursor: Cursor<'_>, limit: usize) -> Option<Cursor<'_>> {
    while cursor.position() > limit {
        let character = cursor.char_before()?;
        if character.is_alphanumeric() {
            return Some(cursor);
        }
        cursor = cursor.back(character.len_utf8());
    }
    None
}

/// Holds the beginning of a word in lower case without accents.
struct Word {
    letters: [u8; WORD_SIZE],
    length: usize,
}

impl Word {
    /// Reads the word that ends at the cursor, and where it starts. A number is no word.
    fn before(mut cursor: Cursor<'_>, limit: usize) -> Option<(Self, Cursor<'_>)> {
        let mut reversed = [0; WORD_SIZE];
        let mut length: usize = 0;
        while cursor.position() > limit {
            let Some(character) = cursor.char_before() else { break };
            if !is_letter(character) {
                break;
            }
            cursor = cursor.back(character.len_utf8());
            if let Some(letter) = folded(character) {
                *reversed.get_mut(length)? = letter;
                length = length.saturating_add(1);
            }
        }
        if length == 0 || cursor.char_before().is_some_and(|character| character.is_ascii_digit()) {
            return None;
        }
        let mut letters = [0; WORD_SIZE];
        for (to, from) in letters.iter_mut().zip(reversed.iter().take(length).rev()) {
            *to = *from;
        }
        Some((Self { letters, length }, cursor))
    }

    fn is_in(&self, list: &[&str]) -> bool {
        let word = self.letters.get(..self.length).unwrap_or_default();
        list.iter().any(|entry| match entry.strip_suffix('*') {
            Some(stem) => word.starts_with(stem.as_bytes()),
            None => word == entry.as_bytes(),
        })
    }
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || is_combining_accent(character)
}

fn is_combining_accent(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// Returns the letter in lower case without its accent; an accent alone is nothing.
fn folded(character: char) -> Option<u8> {
    match character {
        'a'..='z' | 'A'..='Z' => u8::try_from(character).ok().map(|letter| letter.to_ascii_lowercase()),
        'à' | 'â' | 'ä' | 'À' | 'Â' | 'Ä' => Some(b'a'),
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => Some(b'e'),
        'ò' | 'ó' | 'ô' | 'ö' | 'Ò' | 'Ó' | 'Ô' | 'Ö' => Some(b'o'),
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => Some(b'u'),
        'î' | 'ï' | 'Î' | 'Ï' => Some(b'i'),
        'ç' | 'Ç' => Some(b'c'),
        _ if is_combining_accent(character) => None,
        _ => Some(b'?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const CONTEXT: Context =
        Context { names: &["tel", "telephon*"], hints: &["call"], vetoes: &["invoice"], fillers: &["no"] };

    fn meets(need: Need, text: &str) -> bool {
        CONTEXT.meets(need, Cursor::new(text.as_bytes(), text.len()), None)
    }

    #[test]
    fn the_nearest_word_decides() {
        for text in
            ["tel. ", "TÉL : ", "te\u{301}l. ", "Téléphones\t", "telephone of the house is ", "tel............ "]
        {
            assert!(meets(Need::Near, text), "{text}");
        }
        for text in ["", "hotel ", "tel 5 ", "tel, invoice ", "tel a b c d e f g ", "xtel", "tel3 "] {
            assert!(!meets(Need::Near, text), "{text}");
        }
    }

    #[test]
    fn adjacent_words_are_names_alone() {
        assert!(meets(Need::Adjacent, "Tel. no. "));
        assert!(!meets(Need::Adjacent, "call "));
        assert!(!meets(Need::Adjacent, "tel of "));
    }

    #[test]
    fn the_reach_is_bounded() {
        assert!(meets(Need::Near, &format!("tel{}", " ".repeat(CONTEXT_SIZE - 3))));
        assert!(!meets(Need::Near, &format!("tel{}", " ".repeat(CONTEXT_SIZE - 2))));
    }

    #[test]
    fn a_finding_vouches_for_the_next() {
        let text = "0341 998877 or office ";
        let start = Cursor::new(text.as_bytes(), text.len());
        assert!(CONTEXT.meets(Need::Near, start, Some(11)));
        assert!(!CONTEXT.meets(Need::Near, start, None));
        assert!(!CONTEXT.meets(Need::Adjacent, start, Some(11)));
    }
}
