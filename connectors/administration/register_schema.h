// The register's tables (register.sql), as built in.
#pragma once

namespace connectors::administration {

extern const char* const kRegisterSchema;

}  // namespace connectors::administration
