// Captured: the command line run inside the test, its output and errors as text.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "deploy/cli/command.h"

namespace deploy::cli {

struct Captured {
  int code = 0;
  std::string out, err;
};

inline std::string Contents(std::FILE* file) {
  std::string text(static_cast<size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

inline Captured RunMaru(std::vector<const char*> arguments, const std::string& input = "") {
  Terminal terminal;
  terminal.in = std::tmpfile();
  terminal.out = std::tmpfile();
  terminal.err = std::tmpfile();
  std::fwrite(input.data(), 1, input.size(), terminal.in);
  std::rewind(terminal.in);
  arguments.insert(arguments.begin(), "maru");
  Captured captured;
  captured.code = RunCommandLine(static_cast<int>(arguments.size()), arguments.data(), terminal);
  std::fclose(terminal.in);
  captured.out = Contents(terminal.out);
  captured.err = Contents(terminal.err);
  return captured;
}

}  // namespace deploy::cli
