#include "deploy/server/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace deploy {

void HoldStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // Open for the other direction; the lowest free number is this one.
    [[maybe_unused]] const int held = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace deploy
