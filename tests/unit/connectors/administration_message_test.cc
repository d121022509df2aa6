// Mail as bytes: composed, read back, and made to be trouble.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/administration/mail_message.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using testing::HasSubstr;
using testing::Not;

TEST(MailMessage, IsReadBackAsItWasComposed) {
  OutgoingMail mail{"id@gaon.example",
                    "clerk@gaon.example",
                    "법무실",
                    "legal@gaon.example",
                    "생활소음 측정 결과\r\nBcc: leak@outside.example",
                    "본문입니다.\n",
                    absl::Now(),
                    {{"측정 결과.hwpx", "application/hwp+zip", std::string("\0\1PK", 4)}}};
  const std::string bytes = ComposeMail(mail);
  EXPECT_THAT(bytes, Not(HasSubstr("\nBcc:")));
  const auto read = ParseMail(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->message_id, "id@gaon.example");
  EXPECT_THAT(read->subject, HasSubstr("생활소음 측정 결과"));
  EXPECT_THAT(read->body, HasSubstr("본문입니다."));
  ASSERT_EQ(read->attachments.size(), 1u);
  EXPECT_EQ(read->attachments[0].name, "측정 결과.hwpx");
  EXPECT_EQ(read->attachments[0].bytes, mail.attachments[0].bytes);
}

TEST(MailMessage, OlderKoreanAndHtmlMailIsRead) {
  const auto korean = ParseMail(
      "From: =?euc-kr?B?yK+w5rD6?= <e@gaon.example>\r\nSubject: \xC8\xAF\xB0\xE6\r\nContent-Type: "
      "text/html; charset=euc-kr\r\n\r\n"
      "<style>p{}</style><p>\xC8\xAF\xB0\xE6&nbsp;A</p>");
  ASSERT_TRUE(korean.ok());
  EXPECT_THAT(korean->sender, HasSubstr("환경과"));
  EXPECT_EQ(korean->subject, "환경");
  EXPECT_EQ(std::string(base::Trim(korean->body)), "환경 A");
}

TEST(MailMessage, PartsNestedWithoutEndAreReadUpToALimit) {
  std::string mail = "Subject: deep\r\nMIME-Version: 1.0\r\n";
  for (int i = 0; i < 20'000; ++i)
    mail += StrCat("Content-Type: multipart/mixed; boundary=b", i, "\r\n\r\n--b", i, "\r\n");
  const auto read = ParseMail(mail + "\r\nbottom\r\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->subject, "deep");
  EXPECT_GT(read->parts_left_out, 0u);
}

TEST(MailMessage, OfManyPartsTheFirstAreRead) {
  std::string mail =
      "Subject: wide\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 500; ++i)
    mail += "--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n";
  const auto read = ParseMail(mail + "--b--\r\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->attachments.size(), kMailPartsMax - 1) << "the whole is a part, too";
  EXPECT_EQ(read->parts_left_out, 500 - read->attachments.size());
}

TEST(MailMessage, CountsWhatIsNeitherTextNorAttachment) {
  const auto read = ParseMail(
      "Subject: mixed\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\ntext\r\n"
      "--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n"
      "--b\r\nContent-Type: image/png\r\n\r\nno name\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nforwarded\r\n--b--\r\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->body, HasSubstr("text"));
  EXPECT_EQ(read->attachments.size(), 1u);
  EXPECT_EQ(read->parts_left_out, 2u);
}

// Time that grows with the square of the length would outlast the test.
TEST(MailMessage, HtmlOfManyTagsIsRead) {
  std::string html = "Content-Type: text/html\r\n\r\n";
  for (int i = 0; i < 1'000'000; ++i) html += "<b>x\n";
  const auto read = ParseMail(html);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->body.substr(0, 4), "x\nx\n");
}

TEST(MailMessage, NoControlCharacterGetsIntoAHeader) {
  const std::string bytes = ComposeMail({"id@gaon.example",
                                         "clerk@gaon.example",
                                         "법무실\r\nBcc: leak@outside.example",
                                         "legal@gaon.example",
                                         "one\ntwo\x7f",
                                         "본문",
                                         absl::Now(),
                                         {}});
  EXPECT_THAT(bytes, Not(HasSubstr("\nBcc:")));
  const auto read = ParseMail(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->subject.find_first_of("\n\x7f"), std::string::npos) << read->subject;
}

}  // namespace
}  // namespace connectors::administration
