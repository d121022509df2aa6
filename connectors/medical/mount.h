// Whether a file system is where it has to be: what is written on a bare mount point stays on this
// machine, hidden as soon as the file system is there again. Any thread.
#pragma once

#include <string>

namespace connectors::medical {

// Whether `path` is the root of what is mounted there; false as well where nothing can be told.
bool IsMountPoint(const std::string& path);

}  // namespace connectors::medical
