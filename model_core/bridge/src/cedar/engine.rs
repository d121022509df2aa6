//! One loaded policy version, and decisions by it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cedar_policy::{Authorizer, Decision, PolicyId, PolicySet, Request, Schema};
use cedar_policy_core::ast::RequestSchema;
use cedar_policy_core::extensions::Extensions;
use cedar_policy_core::validator::ValidatorSchema;
use serde_json::Value;

use super::call::Call;
use super::entities::World;
use super::fault::Faults;
use super::judge::{Held, Verdict};
use super::resident::{Resident, Residents};
use super::rules::{argument_names, parse, set_of, validate, Rule};

pub struct Engine {
    world: World,
    rules: Vec<Rule>,
    arguments: HashSet<String>, // names that policies may look at: the schema's type Arguments
    residents: Residents,
}

impl Engine {
    /// The engine, and its rules for the caller, as `Rule::describe` gives them.
    pub fn load(schema_text: &str, files: &str) -> Result<(Self, Value), Faults> {
        let (schema, _) = Schema::from_cedarschema_str(schema_text)
            .map_err(|e| Faults::syntax("schema", schema_text, &e))?;
        let rules = parse(files)?;
        validate(&schema, &rules)?;
        let described = rules.iter().map(Rule::describe).collect();
        let engine = Engine {
            world: World::new(schema)?,
            rules,
            arguments: argument_names(schema_text)?,
            residents: Residents::default(),
        };
        Ok((engine, Value::Array(described)))
    }

    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    pub unsafe fn decide(&self, call: &Call) -> Result<Verdict, String> {
        let resident = self.resident(call)?;
        let evaluator = resident.evaluator(Some(call.context(&self.arguments)?));
        let plain = resident.plain.judge(&evaluator);
        Ok(Verdict::of(plain, || resident.curable.judge(&evaluator)))
    }

    unsafe fn resident(&self, call: &Call) -> Result<Arc<Resident>, String> {
        let print = call.print();
        if let Some(found) = self.residents.find(&print) {
            return Ok(found);
        }
        let key = print.key().to_vec();
        let made = Resident::new(&self.world, &self.rules, &call.facts()?, print.bytes)?;
        let made = Arc::new(made);
        self.residents.keep(key, made.clone())?;
        Ok(made)
    }

    /// The same by the crate's own authorizer over every rule, with nothing kept or settled before and the request
    /// held to the schema. For the test that `decide` says the same.
    pub unsafe fn decide_whole(&self, call: &Call) -> Result<Verdict, String> {
        let resident = Resident::new(&self.world, &[], &call.facts()?, Vec::new())?;
        let request = resident.request(Some(call.context(&self.arguments)?));
        let schema: &ValidatorSchema = self.world.schema.as_ref();
        schema
            .validate_request(&request, Extensions::all_available())
            .map_err(|e| format!("{e:?}"))?;
        let request = Request::from(request);
        let (plain, curable) = (self.set(false)?, self.set(true)?);
        let held = |set| self.held(&request, set, &resident);
        Ok(Verdict::of(held(&plain), || held(&curable)))
    }

    fn set(&self, curable: bool) -> Result<PolicySet, String> {
        set_of(self.rules.iter().filter(|rule| rule.curable == curable))
    }

    fn held(&self, request: &Request, set: &PolicySet, resident: &Resident) -> Held {
        let places: HashMap<&PolicyId, usize> =
            self.rules.iter().enumerate().map(|(place, rule)| (rule.policy.id(), place)).collect();
        let response = Authorizer::new().is_authorized(request, set, resident.entities());
        let mut held = Held::default();
        for id in response.diagnostics().reason() {
            match places.get(id) {
                Some(place) => held.add(*place as u32, self.rules[*place].permits),
                None => held.errored = true,
            }
        }
        held.errored |= response.diagnostics().errors().next().is_some();
        held.errored |= held.permit() != (response.decision() == Decision::Allow);
        held
    }
}
