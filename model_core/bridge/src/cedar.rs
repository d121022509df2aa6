//! `cedar-policy`: decisions over a resident schema, policy set and entities.
//!
//! One engine is one loaded policy version and never changes; a swap is the caller exchanging engines. A person
//! and a tool become entities once and stay, with the policies whose scope can match them (the crate's
//! authorizer walks every policy it is handed); only the context is built for each call. Whatever fails here is
//! an error code, and the caller forbids.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::{Arc, RwLock};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Effect, Entities, Entity, EntityId,
    EntityTypeName, EntityUid, Policy, PolicyId, PolicySet, PrincipalConstraint, Request,
    ResourceConstraint, RestrictedExpression, Schema, SchemaFragment, ValidationMode, Validator,
};
use serde_json::{json, Value};

use crate::ffi::{free_handle, guard, guard_new, text, Buffer};

/// Residents kept; when full they are made anew from the calls that come.
const RESIDENTS_MAX: usize = 8192;
const NO_RULE: u32 = u32::MAX;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    data: *const u8,
    size: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Texts {
    data: *const Text,
    size: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Grades {
    n2sf: i64,
    mil: i64,
    privacy: i64,
    integrity: i64,
}

/// One call, as in bridge.h.
#[repr(C)]
pub struct Call {
    person: Text,
    unit: Text,
    roles: Texts,
    person_purposes: Texts,
    person_tools: Texts,
    clearance_n2sf: i64,
    clearance_mil: i64,
    tool: Text,
    domain: Text,
    kind: Text,
    approval: Text,
    tool_purposes: Texts,
    purpose: Text,
    input: Grades,
    output: Grades,
    sink_untrusted: bool,
    confirm: bool,
    related: bool,
    argument_names: Texts,
    argument_values: Texts,
}

#[repr(C)]
pub struct Answer {
    permitted: bool,
    errored: bool,
    rules: *mut u32,
    count: usize,
}

impl Text {
    unsafe fn get<'a>(self) -> Result<&'a str, String> {
        text(self.data, self.size)
    }
}

impl Texts {
    unsafe fn get<'a>(self) -> Result<Vec<&'a str>, String> {
        if self.size == 0 {
            return Ok(Vec::new());
        }
        std::slice::from_raw_parts(self.data, self.size).iter().map(|t| t.get()).collect()
    }
}

/// What a resident is made of: compared on each call, so that a changed person or tool is never judged by what
/// they were.
struct Facts<'a> {
    person: [&'a str; 2], // id, unit
    roles: Vec<&'a str>,
    purposes: Vec<&'a str>,
    tools: Vec<&'a str>,
    clearance: [i64; 2],
    tool: [&'a str; 4], // name, domain, kind, approval
    tool_purposes: Vec<&'a str>,
}

impl Call {
    unsafe fn facts<'a>(&self) -> Result<Facts<'a>, String> {
        Ok(Facts {
            person: [self.person.get()?, self.unit.get()?],
            roles: self.roles.get()?,
            purposes: self.person_purposes.get()?,
            tools: self.person_tools.get()?,
            clearance: [self.clearance_n2sf, self.clearance_mil],
            tool: [self.tool.get()?, self.domain.get()?, self.kind.get()?, self.approval.get()?],
            tool_purposes: self.tool_purposes.get()?,
        })
    }
}

impl Facts<'_> {
    fn key(&self) -> String {
        [self.person[0], self.tool[0]].join("\0")
    }

    /// Every text with its length before it, so that no two sets of facts share a print.
    fn print(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        let mut put = |piece: &str| {
            out.extend_from_slice(&(piece.len() as u32).to_ne_bytes());
            out.extend_from_slice(piece.as_bytes());
        };
        self.person.iter().chain(&self.tool).for_each(|t| put(t));
        for list in [&self.roles, &self.purposes, &self.tools, &self.tool_purposes] {
            put("list");
            list.iter().for_each(|t| put(t));
        }
        self.clearance.iter().for_each(|grade| out.extend_from_slice(&grade.to_ne_bytes()));
        out
    }
}

struct Resident {
    print: Vec<u8>,
    person: EntityUid,
    tool: EntityUid,
    entities: Entities,
    plain: PolicySet,   // permits, and forbids that nothing cures
    curable: PolicySet, // forbids that an obligation cures
}

struct Types {
    user: EntityTypeName,
    role: EntityTypeName,
    unit: EntityTypeName,
    tool: EntityTypeName,
    domain: EntityTypeName,
    call: EntityUid,
}

pub struct Engine {
    schema: Schema,
    types: Types,
    policies: Vec<Policy>,
    index: HashMap<PolicyId, u32>,
    arguments: HashSet<String>, // names that policies may look at: the schema's type Arguments
    residents: RwLock<HashMap<String, Arc<Resident>>>,
}

fn type_name(name: &str) -> Result<EntityTypeName, String> {
    EntityTypeName::from_str(name).map_err(|e| e.to_string())
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn strings(values: &[&str]) -> RestrictedExpression {
    RestrictedExpression::new_set(
        values.iter().map(|v| RestrictedExpression::new_string(v.to_string())),
    )
}

/// The attributes of the schema's type `Arguments`; each must be an optional String.
fn argument_names(schema: &str) -> Result<HashSet<String>, String> {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(schema).map_err(|e| e.to_string())?;
    let json = fragment.to_json_value().map_err(|e| e.to_string())?;
    let attributes = json[""]["commonTypes"]["Arguments"]["attributes"]
        .as_object()
        .ok_or("schema: type Arguments is missing")?;
    for (name, attribute) in attributes {
        let string = attribute["type"] == "String" || attribute["name"] == "String";
        if !string || attribute["required"] != Value::Bool(false) {
            return Err(format!("schema: Arguments.{name} must be an optional String"));
        }
    }
    Ok(attributes.keys().cloned().collect())
}

/// The policies of one file in the order they stand there, each under its @id.
fn parse_file(file: &str, source: &str) -> Result<Vec<Policy>, String> {
    let set = PolicySet::from_str(source).map_err(|e| format!("{file}: {e:?}"))?;
    if set.num_of_templates() > 0 {
        return Err(format!("{file}: templates are not used here"));
    }
    let mut policies: Vec<&Policy> = set.policies().collect();
    let place = |p: &&Policy| p.id().to_string().trim_start_matches("policy").parse::<u32>().ok();
    policies.sort_by_key(place);
    let named = |(i, policy): (usize, &Policy)| match policy.annotation("id") {
        Some(id) if !id.is_empty() => Ok(policy.new_id(PolicyId::new(id))),
        _ => Err(format!("{file}: rule {} has no @id", i + 1)),
    };
    policies.into_iter().enumerate().map(named).collect()
}

fn describe(file: &str, policy: &Policy) -> Value {
    let annotations: serde_json::Map<String, Value> =
        policy.annotations().map(|(k, v)| (k.to_string(), json!(v))).collect();
    json!({
        "file": file,
        "id": policy.id().to_string(),
        "permit": policy.effect() == Effect::Permit,
        "annotations": annotations,
    })
}

fn is_curable(policy: &Policy) -> bool {
    policy.effect() == Effect::Forbid && policy.annotation("obligation").is_some()
}

/// Permits and forbids that nothing cures, and forbids that an obligation cures.
fn split(policies: Vec<Policy>) -> Result<(PolicySet, PolicySet), String> {
    let (curable, plain): (Vec<_>, Vec<_>) = policies.into_iter().partition(is_curable);
    let set = |list| PolicySet::from_policies(list).map_err(|e| e.to_string());
    Ok((set(plain)?, set(curable)?))
}

impl Engine {
    /// The engine, and its rules for the caller: `[{"file","id","permit","annotations"}]`.
    fn load(schema_text: &str, files: &str) -> Result<(Self, Value), String> {
        let (schema, _) =
            Schema::from_cedarschema_str(schema_text).map_err(|e| format!("schema: {e:?}"))?;
        let files: Value = serde_json::from_str(files).map_err(|e| e.to_string())?;
        let (mut policies, mut index, mut rules) = (Vec::new(), HashMap::new(), Vec::new());
        let mut set = PolicySet::new();
        for entry in files.as_array().into_iter().flatten() {
            let file = entry["file"].as_str().unwrap_or_default();
            for policy in parse_file(file, entry["text"].as_str().unwrap_or_default())? {
                if index.insert(policy.id().clone(), policies.len() as u32).is_some() {
                    return Err(format!("{file}: rule {} is defined twice", policy.id()));
                }
                rules.push(describe(file, &policy));
                set.add(policy.clone()).map_err(|e| format!("{file}: {e}"))?;
                policies.push(policy);
            }
        }
        validate(&schema, &set, &index, &rules)?;
        let engine = Engine {
            types: Types {
                user: type_name("User")?,
                role: type_name("Role")?,
                unit: type_name("Unit")?,
                tool: type_name("Tool")?,
                domain: type_name("Domain")?,
                call: uid(&type_name("Action")?, "call"),
            },
            arguments: argument_names(schema_text)?,
            schema,
            policies,
            index,
            residents: RwLock::new(HashMap::new()),
        };
        Ok((engine, Value::Array(rules)))
    }

    fn resident(&self, facts: &Facts) -> Result<Arc<Resident>, String> {
        let (key, print) = (facts.key(), facts.print());
        if let Ok(residents) = self.residents.read() {
            if let Some(found) = residents.get(&key).filter(|found| found.print == print) {
                return Ok(found.clone());
            }
        }
        let made = Arc::new(self.make_resident(facts, print)?);
        let mut residents = self.residents.write().map_err(|_| "residents are poisoned")?;
        if residents.len() >= RESIDENTS_MAX {
            residents.clear();
        }
        residents.insert(key, made.clone());
        Ok(made)
    }

    fn make_resident(&self, facts: &Facts, print: Vec<u8>) -> Result<Resident, String> {
        let person = uid(&self.types.user, facts.person[0]);
        let tool = uid(&self.types.tool, facts.tool[0]);
        let entities = self.entities(facts, &person, &tool)?;
        let mut resident = Resident {
            print,
            person,
            tool,
            entities,
            plain: PolicySet::new(),
            curable: PolicySet::new(),
        };
        let matching: Vec<Policy> =
            self.policies.iter().filter(|p| self.in_scope(p, &resident)).cloned().collect();
        (resident.plain, resident.curable) = split(matching)?;
        Ok(resident)
    }

    fn entities(&self, f: &Facts, person: &EntityUid, tool: &EntityUid) -> Result<Entities, String> {
        let roles = f.roles.iter().map(|role| uid(&self.types.role, role));
        let unit = uid(&self.types.unit, f.person[1]);
        let domain = uid(&self.types.domain, f.tool[1]);
        let tools = f
            .tools
            .iter()
            .map(|name| RestrictedExpression::new_entity_uid(uid(&self.types.tool, name)));
        let person_attributes = HashMap::from([
            ("clearance_n2sf".to_string(), RestrictedExpression::new_long(f.clearance[0])),
            ("clearance_mil".to_string(), RestrictedExpression::new_long(f.clearance[1])),
            ("purposes".to_string(), strings(&f.purposes)),
            ("tools".to_string(), RestrictedExpression::new_set(tools)),
        ]);
        let tool_attributes = HashMap::from([
            ("kind".to_string(), RestrictedExpression::new_string(f.tool[2].to_string())),
            ("approval".to_string(), RestrictedExpression::new_string(f.tool[3].to_string())),
            ("purposes".to_string(), strings(&f.tool_purposes)),
        ]);
        let of = |uid: &EntityUid, attributes, parents| {
            Entity::new(uid.clone(), attributes, parents).map_err(|e| e.to_string())
        };
        let bare = |uid: EntityUid| Entity::new_no_attrs(uid, HashSet::new());
        let groups: HashSet<EntityUid> = roles.chain([unit]).collect();
        let mut entities = vec![
            of(person, person_attributes, groups.clone())?,
            of(tool, tool_attributes, HashSet::from([domain.clone()]))?,
            bare(domain),
        ];
        entities.extend(groups.into_iter().map(bare));
        Entities::from_entities(entities, Some(&self.schema)).map_err(|e| format!("{e:?}"))
    }

    /// Whether the policy's scope matches: exact, since person, tool and their groups are known.
    fn in_scope(&self, policy: &Policy, r: &Resident) -> bool {
        let within = |group: &EntityUid, member: &EntityUid| {
            group == member || r.entities.is_ancestor_of(group, member)
        };
        let principal = match policy.principal_constraint() {
            PrincipalConstraint::Any => true,
            PrincipalConstraint::In(group) => within(&group, &r.person),
            PrincipalConstraint::Eq(one) => one == r.person,
            PrincipalConstraint::Is(kind) => kind == self.types.user,
            PrincipalConstraint::IsIn(kind, group) => {
                kind == self.types.user && within(&group, &r.person)
            }
        };
        let resource = match policy.resource_constraint() {
            ResourceConstraint::Any => true,
            ResourceConstraint::In(group) => within(&group, &r.tool),
            ResourceConstraint::Eq(one) => one == r.tool,
            ResourceConstraint::Is(kind) => kind == self.types.tool,
            ResourceConstraint::IsIn(kind, group) => {
                kind == self.types.tool && within(&group, &r.tool)
            }
        };
        // Actions stand in no hierarchy here: `in` lists them.
        let action = match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::In(list) => list.contains(&self.types.call),
            ActionConstraint::Eq(one) => one == self.types.call,
        };
        principal && resource && action
    }

    unsafe fn context(&self, call: &Call) -> Result<Context, String> {
        let flag = |name: &str, value| (name.to_string(), RestrictedExpression::new_bool(value));
        let grade = |name: &str, value| (name.to_string(), RestrictedExpression::new_long(value));
        let string = |name: &str, value: &str| {
            (name.to_string(), RestrictedExpression::new_string(value.to_string()))
        };
        let (names, values) = (call.argument_names.get()?, call.argument_values.get()?);
        let seen = names.iter().zip(&values).filter(|(name, _)| self.arguments.contains(**name));
        let arguments = RestrictedExpression::new_record(seen.map(|(n, v)| string(n, v)))
            .map_err(|e| e.to_string())?;
        Context::from_pairs([
            string("purpose", call.purpose.get()?),
            grade("input_n2sf", call.input.n2sf),
            grade("input_mil", call.input.mil),
            grade("input_privacy", call.input.privacy),
            grade("input_integrity", call.input.integrity),
            grade("output_n2sf", call.output.n2sf),
            grade("output_mil", call.output.mil),
            grade("output_privacy", call.output.privacy),
            flag("sink_untrusted", call.sink_untrusted),
            flag("confirm", call.confirm),
            flag("related", call.related),
            ("arguments".to_string(), arguments),
        ])
        .map_err(|e| e.to_string())
    }

    /// Decision, whether anything errored, and the deciding rules. A permit is reported with the curable forbids
    /// that stand against it: the caller turns them into obligations. `whole`: over the unsliced set, for the
    /// test that slicing changes nothing.
    unsafe fn decide(&self, call: &Call, whole: bool) -> Result<(bool, bool, Vec<u32>), String> {
        let resident = self.resident(&call.facts()?)?;
        let request = Request::new(
            resident.person.clone(),
            self.types.call.clone(),
            resident.tool.clone(),
            self.context(call)?,
            whole.then_some(&self.schema),
        )
        .map_err(|e| format!("{e:?}"))?;
        let mut rules = Vec::new();
        let mut errored = false;
        let mut run = |set: &PolicySet| {
            let response = Authorizer::new().is_authorized(&request, set, &resident.entities);
            let diagnostics = response.diagnostics();
            errored |= diagnostics.errors().next().is_some();
            rules.extend(diagnostics.reason().map(|id| self.index.get(id).copied().unwrap_or(NO_RULE)));
            response.decision() == Decision::Allow
        };
        let sets = if whole { Some(split(self.policies.clone())?) } else { None };
        let (plain, curable) =
            sets.as_ref().map_or((&resident.plain, &resident.curable), |(plain, curable)| (plain, curable));
        let allowed = run(plain);
        if allowed {
            run(curable);
        }
        rules.sort_unstable();
        Ok((allowed && !errored, errored, rules))
    }
}

/// Strict validation; a rule that can never apply is an error too.
fn validate(
    schema: &Schema,
    set: &PolicySet,
    index: &HashMap<PolicyId, u32>,
    rules: &[Value],
) -> Result<(), String> {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    let place = |id: &PolicyId| {
        let file = index.get(id).map(|i| rules[*i as usize]["file"].clone()).unwrap_or_default();
        format!("{}: rule {id}", file.as_str().unwrap_or_default())
    };
    let errors = result.validation_errors().map(|e| format!("{}: {e}", place(e.policy_id())));
    let warnings = result.validation_warnings().map(|w| format!("{}: {w}", place(w.policy_id())));
    let all: Vec<String> = errors.chain(warnings).collect();
    if all.is_empty() {
        Ok(())
    } else {
        Err(all.join("; "))
    }
}

/// # Safety
/// Pointers as in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_new(
    schema: *const u8,
    schema_size: usize,
    files: *const u8,
    files_size: usize,
    handle: *mut *mut Engine,
    rules: *mut Buffer,
) -> i32 {
    let mut described = Vec::new();
    let mut error = Buffer { data: std::ptr::null_mut(), size: 0 };
    let code = guard_new(handle, &mut error, || {
        let (engine, list) = Engine::load(text(schema, schema_size)?, text(files, files_size)?)?;
        described = list.to_string().into_bytes();
        Ok(engine)
    });
    if code == crate::ffi::OK {
        crate::ffi::maru_buffer_free(error);
        rules.write(Buffer::from_bytes(described));
    } else {
        rules.write(error);
    }
    code
}

/// # Safety
/// As for `free_handle`.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_free(engine: *mut Engine) {
    free_handle(engine);
}

/// # Safety
/// Pointers as in bridge.h; `answer.rules` has room for every rule of the engine.
#[no_mangle]
pub unsafe extern "C" fn maru_cedar_decide(
    engine: *const Engine,
    call: *const Call,
    whole: bool,
    answer: *mut Answer,
    error: *mut Buffer,
) -> i32 {
    (*answer).permitted = false;
    (*answer).errored = true;
    (*answer).count = 0;
    guard(error, || {
        let engine = engine.as_ref().ok_or("no engine")?;
        let (permitted, errored, rules) = engine.decide(&*call, whole)?;
        if rules.contains(&NO_RULE) || rules.len() > engine.policies.len() {
            return Err("a rule decided that is not of this engine".to_string());
        }
        std::ptr::copy_nonoverlapping(rules.as_ptr(), (*answer).rules, rules.len());
        (*answer).permitted = permitted;
        (*answer).errored = errored;
        (*answer).count = rules.len();
        Ok(Vec::new())
    })
}
