// The index of the register: what each document says, kept beside its bytes for searches.
//
// What cannot be read has an empty text: doc.search finds it by its title alone, and who must not
// miss it asks Register::Mentions.
#pragma once

#include "connectors/administration/register.h"

namespace connectors::administration {

// Indexes the documents that are new or changed. Aborted: there are more than one call indexes; the
// next call goes on with the rest.
absl::Status IndexNew(Register& documents, absl::Time deadline);

}  // namespace connectors::administration
