//! Telephone numbers: ITU-T E.164 with its country code, and the forms used inside countries. See `spec/privacy.md`.

mod international;
mod national;

use super::Matches;
use crate::privacy::context::Context;
use crate::privacy::cursor::Cursor;
use crate::privacy::numeral::{self, Gap, Group};

/// Holds the words of English, German and French.
pub(super) const CONTEXT: Context = Context {
    names: &[
        "tel*",
        "phone*",
        "mobil",
        "mobile",
        "mobiles",
        "mobiltel*",
        "mobilnummer*",
        "mobilfunk*",
        "mobilruf*",
        "mob",
        "cell",
        "cells",
        "cellphone*",
        "cellular",
        "fax*",
        "handy*",
        "diensthandy*",
        "privathandy*",
        "diensttel*",
        "privattel*",
        "smartphone*",
        "landline*",
        "fon",
        "rufnummer*",
        "durchwahl*",
        "festnetz*",
        "portable*",
        "gsm",
        "whatsapp",
        "hotline*",
        "notruf*",
        "zentrale",
        "standard",
        "permanence",
        "callback",
        "ruckruf*",
        "sekretariat",
        "standardiste",
        "switchboard",
        "helpline",
        "sms",
    ],
    hints: &[
        "call*",
        "dial*",
        "ring",
        "rang",
        "reach*",
        "line",
        "text",
        "texted",
        "signal",
        "extension",
        "contact*",
        "anruf*",
        "angerufen",
        "ruf",
        "rufen",
        "ruft",
        "erreich*",
        "appel*",
        "rappel*",
        "joign*",
        "joindre",
        "composer",
        "composez",
        "repond*",
        "fixe",
        "voicemail",
    ],
    vetoes: &[
        "order*",
        "invoice*",
        "isbn*",
        "issn",
        "ref",
        "refs",
        "reference*",
        "account*",
        "acct",
        "ticket*",
        "case",
        "serial*",
        "contract*",
        "customer*",
        "article*",
        "artikel*",
        "item",
        "sku",
        "ean",
        "version*",
        "build",
        "code*",
        "iban",
        "bic",
        "vat",
        "tax*",
        "id",
        "passport*",
        "policy",
        "part",
        "model",
        "tracking*",
        "parcel*",
        "date*",
        "datum",
        "bestell*",
        "auftrag*",
        "rechnung*",
        "kunden*",
        "konto*",
        "vertrag*",
        "steuer*",
        "serien*",
        "vorgang*",
        "aktenzeichen",
        "az",
        "sendung*",
        "paket*",
        "personalnummer*",
        "matrikel*",
        "mitglied*",
        "hrb",
        "plz",
        "blz",
        "versicherung*",
        "zahler*",
        "gerat*",
        "ausweis*",
        "facture*",
        "commande*",
        "dossier*",
        "contrat*",
        "compte*",
        "siret",
        "siren",
        "naf",
        "colis",
        "suivi",
        "client*",
        "serie*",
        "passeport*",
        "adherent*",
        "matricule*",
        "securite",
        "nir",
        "license*",
        "licence*",
        "lot",
        "charge*",
        "seit",
        "depuis",
    ],
    fillers: &["no", "nr", "nos", "number", "numbers", "nummer", "numero", "num", "n", "is", "ist", "est"],
};

pub(super) fn matches(digits: Cursor<'_>) -> Matches {
    match international::find(digits) {
        Some(found) => [Some(found), None],
        None => [national::find(digits), None],
    }
}

/// Reads what may stand between two groups of a telephone number.
fn gap(cursor: Cursor<'_>) -> Option<(Gap, Cursor<'_>)> {
    let before = numeral::space(cursor);
    let mark = before.unwrap_or(cursor);
    let after_mark = mark.forward(1);
    let after_space = numeral::space(after_mark).unwrap_or(after_mark);
    match mark.byte()? {
        b'-' if before.is_none() => Some((Gap::Dash, after_mark)),
        b'-' => Some((Gap::Dash, after_space)),
        b'.' if before.is_none() => Some((Gap::Dot, after_mark)),
        b'/' => Some((Gap::Slash, after_space)),
        b'(' => Some((Gap::Open, after_mark)),
        b')' if before.is_none() => Some((Gap::Close, after_close(after_mark))),
        _ => before.map(|after| (Gap::Space, after)),
    }
}

fn after_close(cursor: Cursor<'_>) -> Cursor<'_> {
    match cursor.byte() {
        Some(b'-' | b'/' | b'.') => cursor.forward(1),
        _ => numeral::space(cursor).unwrap_or(cursor),
    }
}

/// Tells whether every parenthesis is closed; `is_open` says that one stands before the first group.
fn is_balanced(groups: &[Group], is_open: bool) -> bool {
    let end = groups.iter().try_fold(is_open, |is_open, group| match (group.gap, is_open) {
        (Gap::Open, false) => Some(true),
        (Gap::Close, true) => Some(false),
        (Gap::Open, true) | (Gap::Close, false) => None,
        _ => Some(is_open),
    });
    end == Some(false)
}
