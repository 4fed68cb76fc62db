//! The built-ins that the reference tier may use: those whose cost can be told before they run, and that cannot end the
//! process.

/// Says how much work a call may do, so that it can be charged before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Nothing beyond the step that the call itself is.
    Free,
    /// The size of the arguments, one level deep.
    Shallow,
    /// The size of the arguments, all levels, shared parts counted each time.
    Deep,
    /// The product of the arguments' sizes.
    Product,
    /// The length of the texts in the second argument, joined by the first.
    Join,
    /// The length of the result of replacing the second argument by the third in the first.
    Replace,
    /// The number of integers between the first and the second argument.
    Range,
    /// The length of a number's text.
    Digits,
    /// A format and its arguments.
    Format,
}

/// Describes one built-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Builtin {
    /// Its name in Rego.
    pub(super) name: &'static str,
    /// How many arguments it takes.
    pub(super) arity: usize,
    /// What a call may cost.
    pub(super) cost: Cost,
}

const fn builtin(name: &'static str, arity: usize, cost: Cost) -> Builtin {
    Builtin { name, arity, cost }
}

/// Every built-in that the reference tier may use, sorted by name. `spec/decision.md`, "Built-ins", lists the same.
pub(super) const BUILTINS: &[Builtin] = &[
    builtin("abs", 1, Cost::Free),
    builtin("array.concat", 2, Cost::Shallow),
    builtin("array.reverse", 1, Cost::Shallow),
    builtin("array.slice", 3, Cost::Shallow),
    builtin("ceil", 1, Cost::Free),
    builtin("concat", 2, Cost::Join),
    builtin("contains", 2, Cost::Shallow),
    builtin("count", 1, Cost::Free),
    builtin("endswith", 2, Cost::Free),
    builtin("floor", 1, Cost::Free),
    builtin("format_int", 2, Cost::Shallow),
    builtin("indexof", 2, Cost::Product),
    builtin("indexof_n", 2, Cost::Product),
    builtin("intersection", 1, Cost::Deep),
    builtin("is_array", 1, Cost::Free),
    builtin("is_boolean", 1, Cost::Free),
    builtin("is_null", 1, Cost::Free),
    builtin("is_number", 1, Cost::Free),
    builtin("is_object", 1, Cost::Free),
    builtin("is_set", 1, Cost::Free),
    builtin("is_string", 1, Cost::Free),
    builtin("json.filter", 2, Cost::Deep),
    builtin("json.marshal", 1, Cost::Deep),
    builtin("json.remove", 2, Cost::Deep),
    builtin("lower", 1, Cost::Shallow),
    builtin("max", 1, Cost::Deep),
    builtin("min", 1, Cost::Deep),
    builtin("numbers.range", 2, Cost::Range),
    builtin("object.filter", 2, Cost::Deep),
    builtin("object.get", 3, Cost::Free),
    builtin("object.keys", 1, Cost::Shallow),
    builtin("object.remove", 2, Cost::Deep),
    builtin("object.subset", 2, Cost::Deep),
    builtin("object.union", 2, Cost::Deep),
    builtin("object.union_n", 1, Cost::Deep),
    builtin("product", 1, Cost::Deep),
    builtin("replace", 3, Cost::Replace),
    builtin("round", 1, Cost::Free),
    builtin("sort", 1, Cost::Deep),
    builtin("split", 2, Cost::Shallow),
    builtin("sprintf", 2, Cost::Format),
    builtin("startswith", 2, Cost::Free),
    builtin("strings.any_prefix_match", 2, Cost::Product),
    builtin("strings.any_suffix_match", 2, Cost::Product),
    builtin("strings.reverse", 1, Cost::Shallow),
    builtin("substring", 3, Cost::Shallow),
    builtin("sum", 1, Cost::Shallow),
    builtin("to_number", 1, Cost::Digits),
    builtin("trim", 2, Cost::Product),
    builtin("trim_left", 2, Cost::Product),
    builtin("trim_prefix", 2, Cost::Shallow),
    builtin("trim_right", 2, Cost::Product),
    builtin("trim_space", 1, Cost::Shallow),
    builtin("trim_suffix", 2, Cost::Shallow),
    builtin("type_name", 1, Cost::Free),
    builtin("union", 1, Cost::Deep),
    builtin("upper", 1, Cost::Shallow),
];

/// Looks a built-in up by its name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    let place = BUILTINS.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    BUILTINS.get(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::builtin;

    #[test]
    fn the_table_is_sorted() {
        assert!(BUILTINS.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn the_compiled_tier_has_each_with_as_many_arguments() {
        for metered in BUILTINS {
            let builtin = builtin::find(metered.name).unwrap_or_else(|| panic!("{}", metered.name));
            assert_eq!(builtin.arity, metered.arity, "{}", metered.name);
        }
    }

    #[test]
    fn the_spec_lists_the_same() {
        let spec = include_str!("../../../spec/decision.md");
        let section = spec.split("### Built-ins").nth(1).unwrap().split("\n## ").next().unwrap();
        let listed: Vec<&str> =
            section.split("```").nth(1).unwrap().lines().skip(1).flat_map(str::split_whitespace).collect();
        assert_eq!(listed, BUILTINS.iter().map(|builtin| builtin.name).collect::<Vec<_>>());
    }
}
