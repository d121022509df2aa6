//! Why policies cannot be loaded, as data: policies/cedar_faults.cc says it in the languages of people.

use miette::Diagnostic;
use serde_json::{json, Map, Value};

use super::place::{label, line_and_column};

/// Objects `{"what"}` with what is known besides: "file", "line", "column", "source", "rule" (its id), "first" (where
/// it stood before), "number" (of a rule in its file), "name" (of an argument), "words" (the crate's own).
pub struct Faults(Vec<Value>);

/// What a crate says of something without a place.
impl From<String> for Faults {
    fn from(words: String) -> Self {
        Faults::one("other", json!({ "words": words }))
    }
}

impl Faults {
    pub fn one(what: &str, place: Value) -> Self {
        Faults(vec![named(what, place)])
    }

    /// A text of `file` that is none of its language; `source` is the line where that shows.
    pub fn syntax(file: &str, text: &str, error: &dyn Diagnostic) -> Self {
        let Some((offset, expected)) = label(error) else {
            return Faults::one("syntax", json!({ "file": file, "words": error.to_string() }));
        };
        let offset = offset.min(text.trim_end().len());
        let (line, column) = line_and_column(text, offset);
        let source = text.lines().nth(line - 1).unwrap_or_default().trim();
        let expected = expected.map(|more| format!(", {more}")).unwrap_or_default();
        let place = json!({
            "file": file,
            "line": line,
            "column": column,
            "source": source,
            "words": format!("{error}{expected}"),
        });
        Faults::one("syntax", place)
    }

    /// Rules that the schema does not bear: the place of each, and the words.
    pub fn invalid(all: impl Iterator<Item = (Value, String)>) -> Self {
        let with = |(mut place, words): (Value, String)| {
            place["words"] = Value::from(words);
            named("invalid", place)
        };
        Faults(all.map(with).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As bridge.h gives them.
    pub fn into_text(self) -> String {
        Value::Array(self.0).to_string()
    }
}

fn named(what: &str, place: Value) -> Value {
    let mut fault = Map::from_iter([("what".to_string(), Value::from(what))]);
    fault.extend(place.as_object().cloned().unwrap_or_default());
    Value::Object(fault)
}
