// A PostgreSQL server that lets everybody in and then says nothing.
#pragma once

#include <optional>
#include <string>

#include "model_core/base/strings.h"
#include "tests/fakes/line_server.h"

namespace connectors {

inline std::string Message(char type, const std::string& body) {
  const auto size = static_cast<uint32_t>(body.size() + 4);
  std::string out{type};
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 255);
  return out + body;
}

inline std::string Setting(const std::string& name, const std::string& value) {
  return Message('S', name + '\0' + value + '\0');
}

// All that a server says until it is ready for the first query.
inline std::string Login() {
  return Message('R', std::string(4, '\0')) + Setting("server_version", "15.8") +
         Setting("client_encoding", "UTF8") + Setting("standard_conforming_strings", "on") +
         Message('K', std::string(8, '\1')) + Message('Z', "I");
}

class HungDatabase {
 public:
  // One with an empty greeting does not even let anybody in.
  explicit HungDatabase(const std::string& greeting = Login())
      : server_(greeting, [](const std::string&) { return std::optional<std::string>(""); }) {}
  std::string dsn() const {
    return base::StrCat("host=127.0.0.1 port=", server_.port(),
                        " dbname=x user=x sslmode=disable gssencmode=disable");
  }

 private:
  fakes::LineServer server_;
};

}  // namespace connectors
