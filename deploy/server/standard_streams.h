// The three standard streams of a process.
#pragma once

namespace deploy {

// Holds the numbers of those that whoever started the process has closed: else the next file or
// connection would be opened under such a number, and what is printed would go there. Reading from
// and writing to them fails as it would have (EBADF). First thing in main.
void HoldStandardStreams();

}  // namespace deploy
