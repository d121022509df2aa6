//! Rules as text: parsed, named, held to the schema, and described for the caller.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Effect, Policy, PolicyId, PolicySet, Schema, SchemaFragment, ValidationMode, Validator,
};
use cedar_policy_core::ast::{self, Expr};
use cedar_policy_core::parser::Loc;
use serde_json::{json, Value};

use super::fault::Faults;
use super::place::line;

pub struct Rule {
    pub file: String,
    lines: Lines,
    pub policy: Policy,
    pub permits: bool,
    pub curable: bool, // a forbid that an obligation lifts
    /// What stands after the scope, without places in the text: these are copied with each value on the way.
    pub condition: Option<Arc<Expr>>,
}

/// Where a rule and its annotations begin.
struct Lines {
    rule: usize,
    annotations: HashMap<String, usize>,
}

impl Lines {
    fn of(policy: &Policy, source: &str) -> Self {
        let policy: &ast::Policy = policy.as_ref();
        let at = |loc: Option<&Loc>| loc.map_or(1, |loc| line(source, loc.start()));
        let annotations = policy.annotations().map(|(k, v)| (k.to_string(), at(v.loc.as_ref())));
        Lines { rule: at(policy.loc()), annotations: annotations.collect() }
    }
}

impl Rule {
    fn new(file: &str, source: &str, policy: Policy) -> Result<Self, String> {
        let json = policy.to_json().map_err(|e| e.to_string())?;
        let bare = Policy::from_json(Some(policy.id().clone()), json).map_err(|e| e.to_string())?;
        let permits = policy.effect() == Effect::Permit;
        Ok(Rule {
            file: file.to_string(),
            lines: Lines::of(&policy, source),
            permits,
            curable: !permits && policy.annotation("obligation").is_some(),
            condition: bare.as_ref().non_scope_constraints_arc().cloned(),
            policy,
        })
    }

    fn place(&self) -> Value {
        json!({ "file": self.file, "line": self.lines.rule, "rule": self.policy.id().to_string() })
    }

    /// `{"file","line","id","permit","annotations","lines"}`: the last of the annotations, by name.
    pub fn describe(&self) -> Value {
        let annotations: serde_json::Map<String, Value> =
            self.policy.annotations().map(|(k, v)| (k.to_string(), json!(v))).collect();
        json!({
            "file": self.file,
            "line": self.lines.rule,
            "id": self.policy.id().to_string(),
            "permit": self.permits,
            "annotations": annotations,
            "lines": self.lines.annotations,
        })
    }
}

/// The rules of `[{"file","text"}]` in the order they stand there, each under its @id; an id names one rule.
pub fn parse(files: &str) -> Result<Vec<Rule>, Faults> {
    let files: Value = serde_json::from_str(files).map_err(|e| e.to_string())?;
    let (mut rules, mut places) = (Vec::new(), HashMap::new());
    for entry in files.as_array().into_iter().flatten() {
        let file = entry["file"].as_str().unwrap_or_default();
        let source = entry["text"].as_str().unwrap_or_default();
        for policy in parse_file(file, source)? {
            let rule = Rule::new(file, source, policy)?;
            let first = places.insert(rule.policy.id().clone(), rule.place());
            if let Some(first) = first {
                let mut place = rule.place();
                place["first"] = first;
                return Err(Faults::one("twice", place));
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn parse_file(file: &str, source: &str) -> Result<Vec<Policy>, Faults> {
    let set = PolicySet::from_str(source).map_err(|e| Faults::syntax(file, source, &e))?;
    if set.num_of_templates() > 0 {
        return Err(Faults::one("template", json!({ "file": file })));
    }
    let mut policies: Vec<&Policy> = set.policies().collect();
    let place = |p: &&Policy| p.id().to_string().trim_start_matches("policy").parse::<u32>().ok();
    policies.sort_by_key(place);
    let named = |(i, policy): (usize, &Policy)| match policy.annotation("id") {
        Some(id) if !id.is_empty() => Ok(policy.new_id(PolicyId::new(id))),
        _ => {
            let line = Lines::of(policy, source).rule;
            Err(Faults::one("no_id", json!({ "file": file, "line": line, "number": i + 1 })))
        }
    };
    policies.into_iter().enumerate().map(named).collect()
}

/// As one set of the crate's own.
pub fn set_of<'a>(rules: impl Iterator<Item = &'a Rule>) -> Result<PolicySet, String> {
    PolicySet::from_policies(rules.map(|rule| rule.policy.clone())).map_err(|e| e.to_string())
}

/// Strict validation; a rule that can never apply is an error too.
pub fn validate(schema: &Schema, rules: &[Rule]) -> Result<(), Faults> {
    let result =
        Validator::new(schema.clone()).validate(&set_of(rules.iter())?, ValidationMode::Strict);
    let places: HashMap<&PolicyId, Value> =
        rules.iter().map(|rule| (rule.policy.id(), rule.place())).collect();
    let place = |id: &PolicyId| places.get(id).cloned().unwrap_or_else(|| json!({}));
    let errors = result.validation_errors().map(|e| (place(e.policy_id()), e.to_string()));
    let warnings = result.validation_warnings().map(|w| (place(w.policy_id()), w.to_string()));
    let faults = Faults::invalid(errors.chain(warnings));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// The attributes of the schema's type `Arguments`; each must be an optional String.
pub fn argument_names(schema: &str) -> Result<HashSet<String>, Faults> {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(schema).map_err(|e| e.to_string())?;
    let json = fragment.to_json_value().map_err(|e| e.to_string())?;
    let attributes = json[""]["commonTypes"]["Arguments"]["attributes"]
        .as_object()
        .ok_or_else(|| Faults::one("no_arguments", json!({ "file": "schema" })))?;
    for (name, attribute) in attributes {
        let string = attribute["type"] == "String" || attribute["name"] == "String";
        if !string || attribute["required"] != Value::Bool(false) {
            return Err(Faults::one("argument", json!({ "file": "schema", "name": name })));
        }
    }
    Ok(attributes.keys().cloned().collect())
}
