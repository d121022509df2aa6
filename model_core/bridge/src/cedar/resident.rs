//! A person and a tool, kept between calls: their entities, and what they settle of the rules.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use cedar_policy::Entities;
use cedar_policy_core::ast::{Context, EntityUIDEntry, Request};
use cedar_policy_core::evaluator::Evaluator;
use cedar_policy_core::extensions::Extensions;

use super::call::{Facts, Print};
use super::entities::World;
use super::judge::{Open, Rulebook};
use super::rules::Rule;

/// Residents kept; when full they are made anew from the calls that come.
const RESIDENTS_MAX: usize = 8192;

pub struct Resident {
    print: Vec<u8>,
    person: EntityUIDEntry,
    action: EntityUIDEntry,
    tool: EntityUIDEntry,
    entities: Entities,
    pub plain: Rulebook,   // permits, and forbids that nothing cures
    pub curable: Rulebook, // forbids that an obligation cures
}

impl Resident {
    pub fn new(
        world: &World,
        rules: &[Rule],
        facts: &Facts,
        print: Vec<u8>,
    ) -> Result<Self, String> {
        let mut resident = Resident {
            print,
            person: world.person(facts).as_ref().clone().into(),
            action: world.action.as_ref().clone().into(),
            tool: world.tool(facts).as_ref().clone().into(),
            entities: world.entities(facts)?,
            plain: Rulebook::default(),
            curable: Rulebook::default(),
        };
        (resident.plain, resident.curable) = resident.settle(rules);
        Ok(resident)
    }

    /// `context`: None leaves it open.
    pub fn request(&self, context: Option<Context>) -> Request {
        let entry = EntityUIDEntry::clone;
        Request::new_unchecked(entry(&self.person), entry(&self.action), entry(&self.tool), context)
    }

    pub fn entities(&self) -> &Entities {
        &self.entities
    }

    pub fn evaluator(&self, context: Option<Context>) -> Evaluator<'_> {
        Evaluator::new(self.request(context), self.entities.as_ref(), Extensions::all_available())
    }

    /// Each rule without a context: what then has a value has it in every context. A scope looks at person, action
    /// and tool alone, so that of the others only what stands after it is left open.
    fn settle(&self, rules: &[Rule]) -> (Rulebook, Rulebook) {
        let (mut plain, mut curable) = (Rulebook::default(), Rulebook::default());
        let evaluator = self.evaluator(None);
        for (place, rule) in rules.iter().enumerate() {
            let (place, permits) = (place as u32, rule.permits);
            let book = if rule.curable { &mut curable } else { &mut plain };
            let value = evaluator.partial_evaluate(rule.policy.as_ref()).map(|value| value.left());
            match (value, &rule.condition) {
                (Ok(Some(true)), _) => book.settled.add(place, permits),
                (Ok(Some(false)), _) => {}
                (Ok(None), Some(condition)) => {
                    book.open.push(Open { place, permits, condition: condition.clone() })
                }
                _ => book.settled.errored = true,
            }
        }
        (plain, curable)
    }
}

/// By the names of person and tool; the print is compared on each call, so that a changed person or tool is never
/// judged by what they were.
#[derive(Default)]
pub struct Residents(RwLock<HashMap<Vec<u8>, Arc<Resident>>>);

impl Residents {
    pub fn find(&self, print: &Print) -> Option<Arc<Resident>> {
        let residents = self.0.read().ok()?;
        residents.get(print.key()).filter(|found| found.print == print.bytes).cloned()
    }

    pub fn keep(&self, key: Vec<u8>, resident: Arc<Resident>) -> Result<(), String> {
        let mut residents = self.0.write().map_err(|_| "residents are poisoned")?;
        if residents.len() >= RESIDENTS_MAX {
            residents.clear();
        }
        residents.insert(key, resident);
        Ok(())
    }
}
