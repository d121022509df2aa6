// maru: the command line of Maru. Exit codes: exit_code.h.
#include "deploy/cli/command.h"

int main(int argc, char** argv) {
  return deploy::cli::RunCommandLine(argc, argv, deploy::cli::Terminal::Detect());
}
