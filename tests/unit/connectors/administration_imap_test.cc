// ImapSession against servers that log in as IMAP has it and then send what they like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "connectors/administration/imap_session.h"
#include "model_core/base/strings.h"
#include "tests/fakes/line_server.h"
#include "tests/fakes/whole_korean.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using testing::HasSubstr;

// Answers every command after the login with `answer`, where TAG stands for the command's tag.
struct Trouble {
  explicit Trouble(const std::string& answer) : Trouble([answer](const auto&) { return answer; }) {}
  explicit Trouble(const std::function<std::string(const std::string&)>& answer)
      : server("* OK ready\r\n", [answer](const std::string& line) {
          const std::string tag = line.substr(0, line.find(' '));
          const bool login = line.find("CAPABILITY") != std::string::npos ||
                             line.find("LOGIN") != std::string::npos;
          return std::optional(
              base::ReplaceAll(login ? "TAG OK done\r\n" : answer(line), "TAG", tag));
        }) {
    options.tls = MailOptions::Tls::kNone;
    options.imap_host = "127.0.0.1";
    options.imap_port = server.port();
    options.user = options.password = "clerk";
  }
  absl::Status Search() {
    const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
    auto session = ImapSession::Open(options, context);
    return session.ok() ? (*session)->Search({{"ALL", ""}}).status() : session.status();
  }
  fakes::LineServer server;
  MailOptions options;
};

std::string Times(int count, std::string_view text) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(ImapTrouble, IsNamedAndBounded) {
  const std::string news = Times(100'000, "* 1 EXISTS\r\n");
  for (const auto& [answer, words] :
       {std::pair<std::string, std::string>{news + "TAG OK done\r\n", "an answer without end"},
        {std::string(5 << 20, 'x') + "\r\nTAG OK done\r\n", "a line without end"},
        {"* SEARCH {999999999999}\r\n", "a message of 999999999999 bytes"},
        {"* SEARCH 1 -7\r\nTAG OK done\r\n", "UID -7"},
        {"* SEARCH 4294967296\r\nTAG OK done\r\n", "UID 4294967296"},
        {"TAG OK done\r\n", "a search without a result"},
        {"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400"}}) {
    const absl::Status status = Trouble(answer).Search();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << words << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << status;
  }
}

TEST(ImapTrouble, ARefusalIsToldInTheServersOwnWords) {
  const absl::Status status = Trouble("TAG NO [CANNOT] it isn't allowed\r\n").Search();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(base::Message(status, base::Language::kKorean),
              HasSubstr("요청을 거절했습니다: \"[CANNOT] it isn't allowed\""));
}

TEST(ImapTrouble, AServerThatAnswersIsHeard) {
  EXPECT_TRUE(Trouble("* SEARCH 1 7\r\nTAG OK done\r\n").Search().ok());
  EXPECT_TRUE(Trouble("* search\r\nTAG ok done\r\n").Search().ok());
  const std::string many = Times(200'000, " 1234567");  // of a mailbox that many share
  EXPECT_TRUE(Trouble("* SEARCH" + many + "\r\nTAG OK done\r\n").Search().ok());
}

// Whoever is told that there is no folder may send again.
TEST(ImapTrouble, AFolderThatCannotBeOpenedNowIsNotTakenForNone) {
  using enum absl::StatusCode;
  for (const auto& [said, code] : {std::pair{"NO no such mailbox", kNotFound},
                                   {"NO [NONEXISTENT] no such mailbox", kNotFound},
                                   {"no [TryCreate] no such mailbox", kNotFound},
                                   {"NO [UNAVAILABLE] later", kUnavailable},
                                   {"NO [InUse] later", kUnavailable},
                                   {"NO [SERVERBUG] later", kUnavailable},
                                   {"NO [LIMIT] later", kUnavailable},
                                   {"NO [NOPERM] not you", kInvalidArgument},
                                   {"BAD what?", kInvalidArgument},
                                   {"ok [READ-ONLY] done", kOk}}) {
    Trouble trouble(StrCat("TAG ", said, "\r\n"));
    const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
    const auto session = ImapSession::Open(trouble.options, context);
    ASSERT_TRUE(session.ok()) << session.status();
    const absl::Status status = (*session)->Open("보낸 메일", true);
    EXPECT_EQ(status.code(), code) << said << ": " << status;
    EXPECT_EQ(status.ok() ? "" : fakes::EnglishWordsIn(status), "") << status;
  }
}

absl::StatusOr<std::vector<std::string>> Folders(const std::string& listed) {
  Trouble trouble(listed + "TAG OK done\r\n");
  const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
  ASSIGN_OR_RETURN(const auto session, ImapSession::Open(trouble.options, context));
  return session->Folders();
}

TEST(ImapFolders, AreThoseThatCanBeOpenedHoweverTheServerWritesTheirNames) {
  const auto folders = Folders(
      "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\Noselect \\HasChildren) \"/\" Work\r\n"
      "* LIST () \"\\\\\" \"Done \\\"2026\\\" (old)\"\r\n* list (\\Sent) NIL {8}\r\nsent one\r\n"
      "* LIST (\\nonexistent) \".\" \"gone\"\r\n* 3 EXISTS\r\n");
  ASSERT_TRUE(folders.ok()) << folders.status();
  EXPECT_THAT(*folders, testing::ElementsAre("INBOX", "Done \"2026\" (old)", "sent one"));
  EXPECT_TRUE(Folders("")->empty());
}

TEST(ImapFolders, AreBoundedAndHaveNames) {
  const std::string one = "* LIST () \"/\" one\r\n";
  EXPECT_EQ(Folders(Times(kFoldersMax, one))->size(), kFoldersMax);
  const absl::Status many = Folders(Times(kFoldersMax + 1, one)).status();
  EXPECT_EQ(many.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(many.message()), HasSubstr("more than 500 mail folders"));
  EXPECT_EQ(fakes::EnglishWordsIn(many), "");
  for (const char* line : {"* LIST \r\n", "* LIST () \"/\"\r\n", "* LIST () \"/\" \"\"\r\n"})
    EXPECT_EQ(Folders(line).status().code(), absl::StatusCode::kDataLoss) << line;
}

// What the server says that a message holds, and what it holds, in bytes.
struct Told {
  int64_t size = 0;
  size_t bytes = 0;
};

std::string Answer(const Told& told, const std::string& line) {
  const std::string what =
      line.find("BODY") == std::string::npos
          ? StrCat("FLAGS () INTERNALDATE \"24-Nov-2026 10:00:00 +0900\" RFC822.SIZE ", told.size)
          : StrCat("BODY[]<0> {", told.bytes, "}\r\n", std::string(told.bytes, 'x'));
  return StrCat("* 9 FETCH (UID 71 FLAGS (\\Draft))\r\n* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n",
                "* 1 FETCH (UID 7 ", what, ")\r\nTAG OK done\r\n");
}

absl::StatusOr<std::string> Read(const Told& told) {
  Trouble trouble([told](const std::string& line) { return Answer(told, line); });
  const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
  ASSIGN_OR_RETURN(const auto session, ImapSession::Open(trouble.options, context));
  ASSIGN_OR_RETURN(const FetchedMail mail, session->Fetch(7));
  EXPECT_FALSE(mail.draft) << "that is message 71";
  EXPECT_EQ(mail.size, told.size);
  return session->FetchBytes(mail);
}

TEST(ImapMessage, IsReadUpToItsLimitWhateverTheServerSaysOfItsSize) {
  EXPECT_EQ(Read({4, 4}).value_or(""), "xxxx");
  EXPECT_EQ(Read({400, 4}).value_or(""), "xxxx");
  for (const Told& large : {Told{kMailBytesMax + 1, 4}, Told{4, kMailBytesMax + 1}}) {
    const absl::Status status = Read(large).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("message 7 is larger than 67108864"));
  }
}

TEST(ImapMessage, IsReadWhateverTheCaseOfTheServersWords) {
  Trouble trouble([](const std::string& line) -> std::string {
    return line.find("BODY") == std::string::npos
               ? "* 1 Fetch (Uid 7 Flags (\\draft) InternalDate \"24-Nov-2026 10:00:00 +0900\" "
                 "Rfc822.Size 4)\r\nTAG ok done\r\n"
               : "* 1 fetch (uid 7 body[]<0> {4}\r\nxxxx)\r\nTAG ok done\r\n";
  });
  const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
  const auto session = ImapSession::Open(trouble.options, context);
  ASSERT_TRUE(session.ok()) << session.status();
  const auto mail = (*session)->Fetch(7);
  ASSERT_TRUE(mail.ok()) << mail.status();
  EXPECT_TRUE(mail->draft) << "what may have been sent was taken for sent";
  EXPECT_EQ((*session)->FetchBytes(*mail).value_or(""), "xxxx");
}

TEST(ImapMessage, ThatIsDamagedIsNotFoundAndNoFailureOfTheServer) {
  for (const char* given : {"", "* 1 FETCH (UID 7 BODY[]<0> NIL)\r\n"}) {
    Trouble trouble([given](const auto&) { return StrCat(given, "TAG OK done\r\n"); });
    const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
    const auto session = ImapSession::Open(trouble.options, context);
    ASSERT_TRUE(session.ok()) << session.status();
    FetchedMail mail;
    mail.uid = 7;
    const absl::Status status = (*session)->FetchBytes(mail).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << status;
  }
}

TEST(ImapMessage, ThatIsTooLargeIsNamedByItsNumber) {
  EXPECT_THAT(base::Message(Read({kMailBytesMax + 1, 4}).status(), base::Language::kKorean),
              HasSubstr("메일 7번이 한도("));
}

}  // namespace
}  // namespace connectors::administration
