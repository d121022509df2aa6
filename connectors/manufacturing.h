// The manufacturing connectors: a plant over OPC UA, Sparkplug B and Modbus/TCP, its topology in
// SQL, its works orders in Tryton. Every result is labelled S.
//
//   manufacturing.opcua     tag.read tag.history alarm.active alarm.ack spc.evaluate, and
//                           setpoint.write where a list of set points is configured
//   manufacturing.plantdb   rootcause.explain alarm.history oee.compute
//   manufacturing.tryton    workorder.create
//
// A connector whose options are empty is there and says `not configured`. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/http.h"
#include "connectors/tls.h"
#include "connectors/tryton.h"
#include "model_core/base/clock.h"

namespace connectors {

struct OpcUaOptions {
  std::string url;                        // "opc.tcp://host:4840/path"; empty: not configured
  std::string security = "sign_encrypt";  // none | sign | sign_encrypt, with Basic256Sha256
  std::string user, password;             // empty user: anonymous
  // own/ and private/ hold the client's key pair (made when absent). A server that is not trusted
  // yet is refused, and its certificate put into rejected/; one whose certificate (DER, any name)
  // lies in trusted/ is trusted. Without security it may be empty.
  std::string pki_directory;
};

struct SparkplugOptions {
  std::string host;  // MQTT 5 broker; empty: not configured
  int port = 1883;
  std::string group;  // spBv1.0/{group}/…
  std::string user, password;
  TlsFiles tls;  // needed beyond loopback
};

struct ModbusOptions {
  std::string host;  // Modbus/TCP device or gateway; empty: not configured
  int port = 502;
};

struct ManufacturingOptions {
  OpcUaOptions opcua;
  SparkplugOptions sparkplug;
  ModbusOptions modbus;
  std::string tag_map_path;     // JSON: for each tag, its source and address there (README)
  std::string set_points_path;  // JSON: which set points may be written (README); empty: none
  std::string
      plant_dsn;  // PostgreSQL (key=value form), a role that may only read; empty: not configured
  TrytonOptions tryton;
};

struct ManufacturingDeps {
  HttpClient& http;
  base::Clock& clock;
};

// As base::ReadFile; InvalidArgument: the tag map or the set point list is wrong, with file and
// tag; a bad security mode; TLS files that cannot be used, or none for a broker on another machine.
absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeManufacturingConnectors(
    ManufacturingOptions options, ManufacturingDeps deps);

}  // namespace connectors
