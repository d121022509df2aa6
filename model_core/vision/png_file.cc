// PNG through libpng. Its errors come back by longjmp: nothing with a destructor lives in the
// frames that it leaves.
#include <png.h>

#include <algorithm>
#include <cstring>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/vision/picture.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kDeflateMost = 1032;  // bytes that one byte of a deflated stream becomes at most

struct PngReader {
  std::string_view rest;  // of the file
  char fault[128] = "";
  png_structp png = nullptr;
  png_infop info = nullptr;

  explicit PngReader(std::string_view file) : rest(file) {}
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }

  static void Read(png_structp png, png_bytep out, size_t count) {
    auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > reader->rest.size()) png_error(png, "the file ends early");
    std::memcpy(out, reader->rest.data(), count);
    reader->rest.remove_prefix(count);
  }
  static void Fail(png_structp png, png_const_charp what) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::strncpy(reader->fault, what, sizeof(reader->fault) - 1);
    png_longjmp(png, 1);
  }
  static void Ignore(png_structp, png_const_charp) {}
};

bool ReadHeader(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_read_fn(reader.png, &reader, &PngReader::Read);
  // What is neither pixels nor their palette is passed over: texts may unpack to a thousandfold.
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(reader.png, reader.info);
  return true;
}

// Whatever is stored becomes 8 bits of red, green, blue, alpha.
bool ReadRgba(PngReader& reader, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_expand(reader.png);
  png_set_strip_16(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_add_alpha(reader.png, 0xFF, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  png_read_image(reader.png, rows);
  png_read_end(reader.png, nullptr);
  return true;
}

// Over white: colour · alpha + white · (1 - alpha), to the nearest.
uint8_t OverWhite(unsigned colour, unsigned alpha) {
  const unsigned sum = colour * alpha + 255 * (255 - alpha) + 128;
  return static_cast<uint8_t>(((sum >> 8) + sum) >> 8);
}

// In place: rgb never overtakes rgba.
void DropAlpha(std::vector<uint8_t>& pixels) {
  const size_t count = pixels.size() / 4;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t alpha = pixels[4 * i + 3];
    for (size_t c = 0; c < 3; ++c) pixels[3 * i + c] = OverWhite(pixels[4 * i + c], alpha);
  }
  pixels.resize(3 * count);
}

absl::Status Damaged(const PngReader& reader) {
  return BadImage(StrCat("damaged PNG: ", reader.fault),
                  StrCat("손상된 PNG: ", base::Quoted(reader.fault)));
}

}  // namespace

absl::StatusOr<Picture> ReadPng(std::string_view file, PictureParts parts) {
  PngReader reader(file);
  reader.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, &PngReader::Fail, &PngReader::Ignore);
  reader.info = reader.png == nullptr ? nullptr : png_create_info_struct(reader.png);
  if (reader.info == nullptr) {
    return base::Error(absl::StatusCode::kResourceExhausted, "image: no memory for libpng",
                       "이미지: libpng에 쓸 메모리가 없습니다");
  }
  if (!ReadHeader(reader)) return Damaged(reader);
  Picture picture{png_get_image_width(reader.png, reader.info),
                  png_get_image_height(reader.png, reader.info),
                  {}};
  const size_t stored = png_get_rowbytes(reader.png, reader.info) * picture.height;
  RETURN_IF_ERROR(
      CheckPictureSize(picture.width, picture.height, stored / kDeflateMost, file.size()));
  if (parts == PictureParts::kSize) return picture;
  picture.rgb.resize(picture.width * picture.height * 4);
  std::vector<png_bytep> rows(picture.height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = &picture.rgb[y * picture.width * 4];
  if (!ReadRgba(reader, rows.data())) return Damaged(reader);
  DropAlpha(picture.rgb);
  return picture;
}

}  // namespace model_core
