// What the data folder of a private cluster holds: our settings, and whether it is whole.
#pragma once

#include <filesystem>

namespace connectors {

// Added to initdb's postgresql.conf; all of pg_hba.conf.
extern const char kOurSettings[];
inline constexpr char kOurAccess[] = "local all all peer map=maru\n";

enum class DataState {
  kWhole,
  kUnborn,   // nothing but what initdb makes, and not all of that: nothing was ever kept in it
  kDamaged,  // something may have been kept in it, and no server can run on it
};
// Of a folder that is there.
DataState LookAtData(const std::filesystem::path& data);

}  // namespace connectors
