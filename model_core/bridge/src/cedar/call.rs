//! One call as the caller lays it out in memory (bridge.h), and what is read from it.

use std::collections::HashSet;
use std::sync::Arc;

use cedar_policy_core::ast::{Context, Value};

use crate::ffi::{bytes, text, Text};

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

/// What a person and a tool are made of.
pub struct Facts<'a> {
    pub person: &'a str,
    pub unit: &'a str,
    pub roles: Vec<&'a str>,
    pub person_purposes: Vec<&'a str>,
    pub person_tools: Vec<&'a str>,
    pub clearance_n2sf: i64,
    pub clearance_mil: i64,
    pub tool: &'a str,
    pub domain: &'a str,
    pub kind: &'a str,
    pub approval: &'a str,
    pub tool_purposes: Vec<&'a str>,
}

/// The same as bytes: every text and list with its size before it, so that no two sets of facts share a print.
pub struct Print {
    pub bytes: Vec<u8>,
    key: usize,
}

impl Print {
    /// The names of person and tool.
    pub fn key(&self) -> &[u8] {
        &self.bytes[..self.key]
    }

    unsafe fn put(&mut self, piece: Text) {
        self.bytes.extend_from_slice(&piece.size.to_ne_bytes());
        self.bytes.extend_from_slice(bytes(piece.data, piece.size));
    }
}

impl Text {
    unsafe fn get<'a>(self) -> Result<&'a str, String> {
        text(self.data, self.size)
    }
}

impl Texts {
    unsafe fn items<'a>(self) -> &'a [Text] {
        if self.size == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.data, self.size)
    }

    unsafe fn get<'a>(self) -> Result<Vec<&'a str>, String> {
        self.items().iter().map(|t| t.get()).collect()
    }
}

impl Call {
    pub unsafe fn facts<'a>(&self) -> Result<Facts<'a>, String> {
        Ok(Facts {
            person: self.person.get()?,
            unit: self.unit.get()?,
            roles: self.roles.get()?,
            person_purposes: self.person_purposes.get()?,
            person_tools: self.person_tools.get()?,
            clearance_n2sf: self.clearance_n2sf,
            clearance_mil: self.clearance_mil,
            tool: self.tool.get()?,
            domain: self.domain.get()?,
            kind: self.kind.get()?,
            approval: self.approval.get()?,
            tool_purposes: self.tool_purposes.get()?,
        })
    }

    /// Of all that `facts` reads.
    pub unsafe fn print(&self) -> Print {
        let mut print = Print { bytes: Vec::with_capacity(1024), key: 0 };
        print.put(self.person);
        print.put(self.tool);
        print.key = print.bytes.len();
        for piece in [self.unit, self.domain, self.kind, self.approval] {
            print.put(piece);
        }
        for list in [self.roles, self.person_purposes, self.person_tools, self.tool_purposes] {
            print.bytes.extend_from_slice(&list.size.to_ne_bytes());
            list.items().iter().for_each(|piece| print.put(*piece));
        }
        for grade in [self.clearance_n2sf, self.clearance_mil] {
            print.bytes.extend_from_slice(&grade.to_ne_bytes());
        }
        print
    }

    /// The context of the schema's action; of the arguments those that `seen` names.
    pub unsafe fn context(&self, seen: &HashSet<String>) -> Result<Context, String> {
        let (names, values) = (self.argument_names.items(), self.argument_values.items());
        let mut arguments = Vec::new();
        for (name, value) in names.iter().zip(values) {
            let (name, value) = (name.get()?, value.get()?);
            if seen.contains(name) {
                arguments.push((name, Value::from(value)));
            }
        }
        let fields = [
            ("purpose", Value::from(self.purpose.get()?)),
            ("input_n2sf", self.input.n2sf.into()),
            ("input_mil", self.input.mil.into()),
            ("input_privacy", self.input.privacy.into()),
            ("input_integrity", self.input.integrity.into()),
            ("output_n2sf", self.output.n2sf.into()),
            ("output_mil", self.output.mil.into()),
            ("output_privacy", self.output.privacy.into()),
            ("sink_untrusted", self.sink_untrusted.into()),
            ("confirm", self.confirm.into()),
            ("related", self.related.into()),
            ("arguments", Value::record(arguments, None)),
        ];
        let record = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Ok(Context::Value(Arc::new(record)))
    }
}
