// What gRPC and protobuf have to say, as events of the log instead of raw lines on standard error:
//
//   library.message {library, severity, file, line, message}
//
// Level warning for their errors and warnings: they say nothing of whether Maru failed.
#pragma once

namespace agents {

// From here on, for the whole program. Before threads that may log; again does nothing.
void TakeLibraryMessages();

}  // namespace agents
