#include "connectors/administration/mail_message.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

struct Release {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Ref = std::unique_ptr<T, Release>;

void Initialise() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

// Headers that say no charset are mostly one of these.
GMimeParserOptions* Options() {
  static GMimeParserOptions* const options = [] {
    GMimeParserOptions* made = g_mime_parser_options_new();
    const char* charsets[] = {"utf-8", "cp949", nullptr};
    g_mime_parser_options_set_fallback_charsets(made, charsets);
    return made;
  }();
  return options;
}

std::string Text(const char* text) { return text == nullptr ? "" : base::WellFormedUtf8(text); }

std::string Owned(char* text) {
  std::string out = Text(text);
  g_free(text);
  return out;
}

std::string MediaType(GMimeObject* part) {
  GMimeContentType* type = g_mime_object_get_content_type(part);
  return base::LowerAscii(base::StrCat(g_mime_content_type_get_media_type(type), "/",
                                       g_mime_content_type_get_media_subtype(type)));
}

std::string Bytes(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return "";
  const Ref<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return std::string(reinterpret_cast<const char*>(array->data), array->len);
}

// Of a tag that is in lower case: what ends it, with all that is no text.
std::string_view EndOf(std::string_view tag) {
  if (tag.starts_with("<style")) return "</style>";
  if (tag.starts_with("<script")) return "</script>";
  return tag.starts_with("<!--") ? "-->" : ">";
}

// HTML without its tags; scripts and styles are no text.
std::string WithoutMarkup(std::string_view html) {
  const std::string lower = base::LowerAscii(html);
  std::string out;
  for (size_t at = 0; at < html.size();) {
    const size_t open = std::min(lower.find('<', at), html.size());
    out += html.substr(at, open - at);
    const std::string_view tag = std::string_view(lower).substr(open, 8), end = EndOf(tag);
    const size_t close = lower.find(end, open);
    if (close == std::string::npos) break;
    for (std::string_view line : {"<br", "</p", "</div", "</tr"}) {
      if (tag.starts_with(line)) out += '\n';
    }
    at = close + end.size();
  }
  for (const auto& [entity, plain] :
       {std::pair{"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}) {
    out = base::ReplaceAll(out, entity, plain);
  }
  return out;
}

struct Collected {
  MailMessage message;
  std::string html;
  size_t parts = 0;
};

void Collect(GMimeObject*, GMimeObject* object, gpointer data) {
  auto& out = *static_cast<Collected*>(data);
  if (GMIME_IS_MESSAGE_PART(object) || ++out.parts > kMailPartsMax) {
    ++out.message.parts_left_out;
    return;
  }
  if (!GMIME_IS_PART(object)) return;
  GMimePart* part = GMIME_PART(object);
  const std::string type = MediaType(object), name = Text(g_mime_part_get_filename(part));
  const bool attached = g_mime_part_is_attachment(part) || !name.empty();
  if (!attached && GMIME_IS_TEXT_PART(object)) {
    const std::string text = Owned(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
    (type == "text/html" ? out.html : out.message.body) += text;
  } else if (attached) {
    out.message.attachments.push_back({name, type, Bytes(part)});
  } else {
    ++out.message.parts_left_out;
  }
}

Ref<GMimeObject> TextPart(const std::string& body) {
  GMimeTextPart* text = g_mime_text_part_new_with_subtype("plain");
  g_mime_text_part_set_charset(text, "utf-8");
  g_mime_text_part_set_text(text, body.c_str());
  g_mime_part_set_content_encoding(GMIME_PART(text), GMIME_CONTENT_ENCODING_BASE64);
  return Ref<GMimeObject>(GMIME_OBJECT(text));
}

Ref<GMimeObject> FilePart(const MailPart& file) {
  const size_t slash = file.media_type.find('/');
  GMimePart* part = g_mime_part_new_with_type(file.media_type.substr(0, slash).c_str(),
                                              file.media_type.substr(slash + 1).c_str());
  const Ref<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(file.bytes.data(), file.bytes.size()));
  const Ref<GMimeDataWrapper> content(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(part, content.get());
  g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
  g_mime_part_set_filename(part, file.name.c_str());
  return Ref<GMimeObject>(GMIME_OBJECT(part));
}

void SetBody(GMimeMessage* message, const OutgoingMail& mail) {
  const Ref<GMimeObject> text = TextPart(mail.body);
  if (mail.attachments.empty()) {
    g_mime_message_set_mime_part(message, text.get());
    return;
  }
  const Ref<GMimeMultipart> mixed(g_mime_multipart_new_with_subtype("mixed"));
  g_mime_multipart_add(mixed.get(), text.get());
  for (const MailPart& file : mail.attachments)
    g_mime_multipart_add(mixed.get(), FilePart(file).get());
  g_mime_message_set_mime_part(message, GMIME_OBJECT(mixed.get()));
}

// Without what ends a header, and without any other control character.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

absl::StatusOr<MailMessage> ParseMail(std::string_view bytes) {
  Initialise();
  const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  GMimeMessage* parsed = g_mime_parser_construct_message(parser.get(), Options());
  if (parsed == nullptr) {
    return base::Error(absl::StatusCode::kInvalidArgument, "no mail message",
                       "메일 형식이 아닙니다");
  }
  const Ref<GMimeMessage> message(parsed);
  Collected collected;
  g_mime_message_foreach(message.get(), &Collect, &collected);
  MailMessage out = std::move(collected.message);
  if (base::Trim(out.body).empty()) out.body = WithoutMarkup(collected.html);
  out.message_id = Text(g_mime_message_get_message_id(message.get()));
  out.subject = Text(g_mime_message_get_subject(message.get()));
  if (InternetAddressList* from = g_mime_message_get_from(message.get()); from != nullptr) {
    out.sender = Owned(internet_address_list_to_string(from, nullptr, FALSE));
  }
  return out;
}

std::string ComposeMail(const OutgoingMail& mail) {
  Initialise();
  const Ref<GMimeMessage> message(g_mime_message_new(TRUE));
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM, nullptr, mail.from.c_str());
  const std::string to_name = OneLine(mail.to_name);
  g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO,
                             to_name.empty() ? nullptr : to_name.c_str(), mail.to_address.c_str());
  g_mime_message_set_subject(message.get(), OneLine(mail.subject).c_str(), "utf-8");
  GDateTime* date = g_date_time_new_from_unix_local(absl::ToUnixSeconds(mail.date));
  g_mime_message_set_date(message.get(), date);
  g_date_time_unref(date);
  g_mime_message_set_message_id(message.get(), mail.message_id.c_str());
  SetBody(message.get(), mail);
  GMimeFormatOptions* format = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
  std::string bytes = Owned(g_mime_object_to_string(GMIME_OBJECT(message.get()), format));
  g_mime_format_options_free(format);
  return bytes;
}

}  // namespace connectors::administration
