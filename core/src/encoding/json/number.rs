//! Numbers as ECMAScript writes them.

/// Writes a number as ECMAScript does (Number::toString), which RFC 8785 asks for.
pub(super) fn write(float: f64, out: &mut String) {
    let text = shortest(float.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let size = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if float < 0.0 {
        out.push('-');
    }
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    match exponent {
        -6..0 => {
            out.push_str("0.");
            out.push_str(&zeros(exponent.saturating_add(1).saturating_neg()));
            out.push_str(&digits);
        }
        0..21 if exponent.saturating_add(1) >= size => {
            out.push_str(&digits);
            out.push_str(&zeros(exponent.saturating_add(1).saturating_sub(size)));
        }
        0..21 => {
            let (whole, fraction) = digits.split_at(usize::try_from(exponent).unwrap_or(0).saturating_add(1));
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
        _ => {
            out.push_str(mantissa);
            out.push_str(if exponent < 0 { "e" } else { "e+" });
            out.push_str(&exponent.to_string());
        }
    }
}

/// Returns a number with the fewest digits that give it back, in the form `1.5e-7`.
///
/// Where two such are equally near, Rust takes the upper and ECMAScript the even one.
fn shortest(float: f64) -> String {
    let text = format!("{float:e}");
    let digits = text.split('e').next().map_or(0, |mantissa| mantissa.bytes().filter(u8::is_ascii_digit).count());
    let longer = format!("{float:.digits$e}");
    let is_odd = text.split('e').next().is_some_and(|mantissa| mantissa.ends_with(['1', '3', '5', '7', '9']));
    let Some((mantissa, exponent)) = longer.split_once('e').filter(|(mantissa, _)| is_odd && mantissa.ends_with('5'))
    else {
        return text;
    };
    // No number has more digits than these, so this is all of it.
    let exact = format!("{float:.800e}");
    if exact.split('e').next().map(|digits| digits.trim_end_matches('0')) != Some(mantissa) {
        return text;
    }
    let lower = format!("{}e{exponent}", mantissa.strip_suffix('5').unwrap_or(mantissa));
    if lower.parse() == Ok(float) { lower } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The samples of RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            let mut text = String::new();
            write(f64::from_bits(bits), &mut text);
            assert_eq!(text, expected, "{bits:x}");
        }
    }
}
