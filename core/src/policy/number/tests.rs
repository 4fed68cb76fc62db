use std::string::ToString;

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap().unwrap()
}

#[test]
fn one_number_has_one_form() {
    for forms in [
        &["1", "1.0", "10e-1", "0.1e1", "1e0"][..],
        &["0", "-0", "0.0", "0e99"],
        &["1e30", "10e29", "1000000000000000000000000000000"],
    ] {
        for form in forms {
            assert_eq!(number(form), number(forms[0]), "{form}");
            assert_eq!(number(form).cmp(&number(forms[0])), Ordering::Equal);
        }
    }
}

#[test]
fn numbers_are_written_so_that_they_read_back() {
    for (text, written) in [
        ("0", "0"),
        ("-12.50", "-12.5"),
        ("0.001", "0.001"),
        ("1e-9", "1e-09"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e22", "10000000000000000000000"),
        ("2e308", "2e308"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551616.5", "18446744073709551616.5"),
    ] {
        assert_eq!(number(text).to_string(), written);
        assert_eq!(number(written), number(text));
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in ["", "-", "01", "1.", ".5", "1e", "1e+", "+1", " 1", "1 ", "0x1", "NaN", "1_000", "１"] {
        assert_eq!(Number::parse(text), Ok(None), "{text}");
    }
}

#[test]
fn a_number_beyond_the_limit_is_never_made() {
    for text in ["1e999999999", "1e-999999999", "1e99999999999999999999999", "1e1024", "1e-1025"] {
        assert_eq!(Number::parse(text), Err(TOO_LONG), "{text}");
    }
    assert_eq!(Number::parse(&"9".repeat(1025)), Err(TOO_LONG));
    let large = number(&"9".repeat(1024));
    assert_eq!((large.multiply(&large), large.add(&large)), (Err(TOO_LONG), Err(TOO_LONG)));
    assert_eq!(number("1e-1024").multiply(&number("1e-1024")), Err(TOO_LONG));
    assert_eq!(Number::parse(&"0".repeat(9)), Ok(None));
    assert_eq!(number(&["0.", &"0".repeat(5000)].concat()), number("0"));
}

#[test]
fn fractions_are_computed_as_opa_does() {
    let cases = [
        (number("0.1").add(&number("0.2")), "0.3"),
        (number("1").divide(&number("3")).map(Option::unwrap), "0.33333333333333333334"),
        (number("2").divide(&number("3")).map(Option::unwrap), "0.6666666666666666667"),
        (number("10").divide(&number("4")).map(Option::unwrap), "2.5"),
        (number("0.3").subtract(&number("0.1")), "0.20000000000000000002"),
        (number("1.1").multiply(&number("1.1")), "1.21"),
        (number("4.2").multiply(&number("10")), "42"),
        (number("-7").remainder(&number("4")).map(Option::unwrap), "-3"),
    ];
    for (result, expected) in cases {
        assert_eq!(result.unwrap().to_string(), expected);
    }
    assert_eq!(number("1").divide(&number("0.0")), Ok(None));
    assert_eq!(number("1").remainder(&number("0")), Ok(None));
    assert_eq!(number("1.5").remainder(&number("1")), Ok(None));
    assert_eq!(number("-9223372036854775808").remainder(&number("-1")), Ok(Some(number("0"))));
}

/// The results were computed with rational numbers in another language.
#[test]
fn every_operation_rounds_once_to_64_bits() {
    for (one, operator, other, expected) in [
        ("234783532516e-5", '+', "960566905443639394257e-8", "9605671402271719103e-6"),
        ("234783532516e-5", '*', "960566905443639394257e-8", "22552529127802020714e0"),
        ("641520739048e-27", '-', "5403692550747597e-23", "-5403692486595523095e-26"),
        ("641520739048e-27", '/', "5403692550747597e-23", "11871895616253113152e-27"),
        ("-90167023823717e-15", '-', "565e-12", "-90167024388716999997e-21"),
        ("-90167023823717e-15", '*', "565e-12", "-50944368460400104998e-30"),
        ("622026593355e-23", '-', "84641178e-5", "-84641177999999377973e-17"),
        ("622026593355e-23", '/', "84641178e-5", "7348983178790351902e-33"),
        ("-8858846628699370071e-5", '+', "29e-24", "-8858846628699370071e-5"),
        ("-8858846628699370071e-5", '/', "29e-24", "-30547746995515069208e17"),
        ("-8098957717787634293e-18", '+', "601713882579e-3", "60171387448004228226e-11"),
        ("66848451803e-17", '*', "9578621805965653e-12", "64031603813525977245e-22"),
    ] {
        let (one, other) = (number(one), number(other));
        let result = match operator {
            '+' => one.add(&other),
            '-' => one.subtract(&other),
            '*' => one.multiply(&other),
            _ => one.divide(&other).map(Option::unwrap),
        };
        assert_eq!(result, Ok(number(expected)), "{one} {operator} {other}");
    }
}

#[test]
fn integers_of_any_size_are_exact() {
    let (large, one) = (number("18446744073709551617"), number("1"));
    assert_eq!(large.add(&one).unwrap().to_string(), "18446744073709551618");
    assert_eq!(number("-18446744073709551617").subtract(&one).unwrap().to_string(), "-18446744073709551618");
    assert_eq!(large.multiply(&number("2")).unwrap().to_string(), "36893488147419103234");
    assert_eq!(number("5").remainder(&number("55340232221128654848")), Ok(Some(number("5"))));
    assert_eq!(number("9223372036854775807").add(&one), Ok(number("9223372036854775808")));
    assert_eq!(number("9223372036854775808").subtract(&one).unwrap().as_i64(), Some(i64::MAX));
}

#[test]
fn numbers_are_rounded_as_opa_does() {
    for (text, floor, ceil, round) in [
        ("1.5", "1", "2", "2"),
        ("-1.5", "-2", "-1", "-2"),
        ("2.4", "2", "3", "2"),
        ("-0.4", "-1", "0", "0"),
        ("7", "7", "7", "7"),
    ] {
        let value = number(text);
        let rounded = [value.floor(), value.ceil(), value.round()].map(|rounded| rounded.unwrap().to_string());
        assert_eq!(rounded, [floor, ceil, round], "{text}");
    }
}

fn decimals() -> impl Strategy<Value = (i64, i32)> {
    (prop_oneof![any::<i64>(), -1000_i64..1000], -30_i32..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn order_is_that_of_the_integers_behind((a, ea) in decimals(), (b, eb) in decimals()) {
        let scaled = |mantissa: i64, exponent: i32| BigInt::from(mantissa) * BigInt::from(10).pow((exponent + 30) as u32);
        let (one, other) = (Number::new(a.into(), ea.into()).unwrap(), Number::new(b.into(), eb.into()).unwrap());
        prop_assert_eq!(one.cmp(&other), scaled(a, ea).cmp(&scaled(b, eb)));
        prop_assert_eq!(one == other, scaled(a, ea) == scaled(b, eb));
        prop_assert_eq!(number(&one.to_string()), one);
    }

    /// Doubles are among the 64-bit floats, and their sums and products are exact there if they have few bits.
    #[test]
    fn short_binary_fractions_are_exact(a in -100_000_i64..100_000, b in -100_000_i64..100_000, bits in 0_u32..12) {
        let fraction = |integer: i64| Number::from_f64(integer as f64 / f64::from(1_u32 << bits)).unwrap();
        prop_assert_eq!(fraction(a).add(&fraction(b)).unwrap(), fraction(a + b));
        prop_assert_eq!(fraction(a).subtract(&fraction(b)).unwrap(), fraction(a - b));
        let product = (a * b) as f64 / f64::from(1_u32 << bits) / f64::from(1_u32 << bits);
        prop_assert_eq!(fraction(a).multiply(&fraction(b)).unwrap().to_f64().unwrap(), product);
    }

    #[test]
    fn decimals_of_nineteen_digits_survive_the_floats(mantissa in any::<i64>(), exponent in -40_i64..40) {
        let value = Number::new(BigInt::from(mantissa), exponent).unwrap();
        prop_assume!(value.digits().len() <= 19);
        prop_assert_eq!(float::Float::of(&value).to_number().unwrap(), value);
    }
}
