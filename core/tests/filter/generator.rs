//! Random policies and documents, from a seed.

use serde_json::{Map, Value, json};

/// Names the fields, with the values that they take beside those of other types.
const FIELDS: &[(&str, &str)] = &[
    ("a", "text"),
    ("b", "text"),
    ("n", "number"),
    ("m", "number"),
    ("flag", "flag"),
    ("tags", "list"),
    ("x.y", "text"),
];

const TEXTS: &[&str] = &["a", "b", "c", "acme", "12", "12.5", "true", ""];

pub(crate) struct Random {
    state: u64,
    labels: bool,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, labels: false }
    }

    /// Makes documents with labels.
    pub(crate) fn labels(seed: u64) -> Self {
        Self { labels: true, ..Self::new(seed) }
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub(crate) fn document(&mut self) -> Value {
        if self.labels { self.label() } else { self.properties() }
    }

    fn properties(&mut self) -> Value {
        let mut properties = Map::new();
        for (name, kind) in FIELDS {
            if self.below(4) == 0 {
                continue;
            }
            let value = if self.below(8) == 0 { self.any(2) } else { self.value(kind) };
            match name.split_once('.') {
                Some((outer, inner)) if self.below(8) > 0 => {
                    properties.insert(outer.to_owned(), json!({ inner: value }));
                }
                Some((outer, _)) => {
                    properties.insert(outer.to_owned(), value);
                }
                None => {
                    properties.insert((*name).to_owned(), value);
                }
            }
        }
        Value::Object(properties)
    }

    fn value(&mut self, kind: &str) -> Value {
        match kind {
            "text" => json!(self.pick(TEXTS)),
            "number" => self.pick(&[-1.0, 0.0, 1.0, 1.5, 2.0, 3.0, 12.0]).into(),
            "flag" => json!(self.below(2) == 0),
            _ => (0..self.below(4)).map(|_| self.any(1)).collect(),
        }
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(4)),
            3..=5 => json!(self.pick(TEXTS)),
            6 => json!({ self.pick(TEXTS): self.any(depth - 1) }),
            _ => (0..self.below(3)).map(|_| self.any(depth - 1)).collect(),
        }
    }

    fn label(&mut self) -> Value {
        let times = ["2026-11-21T06:59:59Z", "2026-11-21T07:00:00Z", "2026-11-21T07:00:01Z", "2030-01-01T00:00:00Z"];
        let texts: &[(&str, &[&str])] = &[
            ("tenant", &["acme", "acme", "acme", "globex", "7"]),
            ("classification", &["public", "internal", "confidential", "restricted", "secret"]),
            ("created_at", &times),
            ("retain_until", &times),
        ];
        let mut label = Map::new();
        for (name, values) in texts {
            if self.below(8) > 0 {
                label.insert((*name).to_owned(), json!(self.pick(values)));
            }
        }
        if self.below(8) > 0 {
            let purposes = (0..self.below(4)).map(|_| json!(self.pick(&["train", "retrieve", "analyse"])));
            label.insert("purposes".to_owned(), purposes.collect());
        }
        if self.below(4) > 0 {
            let attributes = [("department", ["legal", "sales"]), ("region", ["acme", "eu"])];
            let mut map = Map::new();
            for (name, values) in attributes {
                if self.below(5) > 0 {
                    map.insert(name.to_owned(), json!(self.pick(&values)));
                }
            }
            label.insert("attributes".to_owned(), Value::Object(map));
        }
        if self.below(10) == 0 {
            let name = self.pick(&["tenant", "purposes", "created_at", "attributes", "classification"]);
            label.insert(name.to_owned(), self.any(2));
        }
        Value::Object(label)
    }

    /// Makes the rules of a policy with an `allow`, and its data.
    pub(crate) fn policy(&mut self) -> (String, Value) {
        let mut rules = String::new();
        for helper in 0..3 {
            for _ in 0..=self.below(2) {
                rules.push_str(&format!("h{helper} if {{\n{}}}\n\n", self.body(helper, 2)));
            }
        }
        for reason in 0..self.below(3) {
            rules.push_str(&format!("deny contains \"r{reason}\" if {{\n{}}}\n\n", self.body(3, 1)));
        }
        rules.push_str("deny contains \"known\" if input.subject.id == \"eve\"\n\n");
        let value = self.constant();
        let other = self.constant();
        rules.push_str(&format!("f(x) if x == {value}\n\nf(x) if {{\n\tx != {other}\n\tx in {}\n}}\n\n", self.list()));
        let (first, second) = (self.body(3, 1), self.body(3, 1));
        rules.push_str(&format!("grade := 1 if {{\n{first}}} else := 2 if {{\n{second}}}\n\n"));
        rules.push_str(
            "default grade := 0\n\nopen[name] := value if {\n\tsome name, value in data.rank\n\tvalue > 1\n}\n\n",
        );
        for _ in 0..=self.below(3) {
            rules.push_str(&format!("allow if {{\n{}}}\n\n", self.body(4, 3)));
        }
        let data = json!({"rank": {"a": 1, "b": 2, "c": 3, "12": 2, "acme": false}, "list": ["a", 1, "acme", null],
            "steps": ["a", "b", "c"], "match": {"b": "b", "n": 1}, "grants": {"ana": ["a", "b"], "bob": ["c"]}});
        (rules, data)
    }

    fn body(&mut self, helpers: usize, most: usize) -> String {
        (0..=self.below(most)).map(|_| format!("\t{}\n", self.goal(helpers))).collect()
    }

    fn goal(&mut self, helpers: usize) -> String {
        let (field, constant, list) = (self.field(), self.constant(), self.list());
        let operator = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
        let id = self.below(1_000_000_000);
        match self.below(24) {
            0..=3 => format!("{field} {operator} {constant}"),
            4 => format!("{constant} {operator} {field}"),
            5 => format!("not {field} {operator} {constant}"),
            6 => format!("{field} in {list}"),
            7 => format!("not {field} in {list}"),
            8 => format!("{constant} in input.resource.properties.tags"),
            9 => format!("not {constant} in input.resource.properties.tags"),
            10 => self.pick(&["", "not "]).to_owned() + &field,
            11..=13 if helpers > 0 => format!("{}h{}", self.pick(&["", "not "]), self.below(helpers.min(3))),
            14 => format!("data.rank[{field}] {operator} {}", self.below(4)),
            15 => format!("not data.rank[{field}] {operator} {}", self.below(4)),
            16 => format!("some v{id} in {list}\n\tv{id} == {field}"),
            17 => format!("some v{id} in input.resource.properties.tags\n\tv{id} == {constant}"),
            18 => "every key, value in data.match { input.resource.properties[key] == value }".to_owned(),
            19 => format!("{}f({field})", self.pick(&["", "not "])),
            20 => format!("object.get(input.resource.properties, \"a\", {constant}) == {}", self.constant()),
            21 if helpers > 3 => self.pick(&["count(deny) == 0", "count(deny) > 0", "not deny[\"r0\"]"]).to_owned(),
            22 if helpers > 3 => format!("grade {operator} {}", self.below(3)),
            23 => self
                .pick(&[
                    "open[input.resource.properties.a]",
                    "not open.b == 1",
                    "data.grants[input.subject.id][_] == input.resource.properties.a",
                ])
                .to_owned(),
            _ => format!("v{id} := {field} == {constant}\n\t{}v{id}", self.pick(&["", "not "])),
        }
    }

    fn field(&mut self) -> String {
        format!("input.resource.properties.{}", self.pick(FIELDS).0)
    }

    fn constant(&mut self) -> String {
        match self.below(10) {
            0 => "input.subject.properties.tenant".to_owned(),
            1 => "input.subject.properties.level".to_owned(),
            2 => "null".to_owned(),
            3 => json!(self.below(2) == 0).to_string(),
            4..=6 => json!(self.below(4)).to_string(),
            _ => json!(self.pick(TEXTS)).to_string(),
        }
    }

    fn list(&mut self) -> String {
        match self.below(5) {
            0 => "data.list".to_owned(),
            1 => "input.subject.properties.roles".to_owned(),
            2 => "data.match".to_owned(),
            3 => format!("{{{}, {}}}", self.constant(), self.constant()),
            _ => format!("[{}, {}, {}]", self.constant(), self.constant(), self.constant()),
        }
    }
}
