// Requests to act behind somebody's back: without the approval that an act needs, unseen by who has
// to know of it, or with nothing left on record. Their own words say so, and what they ask for is
// refused as harmful, whatever a model makes of it.
#pragma once

#include <string_view>

namespace agents {

// An act is asked for that way. Not so where it is denied (결재 없이 보내면 안 됩니다), told of
// others or in the past, asked about, or what is looked for (rulings on exports without approval).
// What stands in quotation marks is not looked at.
bool AsksToEvade(std::string_view request);

}  // namespace agents
