#include "model_core/vision/picture.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/vision.h"

namespace model_core {

using base::StrCat;

absl::Status BadImage(std::string_view english, std::string_view korean) {
  return base::WithReason(base::Error(absl::StatusCode::kInvalidArgument, english, korean),
                          "IMAGE_REFUSED");
}

absl::Status CheckPictureSize(size_t width, size_t height, size_t bytes_least, size_t file_bytes) {
  if (width == 0 || height == 0) return BadImage("it has no pixels", "픽셀이 없습니다");
  const std::string size = StrCat(width, " × ", height);
  if (width > kImagePixelsMax / height) {
    return BadImage(StrCat(size, " pixels, limit ", kImagePixelsMax),
                    StrCat(size, "픽셀로, 한도 ", kImagePixelsMax, "픽셀을 넘습니다"));
  }
  if (bytes_least > file_bytes) {
    return BadImage(StrCat("damaged: ", size, " pixels do not fit into ", file_bytes, " bytes"),
                    StrCat("손상됨: ", file_bytes, "바이트에 ", size, "픽셀이 들어갈 수 없습니다"));
  }
  if (std::max(width, height) > kImageRatioMax * std::min(width, height)) {
    return BadImage(
        StrCat(size, " pixels, the longer side may be ", kImageRatioMax, " times the shorter"),
        StrCat(size, "픽셀로, 긴 변이 짧은 변의 ", kImageRatioMax, "배를 넘습니다"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Picture> ReadPicture(std::string_view file, PictureParts parts) {
  if (file.empty()) return BadImage("the file is empty", "파일이 비어 있습니다");
  if (file.size() > kImageBytesMax) {
    return BadImage(
        StrCat("the file has ", file.size(), " bytes, limit ", kImageBytesMax),
        StrCat("파일이 ", file.size(), "바이트로, 한도 ", kImageBytesMax, "바이트를 넘습니다"));
  }
  if (file.starts_with("\x89PNG\r\n\x1A\n")) return ReadPng(file, parts);
  if (file.starts_with("\xFF\xD8\xFF")) return ReadJpeg(file, parts);
  return BadImage("neither PNG nor JPEG", "PNG나 JPEG 파일이 아닙니다");
}

}  // namespace model_core
