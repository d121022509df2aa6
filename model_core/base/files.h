// Whole files: read at once, or written so that nobody ever sees half of one.
//
// Errors name the file, what it is to the reader, and why. Functions without state; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/json.h"
#include "model_core/base/status.h"

namespace base {

// What a message calls a file: {"tag map", "태그 목록"}.
struct FileKind {
  std::string_view english = "file";
  std::string_view korean = "파일";
};

// NotFound: there is none. InvalidArgument: it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path, FileKind kind = {});
// As well, InvalidArgument: it is no JSON.
absl::StatusOr<Json> ReadJsonFile(const std::string& path, FileKind kind = {});

enum class Readers { kEverybody, kOwner };

// All of `bytes`, or what was there before: to a hidden file beside it, which then takes its place.
// Durable when it returns, where the file system can say so of a folder. What is no regular file (a
// device, a pipe) is written into and stays what it is. A process writes a path from one thread at
// a time. Errors: those of ErrnoCode.
absl::Status WriteFile(const std::string& path, std::string_view bytes,
                       Readers readers = Readers::kEverybody);

// A file that is not there yet, for its owner alone: all of `bytes`, durable when it returns, and
// of several who make one at once only the first. AlreadyExists: something is there, and stays; a
// file is whole and durable. Any thread and process at any time. Errors: those of ErrnoCode.
absl::Status WriteNewFile(const std::string& path, std::string_view bytes);

// What `error`, a value of errno, means where a file cannot be written: NotFound (no such folder),
// AlreadyExists, PermissionDenied, ResourceExhausted (no room), InvalidArgument (no file can be
// there), else Unknown.
absl::StatusCode ErrnoCode(int error);

// Makes durable which files a folder holds; a folder that may not be listed, or whose file system
// knows no such thing, is left as it is.
absl::Status SyncFolder(const std::string& path);

}  // namespace base
