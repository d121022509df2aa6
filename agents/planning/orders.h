// Acts that a request orders, and those that it only speaks of.
//
// A model that reads "AL-4410 알람은 누가 확인 처리했나요?" may take the act that it knows for what
// is wanted. People say of an act that it is done, that it must not be done, that others want it,
// that it is to be decided; or they ask who did it. Where a request says nothing else of an act, it
// is no order. What stands in quotation marks is not looked at.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace agents {

// What a request says beside what it orders.
struct Asides {
  std::set<std::string> tools;    // by name in the catalogue: spoken of, and ordered nowhere
  std::set<std::string> ordered;  // named as orders
  std::string rest;               // the request without the clauses that speak of them
  std::string named;              // identifiers that `rest` lost: "DOC-9231, AL-4075"
};

Asides FindAsides(std::string_view request);

}  // namespace agents
