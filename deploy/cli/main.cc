// maru: the command line of Maru. Exit codes: exit_code.h.
#include <csignal>

#include "deploy/cli/command.h"

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more is an error to tell, not an end
  return deploy::cli::RunCommandLine(argc, argv, deploy::cli::Terminal::Detect());
}
