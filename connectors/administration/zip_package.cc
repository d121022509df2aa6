#include "connectors/administration/zip_package.h"

#include <zip.h>

#include <memory>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr zip_int64_t kEntriesMax = 2000;
constexpr size_t kUnpackedMax = 128 << 20;
constexpr time_t kEpoch = 315532800;  // 1980-01-01, the earliest that ZIP knows

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;

absl::Status NotReadable(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("package cannot be read: ", english),
                     StrCat("문서 묶음을 읽을 수 없습니다: ", korean));
}

absl::Status NotMade(std::string_view english) {
  return base::Error(absl::StatusCode::kInternal, StrCat("package: ", english),
                     StrCat("문서 묶음을 만들지 못했습니다: ", base::Quoted(english)));
}

absl::StatusOr<std::string> ReadEntry(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat) {
  if (stat.encryption_method != ZIP_EM_NONE) {
    return base::Error(absl::StatusCode::kPermissionDenied, "package is encrypted",
                       "암호로 잠긴 문서입니다");
  }
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(archive, index, 0),
                                                               &zip_fclose);
  if (file == nullptr)
    return NotReadable(
        zip_strerror(archive),
        StrCat("항목 ", index + 1, "번을 열 수 없습니다: ", base::Quoted(zip_strerror(archive))));
  std::string bytes(stat.size, '\0');
  if (zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size())) {
    return NotReadable(
        StrCat("entry ", stat.name, " is damaged"),
        StrCat("항목 '", stat.name, "'", base::Particle(stat.name, "이"), " 손상되었습니다"));
  }
  char more;
  if (zip_fread(file.get(), &more, 1) != 0)
    return NotReadable(StrCat("entry ", stat.name, " fails its checksum"),
                       StrCat("항목 '", stat.name, "'의 검사합이 맞지 않습니다"));
  return bytes;
}

bool Add(zip_t* archive, const PackageEntry& entry, bool stored) {
  zip_source_t* source = zip_source_buffer(archive, entry.bytes.data(), entry.bytes.size(), 0);
  const zip_int64_t index = zip_file_add(archive, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), kEpoch, 0);
  return zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                                  stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) == 0;
}

std::string Contents(zip_source_t* source) {
  std::string bytes;
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0) return bytes;
  bytes.resize(stat.size);
  if (zip_source_read(source, bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
    bytes.clear();
  zip_source_close(source);
  return bytes;
}

}  // namespace

absl::StatusOr<std::vector<PackageEntry>> ReadPackage(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  const Archive archive(
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error), &zip_discard);
  if (archive == nullptr) {
    zip_source_free(source);
    return NotReadable("no ZIP file", "ZIP 파일이 아닙니다");
  }
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count > kEntriesMax)
    return NotReadable(StrCat(count, " entries, limit ", kEntriesMax),
                       StrCat("항목이 ", count, "개로 한도(", kEntriesMax, "개)를 넘습니다"));
  std::vector<PackageEntry> entries;
  size_t unpacked = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0)
      return NotReadable("damaged directory", "목록이 손상되었습니다");
    if (stat.size > kUnpackedMax - unpacked)
      return NotReadable(StrCat("unpacks to more than ", kUnpackedMax, " bytes"),
                         StrCat("압축을 푼 크기가 한도(", kUnpackedMax, "바이트)를 넘습니다"));
    unpacked += stat.size;
    ASSIGN_OR_RETURN(std::string content,
                     ReadEntry(archive.get(), static_cast<zip_uint64_t>(i), stat));
    entries.push_back({stat.name, std::move(content)});
  }
  return entries;
}

absl::StatusOr<std::string> WritePackage(const std::vector<PackageEntry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (source == nullptr) return NotMade("no memory");
  zip_source_keep(source);
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(source, &zip_source_free);
  Archive archive(zip_open_from_source(source, ZIP_TRUNCATE, &error), &zip_discard);
  if (archive == nullptr) {
    zip_source_free(source);
    return NotMade("cannot be made");
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!Add(archive.get(), entries[i], i == 0)) return NotMade(zip_strerror(archive.get()));
  }
  if (zip_close(archive.get()) != 0) return NotMade(zip_strerror(archive.get()));
  archive.release();  // closed
  return Contents(source);
}

}  // namespace connectors::administration
