#include "model_core/weights/repack_file.h"

#include <atomic>
#include <bit>
#include <cstring>
#include <fstream>
#include <thread>

#include "model_core/base/json.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "model_core/weights/file_writer.h"
#include "model_core/weights/pack.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr uint64_t kMix = 0xC2B2AE3D27D4EB4F;
typedef uint64_t Words __attribute__((vector_size(16)));
constexpr size_t kVectors = 4, kLanes = 2;
constexpr size_t kStride = kVectors * sizeof(Words);
constexpr size_t kAhead = 4096;  // bytes: processors fetch ahead by themselves only within a page

// Fletcher's two sums (IEEE Trans. Commun. 30, 1982), of words in lanes: the first finds every word
// that changed, the second words that changed places.
struct Sums {
  Words plain[kVectors] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  Words weighted[kVectors] = {};

  // One vector at a time: copied all at once they would not stay in registers.
  void Add(const uint8_t* data) {
    for (size_t v = 0; v < kVectors; ++v) {
      Words words;
      std::memcpy(&words, data + v * sizeof(Words), sizeof(Words));
      plain[v] += words;
      weighted[v] += plain[v];
    }
  }
};

// Finds damage, not malice, as fast as memory is read.
uint64_t Checksum(std::span<const uint8_t> bytes) {
  Sums sums;
  const size_t whole = bytes.size() / kStride * kStride;
  for (size_t at = 0; at < whole; at += kStride) {
    __builtin_prefetch(bytes.data() + at + kAhead);
    sums.Add(bytes.data() + at);
  }
  if (whole < bytes.size()) {
    uint8_t rest[kStride] = {};
    std::memcpy(rest, bytes.data() + whole, bytes.size() - whole);
    sums.Add(rest);
  }
  uint64_t folded = bytes.size();
  for (size_t l = 0; l < kVectors * kLanes; ++l) {
    folded = (std::rotl(folded, 27) ^ sums.plain[l / kLanes][l % kLanes]) * kMix;
    folded = (std::rotl(folded, 27) ^ sums.weighted[l / kLanes][l % kLanes]) * kMix;
  }
  return folded;
}

// Over names and bytes; tensors are dealt out to all cores.
std::string Checksum(const PackedTensors& tensors) {
  const std::vector<std::pair<std::string, std::span<const uint8_t>>> list(tensors.begin(),
                                                                           tensors.end());
  std::vector<uint64_t> sums(list.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < list.size(); i = next++) sums[i] = Checksum(list[i].second);
  };
  std::vector<std::jthread> helpers(std::max(1U, std::thread::hardware_concurrency()) - 1);
  for (std::jthread& helper : helpers) helper = std::jthread(work);
  work();
  helpers.clear();  // joins
  std::string all;
  for (size_t i = 0; i < list.size(); ++i) all += StrCat(list[i].first, "=", sums[i], ";");
  return StrCat(Checksum({reinterpret_cast<const uint8_t*>(all.data()), all.size()}));
}

PackedTensors TensorsOf(const SafetensorsFile& file) {
  PackedTensors tensors;
  for (const auto& [name, view] : file.tensors()) tensors[name] = view.data;
  return tensors;
}

bool Is(const SafetensorsFile& file, const char* name, const std::string& value) {
  const auto it = file.metadata().find(name);
  return it != file.metadata().end() && it->second == value;
}

bool Matches(const SafetensorsFile& file, const WeightFiles& source) {
  return Is(file, "version", StrCat(kPackVersion)) &&
         (Is(file, "stamp", source.Stamp()) || Is(file, "source", source.Sha256())) &&
         Is(file, "checksum", Checksum(TensorsOf(file)));
}

// The same weights with another stamp, moved or copied, need not be hashed at each start. A stamp
// that is half written is one that does not match; where nothing can be written, none is.
void RenewStamp(const std::string& path, const std::string& old_stamp, const std::string& stamp) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  uint64_t size = 0;
  file.read(reinterpret_cast<char*>(&size), sizeof(size));
  std::string header(file ? size : 0, ' ');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  const size_t at = header.find(old_stamp);
  if (!file || old_stamp.size() != stamp.size() || at == header.npos) return;
  file.seekp(static_cast<std::streamoff>(sizeof(size) + at));
  file.write(stamp.data(), static_cast<std::streamsize>(stamp.size()));
}

// Padded with spaces, as the format allows, so that the data begin at a multiple of 64 bytes.
std::string Header(const PackedTensors& tensors, const std::string& stamp,
                   const std::string& source_sha256) {
  Json header = {{"__metadata__",
                  {{"version", StrCat(kPackVersion)},
                   {"source", source_sha256},
                   {"stamp", stamp},
                   {"checksum", Checksum(tensors)}}}};
  size_t at = 0;
  for (const auto& [name, bytes] : tensors) {
    header[name] = {
        {"dtype", "U8"}, {"shape", {bytes.size()}}, {"data_offsets", {at, at + bytes.size()}}};
    at += bytes.size();
  }
  std::string text = header.dump();
  text.append(63 - (sizeof(uint64_t) + text.size() + 63) % 64, ' ');
  return text;
}

}  // namespace

std::unique_ptr<RepackFile> RepackFile::Open(const std::string& path, const WeightFiles& source) {
  auto file = SafetensorsFile::Open(path);
  if (file.ok() && Matches(**file, source)) {
    const std::string stamp = source.Stamp();
    if (!Is(**file, "stamp", stamp)) RenewStamp(path, (*file)->metadata().at("stamp"), stamp);
    return std::unique_ptr<RepackFile>(new RepackFile(*std::move(file)));  // private
  }
  if (file.ok() || !absl::IsNotFound(file.status()))
    base::LogWarning("packed_weights.unusable", {{"path", path}});  // damaged, or of other weights
  return nullptr;
}

std::span<const uint8_t> RepackFile::Find(const std::string& name) const {
  const auto it = file_->tensors().find(name);
  return it == file_->tensors().end() ? std::span<const uint8_t>() : it->second.data;
}

absl::Status WriteRepackFile(const std::string& path, const PackedTensors& tensors,
                             const std::string& stamp, const std::string& source_sha256) {
  ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  const std::string header = Header(tensors, stamp, source_sha256);
  const uint64_t size = header.size();
  RETURN_IF_ERROR(writer.Write({reinterpret_cast<const uint8_t*>(&size), sizeof(size)}));
  RETURN_IF_ERROR(writer.Write({reinterpret_cast<const uint8_t*>(header.data()), header.size()}));
  for (const auto& [name, bytes] : tensors) RETURN_IF_ERROR(writer.Write(bytes));
  return writer.Commit();
}

}  // namespace model_core
