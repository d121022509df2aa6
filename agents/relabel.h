// The auditor's side of labels: joined again from what the journal holds. Pure computation.
#pragma once

#include <string_view>

#include "agents/run.h"
#include "tools/catalogue.h"

namespace agents {

// What an event says of a label that a run's data must at least have.
enum class Labelled {
  kNothing,      // it carries none
  kUnknown,      // one that nothing recorded bounds
  kBySealed,     // held to what is sealed with it
  kByCatalogue,  // to the catalogue as well
};

// Holds the label of a call that was begun or taken up to the labels of all that it was made from,
// and that of a result to the floor of its tool. `catalogue`: the one that the run was made with;
// null: it is not here, then what counts as trusted is not looked at. DataLoss names the step and
// both labels where one is too low.
absl::StatusOr<Labelled> CheckLabel(const Run& run, const tools::Catalogue* catalogue,
                                    std::string_view type, const base::Json& body);

}  // namespace agents
