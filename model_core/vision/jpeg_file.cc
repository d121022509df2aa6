// JPEG through libjpeg. Its errors come back by longjmp: nothing with a destructor lives in the
// frames that it leaves.
#include <setjmp.h>

// Each needs the one before.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/vision/orientation.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr std::string_view kExifHead("Exif\0\0", 6);
constexpr unsigned kMarkerBytesMax = 0xFFFF;
constexpr size_t kPixelsPerByte = 8 * 64;  // at most: a block of 8 × 8 takes a bit
constexpr int kScansMax = 100;  // of a progressive file; each costs a pass over all pixels

struct JpegReader {
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  jpeg_decompress_struct jpeg;
  jmp_buf back;
  char fault[JMSG_LENGTH_MAX] = "";

  explicit JpegReader(std::string_view file);
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&jpeg); }
};

[[noreturn]] void Fail(j_common_ptr jpeg) {
  auto* reader = static_cast<JpegReader*>(jpeg->client_data);
  (*jpeg->err->format_message)(jpeg, reader->fault);
  longjmp(reader->back, 1);
}

// libjpeg goes on after damage, with grey in place of what is lost. What does no harm to pixels is
// left to it.
void Warn(j_common_ptr jpeg, int level) {
  const int code = jpeg->err->msg_code;
  if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_ADOBE_XFORM) Fail(jpeg);
}

void CountScans(j_common_ptr jpeg) {
  auto* reader = static_cast<JpegReader*>(jpeg->client_data);
  if (reader->jpeg.input_scan_number <= kScansMax) return;
  std::snprintf(reader->fault, sizeof(reader->fault), "more than %d scans", kScansMax);
  longjmp(reader->back, 1);
}

JpegReader::JpegReader(std::string_view file) : errors(), progress(), jpeg() {
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = &Fail;
  errors.emit_message = &Warn;
  jpeg.client_data = this;
  if (setjmp(back) != 0) return;
  jpeg_create_decompress(&jpeg);  // which keeps err and client_data
  progress.progress_monitor = &CountScans;
  jpeg.progress = &progress;
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_save_markers(&jpeg, kExifMarker, kMarkerBytesMax);
}

bool ReadHeader(JpegReader& reader) {
  if (setjmp(reader.back) != 0) return false;
  jpeg_read_header(&reader.jpeg, TRUE);
  return true;
}

bool ReadPixels(JpegReader& reader, uint8_t* rgb) {
  if (setjmp(reader.back) != 0) return false;
  reader.jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&reader.jpeg);
  while (reader.jpeg.output_scanline < reader.jpeg.output_height) {
    JSAMPROW row = rgb + size_t{3} * reader.jpeg.output_scanline * reader.jpeg.output_width;
    jpeg_read_scanlines(&reader.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&reader.jpeg);
  return true;
}

int OrientationOf(const JpegReader& reader) {
  for (auto* marker = reader.jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (marker->marker == kExifMarker && data.starts_with(kExifHead))
      return ExifOrientation(data.substr(kExifHead.size()));
  }
  return 1;
}

absl::Status Damaged(const JpegReader& reader) {
  return BadImage(StrCat("damaged JPEG: ", reader.fault),
                  StrCat("손상된 JPEG: ", base::Quoted(reader.fault)));
}

}  // namespace

absl::StatusOr<Picture> ReadJpeg(std::string_view file, PictureParts parts) {
  JpegReader reader(file);
  if (reader.fault[0] != '\0' || !ReadHeader(reader)) return Damaged(reader);
  Picture picture{reader.jpeg.image_width, reader.jpeg.image_height, {}};
  RETURN_IF_ERROR(CheckPictureSize(picture.width, picture.height,
                                   picture.width * picture.height / kPixelsPerByte, file.size()));
  const int components = reader.jpeg.num_components;
  if (components != 1 && components != 3) {
    return BadImage(StrCat("JPEG of ", components, " colour components; read are 1 and 3"),
                    StrCat("색 성분이 ", components, "개인 JPEG입니다 (1개와 3개만 읽습니다)"));
  }
  const int orientation = OrientationOf(reader);
  if (parts == PictureParts::kSize) {
    if (SwapsSides(orientation)) std::swap(picture.width, picture.height);
    return picture;
  }
  picture.rgb.resize(picture.width * picture.height * 3);
  if (!ReadPixels(reader, picture.rgb.data())) return Damaged(reader);
  return Upright(std::move(picture), orientation);
}

}  // namespace model_core
