// Session: one invocation of `maru`: the language, the terminal, who asks and where. Commands get
// it and nothing else. One thread, but for Note.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "deploy/cli/client.h"
#include "deploy/cli/exit_code.h"
#include "deploy/cli/page.h"
#include "model_core/base/json.h"

namespace deploy::cli {

struct Terminal {
  std::FILE* in = stdin;
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool interactive = false;  // a person reads the output and can answer
  bool colour = false;
  int width = 100;

  // Colours and width only where the output is a terminal; NO_COLOR and TERM=dumb turn colours off.
  static Terminal Detect();
};

// The language of --lang, else of LC_ALL, LC_MESSAGES or LANG; Korean where none of them names one.
base::Language DetectLanguage(int argc, const char* const* argv);

struct Session {
  base::Language language = base::Language::kKorean;
  Terminal terminal;
  bool json = false;
  ConnectionOptions connection;

  bool korean() const { return language == base::Language::kKorean; }
  std::string Say(std::string_view english, std::string_view korean_text) const {
    return std::string(korean() ? korean_text : english);
  }
  Page NewPage() const { return Page(terminal.width, terminal.colour); }

  void Print(std::string_view text) const;        // to the output, flushed; see Output()
  void PrintJson(const base::Json& value) const;  // one JSON document and a line feed
  void Note(std::string_view english,
            std::string_view korean_text) const;  // a line beside the output
  // The error as a person (or, with --json, a program) reads it; its exit code.
  ExitCode Fail(const absl::Status& status) const;
  // A line typed by the person, without its end; false at the end of the input.
  bool ReadLine(std::string_view prompt, std::string& line) const;
  // y or yes, 예 or 네; anything else is no.
  bool Confirm(std::string_view question) const;

  absl::StatusOr<std::unique_ptr<Client>> Connect() const;

  // What became of all that was printed: OK, or why the first of it that was lost could not be
  // written. Cancelled: nobody reads on (a closed pipe), which is nobody's error.
  absl::Status Output() const;

 private:
  mutable int output_errno_ = 0;  // of the first write that failed
};

// The whole of a file, "-" being the standard input. NotFound names it.
absl::StatusOr<std::string> ReadFile(const Session& session, const std::string& path);

}  // namespace deploy::cli
