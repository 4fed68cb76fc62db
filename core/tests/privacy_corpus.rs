//! Measures the recognizers on the corpus against its key file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test ends where something is missing"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sealwright_core::privacy::{Span, scan};
use serde::Deserialize;

/// The least recall and the least precision, for each entity.
const LEAST: f64 = 0.98;

const ENTITIES: [&str; 4] = ["CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "PHONE_NUMBER"];

/// What lies in the corpus and is no document of it.
const KEY_FILES: [&str; 5] = [".gitattributes", "README.md", "entities.jsonl", "labels.json", "verify.py"];

#[derive(Deserialize)]
struct Planted {
    file: String,
    entity: String,
    text: String,
    start: u64,
    end: u64,
}

type Place = (String, u64, u64);

#[derive(Default)]
struct Score {
    planted: BTreeSet<Place>,
    found: BTreeSet<Place>,
}

impl Score {
    fn recall(&self) -> f64 {
        self.hits() / self.planted.len() as f64
    }

    fn precision(&self) -> f64 {
        self.hits() / self.found.len() as f64
    }

    fn hits(&self) -> f64 {
        self.planted.intersection(&self.found).count() as f64
    }
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let corpus = corpus();
    let mut scores: BTreeMap<&str, Score> = ENTITIES.map(|entity| (entity, Score::default())).into();
    for Planted { file, entity, start, end, .. } in key_file(&corpus) {
        if let Some(score) = scores.get_mut(entity.as_str()) {
            score.planted.insert((file, start, end));
        }
    }
    for file in documents(&corpus) {
        let text = fs::read(corpus.join(&file)).unwrap();
        for Span { entity, start, end, .. } in scan(&text).spans {
            if let Some(score) = scores.get_mut(entity) {
                score.found.insert((file.clone(), start, end));
            }
        }
    }
    let report: String = scores.iter().map(|(entity, score)| report(&corpus, entity, score)).collect();
    for (entity, score) in &scores {
        assert!(!score.planted.is_empty(), "the key file has no {entity}");
        assert!(score.recall() >= LEAST && score.precision() >= LEAST, "{entity}\n{report}");
    }
}

#[test]
fn the_key_file_gives_the_places_of_its_texts() {
    let corpus = corpus();
    for Planted { file, text, start, end, .. } in key_file(&corpus) {
        let bytes = fs::read(corpus.join(&file)).unwrap();
        assert_eq!(bytes.get(start as usize..end as usize), Some(text.as_bytes()), "{file} {start}..{end}");
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus")
}

fn key_file(corpus: &Path) -> Vec<Planted> {
    let lines = fs::read_to_string(corpus.join("entities.jsonl")).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the names of all documents, also of those in which nothing is planted.
fn documents(corpus: &Path) -> Vec<String> {
    let mut folders = vec![corpus.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(corpus).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !KEY_FILES.contains(&name.as_str()) {
                files.push(name);
            }
        }
    }
    files
}

fn report(corpus: &Path, entity: &str, score: &Score) -> String {
    let excerpt = |verdict: &str, (file, start, end): &Place| {
        let text = fs::read(corpus.join(file)).unwrap();
        let (start, end) = (*start as usize, *end as usize);
        let part = |from: usize, to: usize| String::from_utf8_lossy(&text[from..to]).replace('\n', "⏎");
        let (before, after) = (part(start.saturating_sub(24), start), part(end, (end + 8).min(text.len())));
        format!("  {verdict} {file} {start}: {before}⟦{}⟧{after}\n", part(start, end))
    };
    let missed: String = score.planted.difference(&score.found).map(|place| excerpt("missed", place)).collect();
    let spurious: String = score.found.difference(&score.planted).map(|place| excerpt("spurious", place)).collect();
    format!("{entity}: recall {:.4}, precision {:.4}\n{missed}{spurious}", score.recall(), score.precision())
}
