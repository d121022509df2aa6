// maru: the command line of Maru. Exit codes: exit_code.h.
#include <csignal>

#include "deploy/cli/command.h"
#include "deploy/server/standard_streams.h"

int main(int argc, char** argv) {
  deploy::HoldStandardStreams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is no error: Session::Output sees it
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more is an error to tell, not an end
  return deploy::cli::RunCommandLine(argc, argv, deploy::cli::Terminal::Detect());
}
