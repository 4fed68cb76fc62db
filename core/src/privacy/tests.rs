//! What is found in which text, and that neither cuts nor hostile texts change it.

use proptest::prelude::*;

use super::cursor::work;
use super::*;

/// Holds texts in which every entity between `⟦` and `⟧` must be found, and nothing else.
const EMAILS: &[&str] = &[
    "⟦ana@acme.example⟧",
    "Write to ⟦ana.maria+news@mail.acme.example⟧.",
    "<⟦o'brien_1@x-y.example⟧>, \"⟦b@c.de⟧\"; '⟦d@e.fr⟧'",
    "mailto:⟦a@b.de⟧?subject=x&cc=⟦c@d.de⟧",
    "⟦jörg.müller@müller.example⟧ und ⟦élodie@société.example⟧ und ⟦用户@例子.公司⟧",
    "⟦a@xn--mller-kva.xn--p1ai⟧ ⟦123@163.com⟧ ⟦A@B.COM⟧",
    "......⟦a@b.de⟧... -⟦a@b.de⟧- ⟦a@b.de⟧-2024 ⟦a@b.de⟧_x ⟦a@b.de⟧é",
    r#"{"text":"write\n⟦ana@acme.example⟧\nthanks"}"#,
    "\u{feff}⟦a@b.de⟧",
    "⟦a@b.cc⟧@d.ee",
    "user@localhost @handle a@ @b.de @@ a@b @user@social.example a.@b.de a@.b.de a@b..de a@-b.de a@b.c a@b.c1",
    "logo@2x.png lodash@4.17.21 root@192.0.2.1 a@[192.0.2.1] a b@ c.de",
];

const CARDS: &[&str] = &[
    "⟦4111 1111 1111 1111⟧, ⟦4111-1111-1111-1111⟧, ⟦4111111111111111⟧, ⟦4222222222222⟧",
    "⟦378282246310005⟧, ⟦3782 822463 10005⟧, ⟦371449635398431⟧, ⟦30569309025904⟧, ⟦3056 930902 5904⟧, ⟦3782 822463 1000 5⟧",
    "⟦5555555555554444⟧, ⟦5105 1051 0510 5100⟧, ⟦2223003122003222⟧, ⟦6011111111111117⟧, ⟦3530111333300000⟧",
    "⟦6200000000000005⟧, ⟦6304000000000000⟧, ⟦6759649826438453⟧, ⟦4000000000000000006⟧",
    "⟦4111 1111 1111 1111⟧ 03/27, ⟦4111 1111 1111 1111⟧ 123",
    "\"\",⟦4111 1111 1111 1111⟧,0.00",
    "pay with\\n⟦4111111111111111⟧\\nthanks",
    "4111 1111 1111 1112, 4111111111111112 1111111111111117 9111111111111111 41111111111111111111",
    "4111 1111 1111-1111, 4111  1111 1111 1111, 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 x4111111111111111 4111111111111111x",
    "4006381333931 4111111111111111.25 17.4111111111111111 0000000000000000 9783161484100",
    "1234 4111 1111 1111 1111, 1111 4111 1111 1111 1111 1111, 4111 1111 1111 1111 1111",
];

const IBANS: &[&str] = &[
    "⟦GB82 WEST 1234 5698 7654 32⟧, ⟦GB82WEST12345698765432⟧, ⟦gb82 west 1234 5698 7654 32⟧.",
    "⟦DE89 3704 0044 0532 0130 00⟧, ⟦DE89370400440532013000⟧; ⟦DE89-3704-0044-0532-0130-00⟧",
    "⟦FR14 2004 1010 0505 0001 3M02 606⟧, ⟦NL91 ABNA 0417 1643 00⟧, ⟦NO93 8601 1117 947⟧",
    "⟦MT84 MALT 0110 0001 2345 MTLC AST0 01S⟧, ⟦SA03 8000 0000 6080 1016 7519⟧, ⟦CH93 0076 2011 6238 5295 7⟧",
    "IBAN:⟦DE89370400440532013000⟧ IBAN\u{a0}⟦DE89\u{a0}3704\u{a0}0044\u{a0}0532\u{a0}0130\u{a0}00⟧",
    "DE89 3704 0044 0532 0130 01 XX89 3704 0044 0532 0130 00 DE89 3704 0044 0532 0130",
    "xDE89370400440532013000 DE893704004405320130000 DE8 9370400440532013000 DE89  3704 0044 0532 0130 00",
];

const PHONES: &[&str] = &[
    "⟦+49 30 23125 601⟧, ⟦+4930 23125601⟧, ⟦+49 (0)30 23125-601⟧, ⟦+49 (30) 23125 601⟧, ⟦+49/30/23125601⟧",
    "⟦+1 (212) 555-0117⟧, ⟦+1-202-555-0178⟧, ⟦+1.202.555.0178⟧, ⟦+12025550178⟧ (⟦+41 44 555 18 00⟧)",
    "⟦+33 6 39 98 21 04⟧, ⟦+33 (0)6 39 98 45 60⟧, ⟦+33.4.65.71.80.31⟧, ⟦+33\u{a0}6\u{202f}39\u{a0}98\u{a0}21\u{a0}04⟧",
    "⟦(+49) 30 23125601⟧, ⟦0049 30 23125601⟧, ⟦+39 06 698 12345⟧, ⟦+33 6 39 98 21 04⟧ 14:30",
    "⟦(555) 010-1234⟧, ⟦505-555-0163⟧, ⟦505.555.0109⟧, ⟦1-800-555-0199⟧, ⟦(415)555-0142⟧",
    "⟦01 23 45 67 89⟧, ⟦06.39.98.70.15⟧, ⟦05-36-49-77-14⟧, ⟦020 7946 0123⟧, ⟦(0117) 496 0128⟧, ⟦0161 496 0733⟧",
    "Tel. ⟦0341/998877⟧, Fax ⟦0711 1234-0⟧, Telefon\t⟦02251 / 44 55 66⟧; Handy: ⟦01713920044⟧",
    "tél. : ⟦0639982104⟧ TÉLÉPHONE ⟦04 65 71 33 09⟧ Rufnr? Anruf unter ⟦089 99998 340⟧",
    "phone: ⟦555-0134⟧ mobile no. ⟦07700900118⟧ Tel: ⟦910 555 201⟧ call me on ⟦07700 900118⟧",
    "Tel. ⟦0341 998877⟧ oder mobil ⟦0171 3920044⟧ / ⟦0171 3920045⟧",
    r#"{"phone":"⟦0341 998877⟧","text":"Tel.\n⟦0341 998877⟧"}"#,
    "Flat 5 ⟦505-555-0163⟧, room 12 ⟦(415) 555-0142⟧",
    "0341 998877 01713920044 7700 900118 12345678 910 555 201",
    "Tel. am 01.02.2024 oder 2024-02-01, Telefon 08.00-12.00, phone 1.234.567, call 0412/2025",
    "Phone order 0341 998877, Tel. Kundennummer 0341 998877, ISBN 0-306-40615-2, ISBN 978-3-16-148410-0",
    "+1 234 +20 000 000 +49 12 +999999999999999 +12 34 56 +33 1, +1 202 555 017, 3+49 30 23125601",
    "10.0.0.1 192.168.100.200 1.2.3.4 version 2024.11.300.7 2025-11-21T07:00:00Z 1700000000000 5,000,000",
    "phone 0341 998877 €, phone 0341 998877%, phone 0341 998877@x, phone x0341 998877, phone #0341998877",
];

fn unmarked(marked: &str) -> (String, Vec<(u64, u64)>) {
    let mut text = String::new();
    let mut places = Vec::new();
    for part in marked.split('⟧') {
        match part.split_once('⟦') {
            Some((before, inside)) => {
                text += before;
                let start = text.len() as u64;
                text += inside;
                places.push((start, text.len() as u64));
            }
            None => text += part,
        }
    }
    (text, places)
}

fn assert_found(entity: &str, cases: &[&str]) {
    for case in cases {
        let (text, expected) = unmarked(case);
        let spans = scan(text.as_bytes()).spans;
        let found: Vec<_> =
            spans.iter().filter(|span| span.entity == entity).map(|span| (span.start, span.end)).collect();
        let texts: Vec<_> = found.iter().map(|(start, end)| &text[*start as usize..*end as usize]).collect();
        assert_eq!(found, expected, "{text}: found {texts:?}");
    }
}

#[test]
fn emails_are_found_and_nothing_like_them() {
    assert_found("EMAIL_ADDRESS", EMAILS);
}

#[test]
fn cards_are_found_and_nothing_like_them() {
    assert_found("CREDIT_CARD", CARDS);
}

#[test]
fn ibans_are_found_and_nothing_like_them() {
    assert_found("IBAN_CODE", IBANS);
}

#[test]
fn phones_are_found_and_nothing_like_them() {
    assert_found("PHONE_NUMBER", PHONES);
}

fn all_cases() -> impl Iterator<Item = &'static str> {
    [EMAILS, CARDS, IBANS, PHONES].into_iter().flatten().copied()
}

fn replacing() -> Operators {
    Operators::from_bytes(br#"{"DEFAULT":{"operator":"replace"}}"#).unwrap()
}

fn transformed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(Vec<u8>, Findings), crate::error::Error> {
    let mut transformer = Transformer::new(replacing());
    let mut output = Vec::new();
    for piece in pieces {
        output.extend(transformer.push(piece)?);
    }
    output.extend(transformer.finish()?);
    Ok((output, transformer.findings()))
}

fn scanned<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Findings {
    let mut scanner = Scanner::new();
    pieces.into_iter().for_each(|piece| scanner.push(piece));
    scanner.finish()
}

/// Replaces what the one-call scan found: the result that every way of cutting must give.
fn replaced(text: &str, spans: &[Span]) -> String {
    let mut output = String::new();
    let mut given = 0;
    for span in spans {
        output += &text[given..span.start as usize];
        output += &format!("<{}>", span.entity);
        given = span.end as usize;
    }
    output + &text[given..]
}

fn assert_cuts_do_not_matter(text: &str, cuts: &[usize]) {
    let expected = scan(text.as_bytes());
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    let pieces = || cuts.windows(2).map(|ends| &text.as_bytes()[ends[0]..ends[1]]);
    assert_eq!(scanned(pieces()), expected.findings);
    let (output, findings) = transformed(pieces()).unwrap();
    assert_eq!(findings, expected.findings);
    assert_eq!(String::from_utf8(output).unwrap(), replaced(text, &expected.spans));
}

#[test]
fn a_cut_at_any_byte_does_not_matter() {
    for case in all_cases() {
        let (text, _) = unmarked(case);
        let every: Vec<usize> = (0..text.len()).collect();
        assert_cuts_do_not_matter(&text, &every);
        for cut in every {
            assert_cuts_do_not_matter(&text, &[cut]);
        }
    }
}

#[test]
fn a_finding_across_the_buffers_end_is_found() {
    let finding = "tel. 0341 998877 or ana@acme.example";
    for shift in 0..finding.len() {
        let text = "\n".repeat(64 * 1024 - shift) + finding + "\n";
        let expected = "\n".repeat(64 * 1024 - shift) + "tel. <PHONE_NUMBER> or <EMAIL_ADDRESS>\n";
        assert_eq!(transformed([text.as_bytes()]).unwrap().0, expected.as_bytes());
    }
}

fn fragment() -> impl Strategy<Value = String> {
    let cases: Vec<String> = all_cases().map(|case| unmarked(case).0).collect();
    prop_oneof![
        4 => proptest::sample::select(cases),
        2 => "[0-9 +()./@-]{0,40}",
        2 => "(a|b|é|\\.|@|-|_|1|\n){0,40}",
        1 => "\\PC{0,20}",
        1 => "[0-9]{1,80}",
        1 => "[a-z.]{60,70}@[a-z]{60,66}\\.[a-z.]{200,260}",
        2 => "(tel\\. |phone |Téléphone : |order )0[0-9]{3}[ /-]?[0-9]{5,8}",
    ]
}

proptest! {
    #[test]
    fn cuts_do_not_matter(
        fragments in proptest::collection::vec(fragment(), 0..12),
        cuts in proptest::collection::vec(any::<usize>(), 0..24),
    ) {
        assert_cuts_do_not_matter(&fragments.concat(), &cuts);
    }

    #[test]
    fn spans_lie_in_order_and_on_characters(fragments in proptest::collection::vec(fragment(), 0..12)) {
        let text = fragments.concat();
        let mut end = 0;
        for span in scan(text.as_bytes()).spans {
            prop_assert!(end <= span.start && span.start < span.end);
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            end = span.end;
        }
    }

    #[test]
    fn bytes_that_are_not_text_never_pass(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in any::<usize>()) {
        let is_text = std::str::from_utf8(&bytes).is_ok() && !bytes.contains(&0);
        let (front, back) = bytes.split_at(cut % (bytes.len() + 1));
        prop_assert_eq!(transformed([front, back]).is_ok(), is_text);
        prop_assert_eq!(scanned([front, back]).scanned, is_text);
        prop_assert_eq!(scan(&bytes).findings.scanned, is_text);
        bytes.push(0xff);
        prop_assert_eq!(transformed([bytes.as_slice()]).unwrap_err().code(), "not_text");
    }
}

#[test]
fn what_is_not_text_says_so() {
    let not_text = Findings { reason: Some("not_text".to_owned()), ..Findings::default() };
    let utf16: Vec<u8> = "ana@acme.example".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in
        [utf16.as_slice(), b"\xff\xfea\0", b"a@b.de \xe9", b"a@b.de \xc3", b"a@b.de\0", b"\xed\xa0\x80", b"\xc0\x80"]
    {
        assert_eq!(scan(bytes), Scan { findings: not_text.clone(), spans: Vec::new() });
        assert_eq!(scanned([bytes]), not_text);
        assert_eq!(scanned(bytes.chunks(1)), not_text);
        assert_eq!(transformed(bytes.chunks(1)).unwrap_err().code(), "not_text");
    }
}

#[test]
fn a_transformer_that_met_other_bytes_stays_shut() {
    let mut transformer = Transformer::new(replacing());
    assert!(transformer.push(b"a\xff").is_err());
    assert_eq!(transformer.push(b"text").unwrap_err().code(), "not_text");
    assert_eq!(transformer.finish().unwrap_err().code(), "not_text");
    assert_eq!(transformer.findings().reason.as_deref(), Some("not_text"));
}

#[test]
fn a_finished_transformer_takes_no_more() {
    let mut transformer = Transformer::new(replacing());
    assert_eq!(transformer.finish(), Ok(Vec::new()));
    assert_eq!(transformer.push(b"a").unwrap_err().code(), "call_order");
    assert_eq!(transformer.finish().unwrap_err().code(), "call_order");
}

#[test]
fn no_text_has_no_findings() {
    let nothing = Findings { scanned: true, ..Findings::default() };
    assert_eq!(scan(b"").findings, nothing);
    assert_eq!(scanned([]), nothing);
    assert_eq!(transformed([]), Ok((Vec::new(), nothing)));
}

#[test]
fn only_what_an_operator_touched_counts_as_transformed() {
    let operators = Operators::from_bytes(br#"{"EMAIL_ADDRESS":{"operator":"redact"}}"#).unwrap();
    let mut transformer = Transformer::new(operators);
    let mut output = transformer.push("<a@b.de> +49 30 23125601".as_bytes()).unwrap();
    output.extend(transformer.finish().unwrap());
    assert_eq!(output, b"<> +49 30 23125601");
    assert_eq!(transformer.findings().total, 2);
    assert_eq!(transformer.transforms().iter().collect::<Vec<_>>(), [(&"EMAIL_ADDRESS".to_owned(), &1)]);
}

#[test]
fn overlaps_give_one_finding() {
    for (text, entity) in [
        ("DE89 4111 1111 1111 1111 00", "CREDIT_CARD"),
        ("FR76 3000 4008 2800 0112 3345 507", "IBAN_CODE"),
        ("06.39.98.70.15@acme.example", "EMAIL_ADDRESS"),
        ("4111111111111111@acme.example", "EMAIL_ADDRESS"),
    ] {
        let spans = scan(text.as_bytes()).spans;
        assert_eq!(spans.iter().map(|span| span.entity).collect::<Vec<_>>(), [entity], "{text}");
    }
}

/// The most bytes that matchers may look at for one byte of text, whatever the text.
const MAX_WORK: u64 = 160;

#[test]
fn work_grows_with_the_text_alone() {
    let long_words =
        ["a".repeat(63) + "@", "a.".repeat(32) + "@", "é".repeat(32) + "@", "x@".to_owned() + &"a.".repeat(126)];
    let hostile = [
        "1 ",
        "1",
        "12 ",
        "0 ",
        "00 ",
        "0-",
        "(0)",
        "+1 ",
        "+",
        "(0",
        "0 1 2 3 4 ",
        "a@",
        "@",
        "a@a@a@",
        "a@b.",
        "a@b.cc",
        "tel 0",
        "tel. 01 23 45 6",
        "tel. (0",
        "4111 ",
        "4111 1111 1111 1112 ",
        "DE89",
        "DE89 ",
        "GB8",
        "+49 ",
        "00 49 ",
        "0341 99887",
        "é1",
        "-",
        " ",
        "\u{a0}0",
        "a.a.@",
        "tel 0341 998877 ",
    ];
    for pattern in hostile.into_iter().chain(long_words.iter().map(String::as_str)) {
        let work_for = |size: usize| {
            let text = pattern.repeat(size / pattern.len());
            work::take();
            let one_call = scan(text.as_bytes());
            let steps = work::take();
            assert_eq!(scanned(text.as_bytes().chunks(7)), one_call.findings);
            let streamed = work::take();
            assert!(streamed <= steps + 64 * size as u64, "{pattern}: streamed {streamed}, in one call {steps}");
            steps
        };
        let (once, twice) = (work_for(20_000), work_for(40_000));
        assert!(once <= MAX_WORK * 20_000, "{pattern}: {} steps a byte", once / 20_000);
        assert!(twice <= once * 2 + once / 10 + 1000, "{pattern}: {once} steps, then {twice}");
    }
}

#[test]
fn little_is_held_back() {
    for case in all_cases().chain(["1 ", "a@a.bc ", "a", "0-", "é"]) {
        let text = unmarked(case).0.repeat(20_000 / case.len());
        let mut scanner = Transformer::new(Operators::from_bytes(b"{}").unwrap());
        let (mut taken, mut given) = (0, 0);
        for piece in text.as_bytes().chunks(100) {
            taken += piece.len();
            given += scanner.push(piece).unwrap().len();
            assert!(taken - given <= 2048, "{case}: {} bytes held back", taken - given);
        }
    }
}
