// What an earlier start found of weight files: their SHA-256, and that all their weights are
// numbers. Noted in a small JSON file, {"version", "stamp", "sha256"}, and believed as long as the
// files have the stamps of then: size, inode, and the times of the last change. So the next start
// need not read hundreds of gigabytes before the first token, and yet notices that a file changed.
#pragma once

#include <string>

#include "model_core/weights/weight_files.h"

namespace model_core {

// Raised whenever more is checked than before.
inline constexpr int kCheckVersion = 1;

// The SHA-256 that is noted at `path`, in hex. Empty: nothing is, or it is damaged, of an earlier
// version, or of other files.
std::string ReadCheckedWeights(const std::string& path, const WeightFiles& files);

// Errors: WriteFile's (base/files.h).
absl::Status NoteCheckedWeights(const std::string& path, const WeightFiles& files,
                                const std::string& sha256);

}  // namespace model_core
