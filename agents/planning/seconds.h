// The model learnt of no seconds. It plans as at the beginning of the minute; what ends now, or
// began two hours ago, gets its seconds back when its plan is read.
#pragma once

#include "agents/plan.h"
#include "agents/planning/recogniser.h"

namespace agents {

// What `request` holds at the beginning of the minute of `now`: what the model reads and may write.
Recognition RecogniseInMinutes(std::string_view request, absl::Time now);

// Puts in place of each value that RecogniseInMinutes found (`minute`) what Recognise finds there.
void RestoreSeconds(Plan& plan, const Recognition& minute, std::string_view request,
                    absl::Time now);

}  // namespace agents
