//! From rules that hold to a verdict.

use std::sync::Arc;

use cedar_policy_core::ast::{Expr, Literal, SlotEnv, ValueKind};
use cedar_policy_core::evaluator::Evaluator;

/// Rules that hold, by their places in the engine's list, and whether any could not be evaluated.
#[derive(Clone, Default)]
pub struct Held {
    pub permits: Vec<u32>,
    pub forbids: Vec<u32>,
    pub errored: bool,
}

impl Held {
    pub fn add(&mut self, place: u32, permits: bool) {
        let list = if permits { &mut self.permits } else { &mut self.forbids };
        list.push(place);
    }

    /// Default deny, and a forbid beats every permit.
    pub fn permit(&self) -> bool {
        self.forbids.is_empty() && !self.permits.is_empty()
    }
}

/// A rule that person and tool do not settle: it depends on the context.
pub struct Open {
    pub place: u32,
    pub permits: bool,
    pub condition: Arc<Expr>,
}

/// Rules for one person and one tool.
#[derive(Default)]
pub struct Rulebook {
    pub settled: Held,
    pub open: Vec<Open>,
}

impl Rulebook {
    pub fn judge(&self, evaluator: &Evaluator) -> Held {
        let mut held = self.settled.clone();
        let slots = SlotEnv::new();
        for rule in &self.open {
            let value = evaluator.interpret(&rule.condition, &slots);
            match value.as_ref().map(|value| value.value_kind()) {
                Ok(ValueKind::Lit(Literal::Bool(true))) => held.add(rule.place, rule.permits),
                Ok(ValueKind::Lit(Literal::Bool(false))) => {}
                _ => held.errored = true,
            }
        }
        held
    }
}

/// The deciding rules, in the order of the engine's list.
pub struct Verdict {
    pub permitted: bool,
    pub errored: bool,
    pub rules: Vec<u32>,
}

impl Verdict {
    /// A permit of the plain rules is reported with the curable forbids that stand against it: the caller turns them
    /// into obligations.
    pub fn of(plain: Held, curable: impl FnOnce() -> Held) -> Self {
        let allowed = plain.permit();
        let mut errored = plain.errored;
        let mut rules = if plain.forbids.is_empty() { plain.permits } else { plain.forbids };
        if allowed {
            let standing = curable();
            errored |= standing.errored;
            rules.extend(standing.forbids);
        }
        rules.sort_unstable();
        Verdict { permitted: allowed && !errored, errored, rules }
    }
}
