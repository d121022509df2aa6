// Modbus/TCP: registers of the tag map, over libmodbus. One connection a call: devices allow few.
#include <modbus/modbus.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "connectors/manufacturing/plant.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

struct Closer {
  void operator()(modbus_t* context) const {
    modbus_close(context);
    modbus_free(context);
  }
};
using Context = std::unique_ptr<modbus_t, Closer>;

bool TwoWords(const ModbusAddress& address) { return address.format.ends_with("32"); }

double Decode(const ModbusAddress& address, const uint16_t* words) {
  const uint32_t high = words[address.little_words ? 1 : 0],
                 low = words[address.little_words ? 0 : 1];
  const uint32_t both = TwoWords(address) ? high << 16 | low : words[0];
  if (address.format == "int16") return address.scale * static_cast<int16_t>(both);
  if (address.format == "int32") return address.scale * static_cast<int32_t>(both);
  if (address.format != "float32") return address.scale * both;
  float value;
  std::memcpy(&value, &both, sizeof(value));
  return address.scale * static_cast<double>(value);
}

class ModbusSource : public TagSource {
 public:
  ModbusSource(ModbusOptions options, base::Clock& clock)
      : options_(std::move(options)),
        peer_(StrCat("modbus ", options_.host, ":", options_.port)),
        clock_(clock) {}

  Fallible<std::vector<Sample>> Read(const std::vector<const TagEntry*>& tags,
                                     const tools::CallContext& context) override {
    const std::lock_guard lock(mutex_);
    ASSIGN_OR_FAIL(const Context device, Connect(context));
    std::vector<Sample> samples;
    for (const TagEntry* tag : tags) {
      if (!GiveTime(device.get(), context)) return Late();
      ASSIGN_OR_FAIL(Sample sample, ReadOne(device.get(), *tag));
      samples.push_back(std::move(sample));
    }
    return samples;
  }

 private:
  // What is left before the deadline, for the whole of the next answer: a device may send it a byte
  // at a time. False: nothing is left.
  static bool GiveTime(modbus_t* device, const tools::CallContext& context) {
    const int64_t left =
        absl::ToInt64Microseconds(std::min(context.deadline - absl::Now(), absl::Seconds(30)));
    if (left <= 0) return false;
    modbus_set_byte_timeout(device, 0, 0);
    modbus_set_response_timeout(device, static_cast<uint32_t>(left / 1'000'000),
                                static_cast<uint32_t>(left % 1'000'000));
    return true;
  }

  Fallible<Context> Connect(const tools::CallContext& context) {
    Context device(modbus_new_tcp_pi(options_.host.c_str(), StrCat(options_.port).c_str()));
    if (!device) return Failed(errno, peer_, peer_);
    if (!GiveTime(device.get(), context)) return Late();
    if (modbus_connect(device.get()) != 0) return Failed(errno, peer_, peer_);
    return device;
  }

  // A device that answers with an exception has no such register, or no value for it now: quality
  // bad.
  Fallible<Sample> ReadOne(modbus_t* device, const TagEntry& tag) {
    const ModbusAddress& address = *tag.modbus;
    uint16_t words[2] = {0, 0};
    const int count = TwoWords(address) ? 2 : 1;
    modbus_set_slave(device, address.unit);
    const auto read = address.input ? &modbus_read_input_registers : &modbus_read_registers;
    if (read(device, address.reg, count, words) == count)
      return Sample{Decode(address, words), "good", clock_.Now()};
    const int error = errno;
    const bool exception = error > MODBUS_ENOBASE && error < EMBBADCRC;
    if (!exception) {
      return Failed(error, StrCat(peer_, " unit ", address.unit, " register ", address.reg),
                    StrCat(peer_, " ", address.unit, "번 장치 ", address.reg, "번 레지스터"));
    }
    return Sample{std::nullopt, "bad", clock_.Now()};
  }

  // `english` and `korean` name what was asked.
  static ToolError Failed(int error, std::string_view english, std::string_view korean) {
    const std::string what = StrCat(english, ": ", modbus_strerror(error)),
                      why = error < MODBUS_ENOBASE ? base::ErrnoText(error, base::Language::kKorean)
                                                   : base::Quoted(modbus_strerror(error));
    if (error == ETIMEDOUT) {
      return MakeToolError("timeout", what,
                           StrCat(korean, ": Modbus 장치가 제한 시간 안에 응답하지 않았습니다"));
    }
    const bool garbage = error >= EMBBADCRC;
    return garbage
               ? MakeToolError("malformed_upstream", what,
                               StrCat(korean, ": Modbus 장치의 응답을 해석할 수 없습니다: ", why))
               : MakeToolError("unreachable", what,
                               StrCat(korean, ": Modbus 장치에 연결할 수 없습니다: ", why));
  }
  ToolError Late() const {
    return MakeToolError("timeout", StrCat(peer_, ": no time left"),
                         StrCat(peer_, ": Modbus 장치에 물을 시간이 남지 않았습니다"));
  }

  const ModbusOptions options_;
  const std::string peer_;
  base::Clock& clock_;
  std::mutex mutex_;  // one request at a time at the device
};

}  // namespace

std::unique_ptr<TagSource> MakeModbusSource(ModbusOptions options, base::Clock& clock) {
  if (options.host.empty()) return nullptr;
  return std::make_unique<ModbusSource>(std::move(options), clock);
}

}  // namespace connectors::manufacturing
