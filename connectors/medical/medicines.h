// Medicines: what a patient takes, from MedicationRequest, and how a prescription is written as
// one.
#pragma once

#include <string>
#include <vector>

#include "connectors/medical/fhir.h"

namespace connectors::medical {

struct Ingredient {
  std::string code;  // of the DUR list; empty if the record has none
  std::string name;
};

struct Medicine {
  std::string drug;
  std::vector<Ingredient> ingredients;
  std::string dose;       // "500mg", or the text of the dosage
  std::string frequency;  // of the catalogue; empty if the record says another one
  std::string since;      // day
  std::string order_id;
  Record record;
};

// What `order` (a MedicationRequest) prescribes; `since` is left empty.
Fallible<Medicine> MedicineOf(const Fhir& fhir, Record order, const tools::CallContext& context);

// What the patient takes on `day` (YYYY-MM-DD): orders whose period covers it. An order that has
// been stopped counts for the days before its end, if the record has one. Ordered by day, then
// number.
Fallible<std::vector<Medicine>> MedicinesOn(const Fhir& fhir, const std::string& patient_id,
                                            const std::string& day,
                                            const tools::CallContext& context);

// Timing.code of a catalogue frequency: "bid" → "BID"; empty for prn.
std::string TimingCode(std::string_view frequency);

}  // namespace connectors::medical
