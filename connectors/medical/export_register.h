// ExportRegister: the outbox of pseudonymised data, and what has been put there.
//
// DIRECTORY/EXP-….csv is what a recipient is given; whoever carries it on may take it away.
// DIRECTORY/register/EXP-….json says that it was given, to whom and on what review, and stays.
// DIRECTORY/staging/EXP-….csv is not given yet. An export is staged, then registered, then moved
// out; the number follows from the effect's key, so that a crash anywhere leaves an export that a
// repeat finishes and never a second one. Thread-safe for different keys.
#pragma once

#include <optional>
#include <string>

#include "connectors/medical.h"
#include "connectors/tool_kit.h"

namespace connectors::medical {

class ExportRegister {
 public:
  explicit ExportRegister(const ExportOptions& options)
      : directory_(options.directory), mount_(options.mount) {}

  // "EXP-…", of an effect's key.
  static std::string Number(const std::string& key);

  // unreachable: nothing is mounted where something has to be, so that nothing found says anything.
  Fallible<bool> Mounted() const;
  // What is registered under `number`; nullopt if nothing is. unreachable: it cannot be read.
  Fallible<std::optional<base::Json>> Find(const std::string& number) const;
  // Whether there is a register. Where none is, that nothing is found in it says nothing of what
  // was given: the outbox may not be mounted. unreachable: that cannot be told.
  Fallible<bool> Stands() const;
  // Whether what is registered has still to be moved out. unreachable: that cannot be told.
  Fallible<bool> IsStaged(const std::string& number) const;

  // Durable when it returns. unreachable: it cannot be written or is not mounted, and nothing is
  // given.
  Fallible<bool> Register(const std::string& number, const std::string& data,
                          const base::Json& entry) const;
  // Moves what is registered out; done once. in_doubt: it cannot be moved now, or is not
  // mounted.
  Fallible<bool> Deliver(const std::string& number) const;

 private:
  std::string Path(const std::string& folder, const std::string& name) const;

  const std::string directory_, mount_;
};

}  // namespace connectors::medical
