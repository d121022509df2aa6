//! A person and a tool as Cedar entities.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::str::FromStr;

use cedar_policy::{
    Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema,
};

use super::call::Facts;

type Attributes = HashMap<String, RestrictedExpression>;

/// The schema, and the names in it that calls are put into.
pub struct World {
    pub schema: Schema,
    pub action: EntityUid,
    user: EntityTypeName,
    role: EntityTypeName,
    unit: EntityTypeName,
    tool: EntityTypeName,
    domain: EntityTypeName,
}

fn type_name(name: &str) -> Result<EntityTypeName, String> {
    EntityTypeName::from_str(name).map_err(|e| e.to_string())
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// An error of the crate in its words, each cause behind what it caused.
fn with_causes(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words += &format!(": {error}");
        cause = error.source();
    }
    words
}

fn string(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_string())
}

fn strings(values: &[&str]) -> RestrictedExpression {
    RestrictedExpression::new_set(values.iter().map(|value| string(value)))
}

fn entity(
    uid: EntityUid,
    attributes: Attributes,
    parents: HashSet<EntityUid>,
) -> Result<Entity, String> {
    Entity::new(uid, attributes, parents).map_err(|e| e.to_string())
}

impl World {
    pub fn new(schema: Schema) -> Result<Self, String> {
        Ok(World {
            schema,
            action: uid(&type_name("Action")?, "call"),
            user: type_name("User")?,
            role: type_name("Role")?,
            unit: type_name("Unit")?,
            tool: type_name("Tool")?,
            domain: type_name("Domain")?,
        })
    }

    pub fn person(&self, facts: &Facts) -> EntityUid {
        uid(&self.user, facts.person)
    }

    pub fn tool(&self, facts: &Facts) -> EntityUid {
        uid(&self.tool, facts.tool)
    }

    /// Person, tool and their groups, held to the schema.
    pub fn entities(&self, facts: &Facts) -> Result<Entities, String> {
        let roles = facts.roles.iter().map(|role| uid(&self.role, role));
        let groups: HashSet<EntityUid> = roles.chain([uid(&self.unit, facts.unit)]).collect();
        let domains = HashSet::from([uid(&self.domain, facts.domain)]);
        let bare = groups.iter().chain(&domains).cloned();
        let mut entities: Vec<Entity> =
            bare.map(|uid| Entity::new_no_attrs(uid, HashSet::new())).collect();
        entities.push(entity(self.person(facts), self.person_attributes(facts), groups)?);
        entities.push(entity(self.tool(facts), tool_attributes(facts), domains)?);
        Entities::from_entities(entities, Some(&self.schema)).map_err(|e| with_causes(&e))
    }

    fn person_attributes(&self, facts: &Facts) -> Attributes {
        let tool = |name: &&str| RestrictedExpression::new_entity_uid(uid(&self.tool, name));
        let tools = RestrictedExpression::new_set(facts.person_tools.iter().map(tool));
        let grade = RestrictedExpression::new_long;
        HashMap::from([
            ("clearance_n2sf".to_string(), grade(facts.clearance_n2sf)),
            ("clearance_mil".to_string(), grade(facts.clearance_mil)),
            ("purposes".to_string(), strings(&facts.person_purposes)),
            ("tools".to_string(), tools),
        ])
    }
}

fn tool_attributes(facts: &Facts) -> Attributes {
    HashMap::from([
        ("kind".to_string(), string(facts.kind)),
        ("approval".to_string(), string(facts.approval)),
        ("purposes".to_string(), strings(&facts.tool_purposes)),
    ])
}
