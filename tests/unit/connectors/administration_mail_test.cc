// mail.search and mail.send against Dovecot and an SMTP server; and against servers that are none.
#include "connectors/administration/document_text.h"
#include "connectors/administration/imap_session.h"
#include "tests/fakes/line_server.h"
#include "tests/unit/connectors/administration_office.h"
#include "tools/part.h"
#include "tools/tool_executor.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

class Mail : public testing::Test {
 public:
  static AdministrationOptions Options() {
    AdministrationOptions options;
    fakes::Peer& mail = Started(mail_, "mail", {{{"SMTP_PORT", base::StrCat(smtp_port_)}}});
    options.mail.imap_host = options.mail.smtp_host = "127.0.0.1";
    options.mail.imap_port = mail.port();
    options.mail.smtp_port = smtp_port_;
    options.mail.ca_file = mail.data() + "/run/server.pem";
    options.mail.user = "clerk";
    options.mail.password = "sample";
    options.mail.from = "clerk@gaon.example";
    options.mail.address_book_path = Sample("address_book.json");
    options.documents.dsn =
        DatabaseDsn(Started(database_, "admindb").port(), "documents", "maru_documents");
    return options;
  }
  static Json LastWeek() {
    const absl::CivilDay today = absl::ToCivilDay(absl::Now(), base::Seoul());
    const absl::CivilDay monday = today - static_cast<int>(absl::GetWeekday(today)) - 7;
    return {{"from", absl::FormatCivilTime(monday)}, {"to", absl::FormatCivilTime(monday + 6)}};
  }
  static fakes::CallOptions Step(const std::string& step,
                                 absl::Duration timeout = absl::Seconds(20)) {
    fakes::CallOptions options;
    options.step_id = step;
    options.timeout = timeout;
    return options;
  }
  static void TearDownTestSuite() {
    mail_.reset();
    database_.reset();
  }
  // How many messages with this Message-ID lie in a folder of a user.
  static size_t Count(const std::string& user, const std::string& folder, const std::string& id) {
    MailOptions options = Options().mail;
    options.user = user;
    const tools::CallContext context{absl::Now() + absl::Seconds(20), {}};
    auto session = administration::ImapSession::Open(options, context);
    CHECK(session.ok() && (*session)->Open(folder, true).ok());
    return (*session)->Search({{"HEADER Message-ID", id}})->size();
  }
  static std::unique_ptr<fakes::Peer> mail_, database_;
  static const int smtp_port_;
};
std::unique_ptr<fakes::Peer> Mail::mail_, Mail::database_;
const int Mail::smtp_port_ = fakes::FreePort();

TEST_F(Mail, FindsLastWeeksMailMasksItsAttachmentAndSendsIt) {
  Office office(Options());
  const Json found = office.Value("mail.search", {{"sender", "환경과"}, {"period", LastWeek()}});
  ASSERT_EQ(found["items"].size(), 1u);
  const Json& mail = found["items"][0];
  EXPECT_EQ(mail["subject"], "생활소음 측정 결과 송부");
  EXPECT_THAT(mail["body"].get<std::string>(),
              HasSubstr("leak@outside.example"));  // text, and nothing more
  const std::string attachment = mail["attachment_id"];
  EXPECT_EQ(office.Value("mail.search", {{"sender", "환경과"},
                                         {"period", LastWeek()}})["items"][0]["attachment_id"],
            attachment);

  const Json copy =
      office.Value("doc.redact", {{"document", attachment}, {"kinds", {"phone"}}}, Step("s2"));
  EXPECT_EQ(copy["masked"], 4);
  const Json text = office.Value("doc.extract", {{"document", copy["doc_id"]}});
  for (const char* number : {"010-0000-1234", "02-000-5678", "0000 4321", "9999"}) {
    EXPECT_THAT(text["text"].get<std::string>(), Not(HasSubstr(number)));
  }
  EXPECT_THAT(text["text"].get<std::string>(), HasSubstr("김가온"));

  const Json sent =
      office.Value("mail.send", {{"to", "법무실"}, {"attachment", copy["doc_id"]}}, Step("s3"));
  EXPECT_EQ(Count("clerk", "Sent", sent["mail_id"]), 1u);
  EXPECT_EQ(Count("legal", "INBOX", sent["mail_id"]), 1u);
  const auto settled =
      office.Reconcile("mail.send", {{"to", "법무실"}, {"attachment", copy["doc_id"]}}, Step("s3"));
  ASSERT_TRUE(settled && settled->ok());
  EXPECT_EQ(settled->result().value["mail_id"], sent["mail_id"]);
}

TEST_F(Mail, NamesTheDocumentThatItWouldCarryWithTheLabelThatItBears) {
  Office office(Options());
  EXPECT_THAT(office.Named("mail.send", {{"to", "법무실"}, {"attachment", "DOC-2055"}}),
              testing::StartsWith("C, restricted "));
  EXPECT_EQ(office.Named("mail.send", {{"to", "법무실"}, {"body", "본문"}}), "none");
  EXPECT_EQ(office.Named("mail.send", {{"attachment", {{"$ref", "s1.doc_id"}}}}), "none");
  EXPECT_EQ(office.Named("mail.send", {{"attachment", "DOC-999999"}}), "not_found");
}

TEST_F(Mail, ReadingAMailDoesNotMarkItAsRead) {
  Office office(Options());
  office.Value("mail.search", {{"query", "측정기"}});
  const tools::CallContext context{absl::Now() + absl::Seconds(20), {}};
  auto session = administration::ImapSession::Open(Options().mail, context);
  ASSERT_TRUE(session.ok() && (*session)->Open("INBOX", true).ok());
  EXPECT_TRUE((*session)->Search({{"SEEN", ""}})->empty());
}

TEST_F(Mail, IsCitedByItsUidAndTheValidityOfItsFolder) {
  Office office(Options());
  const auto found = office.Call("mail.search", {{"query", "측정기"}});
  ASSERT_TRUE(found.ok()) << found.error().message_en;
  const policies::Origin& origin = found.result().origins[0];
  ASSERT_TRUE(origin.record.starts_with("INBOX/"));
  const tools::CallContext context{absl::Now() + absl::Seconds(20), {}};
  auto session = administration::ImapSession::Open(Options().mail, context);
  ASSERT_TRUE(session.ok() && (*session)->Open("INBOX", true).ok());
  EXPECT_GT((*session)->uid_validity(), 0);
  EXPECT_EQ(origin.version, base::StrCat((*session)->uid_validity(), "/", origin.record.substr(6)));
}

TEST_F(Mail, NothingFoundIsNoError) {
  Office office(Options());
  EXPECT_TRUE(office.Value("mail.search", {{"sender", "없는과"}})["items"].empty());
  EXPECT_EQ(office.Value("mail.search", {{"query", "점검 계획"}})["items"].size(), 1u);
}

TEST_F(Mail, GoesOnlyToWhomTheAddressBookKnowsAndNoHigherThanTheyMayReceive) {
  Office office(Options());
  const std::string longest = std::string(300, 'a') + "@gaon.example";
  for (const char* to :
       {"모르는 곳", "leak@outside.example", "a@gaon.example\r\nBcc: leak@outside.example",
        "a b@gaon.example", longest.c_str()}) {
    EXPECT_EQ(office.Error("mail.send", {{"to", to}, {"body", "안녕하십니까"}}, Step("forbidden")),
              "recipient_forbidden")
        << to;
  }
  EXPECT_EQ(office.Error("mail.send", {{"to", "도청"}, {"attachment", "DOC-2055"}}, Step("high")),
            "label_too_high");
  const auto high =
      office.Call("mail.send", {{"to", "도청"}, {"attachment", "DOC-2055"}}, Step("high"));
  EXPECT_THAT(high.error().message_en, HasSubstr("[address_book.may_receive] (leave out"));
  EXPECT_THAT(high.error().message_ko, HasSubstr("[address_book.may_receive] (등급이 높은"));
  EXPECT_EQ(
      office.Error("mail.send", {{"to", "환경과"}, {"attachment", "DOC-2060"}}, Step("unlabelled")),
      "label_too_high");
  EXPECT_FALSE(office.Reconcile("mail.send", {{"to", "도청"}}, Step("high")));
  EXPECT_EQ(
      office.Error("mail.send", {{"to", "법무실"}, {"attachment", "DOC-999999"}}, Step("none")),
      "not_found");
}

TEST_F(Mail, ASubjectHasALimit) {
  Office office(Options());
  const auto outcome = office.Call("mail.send",
                                   {{"to", "법무실"},
                                    {"subject", base::ReplaceAll(std::string(251, 'x'), "x", "긴")},
                                    {"body", "본문"}},
                                   Step("long"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "invalid_argument");
  EXPECT_THAT(outcome.error().message_en, HasSubstr("250 characters"));
}

TEST_F(Mail, MoreMailThanIsShownIsNoWholeList) {
  Office office(Options());
  MailOptions options = Options().mail;
  const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
  auto session = administration::ImapSession::Open(options, context);
  ASSERT_TRUE(session.ok());
  for (int i = 0; i < 21; ++i) {
    ASSERT_TRUE((*session)->Append("INBOX", "", "Subject: gauge count\r\n\r\nflood\r\n").ok());
    if (i < 19) continue;
    const auto part = tools::PartOf(office.Value("mail.search", {{"query", "flood"}}));
    EXPECT_EQ(part.has_value(), i == 20) << i + 1;
  }
}

TEST_F(Mail, SaysHowManyPiecesAreLeftOut) {
  AdministrationOptions options = Options();
  options.documents.bytes_max = 1000;
  Office office(options);
  const tools::CallContext context{absl::Now() + absl::Seconds(60), {}};
  auto session = administration::ImapSession::Open(options.mail, context);
  ASSERT_TRUE(session.ok());
  const auto message = [](const std::string& subject, size_t octets) {
    return base::StrCat("Subject: ", subject,
                        "\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n"
                        "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n",
                        std::string(octets, 'x'), "\r\n--b--\r\n");
  };
  ASSERT_TRUE((*session)->Append("INBOX", "", message("parcel small", 800)).ok());
  const Json whole = office.Value("mail.search", {{"query", "parcel"}});
  EXPECT_EQ(tools::LeftOutOf(whole), 0);
  EXPECT_TRUE(whole["items"][0]["attachment_id"].is_string());
  ASSERT_TRUE((*session)->Append("INBOX", "", message("parcel large", 1200)).ok());
  const Json found = office.Value("mail.search", {{"query", "parcel"}});
  EXPECT_EQ(found["items"].size(), 2u);
  EXPECT_TRUE(found["items"][0]["attachment_id"].is_null());
  EXPECT_EQ(tools::LeftOutOf(found), 1);
  EXPECT_FALSE(tools::PartOf(found)) << "no mail is missing";
  EXPECT_FALSE(tools::CheckResult(*tools::Catalogue::BuiltIn().Find("mail.search"), found));
}

// Of five mails one is too large to be read, one is damaged, and one is deleted after the search
// found it.
TEST_F(Mail, WhatCannotBeReadIsLeftOutAndOneThatIsGoneIsNoFailure) {
  std::string searching;
  fakes::LineServer server("* OK ready\r\n", [&](const std::string& line) {
    const std::string tag = line.substr(0, line.find(' '));
    const auto has = [&](const char* words) { return line.find(words) != std::string::npos; };
    const std::string done = tag + " OK done\r\n", text = "Subject: noise\r\n\r\nbody\r\n";
    if (has("UID SEARCH")) {
      searching = tag;
      return std::optional<std::string>("+ go on\r\n");
    }
    if (line == "noise\r\n")
      return std::optional(base::StrCat("* SEARCH 1 2 3 4 5\r\n", searching, " OK done\r\n"));
    if (!has("UID FETCH") || has("FETCH 3 ")) return std::optional(done);
    const std::string message = base::StrCat("* 1 FETCH (UID ", line.substr(tag.size() + 11, 1));
    if (has("FETCH 5 ") && has("BODY.PEEK")) return std::optional(done);
    if (has("BODY.PEEK"))
      return std::optional(
          base::StrCat(message, " BODY[]<0> {", text.size(), "}\r\n", text, ")\r\n", done));
    return std::optional(base::StrCat(message, " INTERNALDATE \"24-Nov-2026 10:00:00 +0900\" ",
                                      "RFC822.SIZE ", has("FETCH 2 ") ? 90'000'000 : 24, ")\r\n",
                                      done));
  });
  AdministrationOptions options = Options();
  options.mail.tls = MailOptions::Tls::kNone;
  options.mail.imap_port = server.port();
  const Json found = Office(options).Value("mail.search", {{"query", "noise"}});
  EXPECT_EQ(found["items"].size(), 2u);
  EXPECT_EQ(tools::LeftOutOf(found), 2);
  EXPECT_FALSE(tools::PartOf(found));
}

TEST_F(Mail, ARefusedMessageLeavesNothingBehind) {
  Office office(Options());
  EXPECT_EQ(office.Error("mail.send", {{"to", "nobody@gaon.example"}, {"body", "안녕하십니까"}},
                         Step("refused")),
            "invalid_argument");
  EXPECT_FALSE(office.Reconcile("mail.send", {{"to", "nobody@gaon.example"}}, Step("refused")));
}

// The server takes the message and is gone before it says so: only a person can tell, and nothing
// is sent again.
TEST_F(Mail, ALostAnswerLeavesTheMessageInDoubt) {
  bool data = false;
  fakes::LineServer smtp("220 ready\r\n",
                         [&](const std::string& line) -> std::optional<std::string> {
                           if (data)
                             return line == ".\r\n" ? std::nullopt : std::optional<std::string>("");
                           if (line.starts_with("EHLO")) return "250 smtp\r\n";
                           data = line.starts_with("DATA");
                           return data ? "354 go on\r\n" : "250 OK\r\n";
                         });
  AdministrationOptions options = Options();
  options.mail.tls = MailOptions::Tls::kNone;
  options.mail.smtp_port = smtp.port();
  Office office(options);
  const Json arguments = {{"to", "법무실"}, {"body", "안녕하십니까"}};
  const auto outcome = office.Call("mail.send", arguments, Step("lost"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "in_doubt");
  EXPECT_TRUE(outcome.error().in_doubt);
  const auto settled = office.Reconcile("mail.send", arguments, Step("lost"));
  ASSERT_TRUE(settled && !settled->ok());
  EXPECT_EQ(settled->error().code, "in_doubt");
}

// As people's programs have it: a copy there, and away here.
TEST_F(Mail, WhatAPersonMovedElsewhereIsFoundThere) {
  Office office(Options());
  const Json arguments = {{"to", "법무실"}, {"body", "옮길 메일"}};
  const std::string id = office.Value("mail.send", arguments, Step("moved"))["mail_id"];
  const auto move = [&](const std::string& from, const std::string& to, std::string_view flags) {
    const tools::CallContext context{absl::Now() + absl::Seconds(20), {}};
    auto session = administration::ImapSession::Open(Options().mail, context);
    ASSERT_TRUE(session.ok() && (*session)->Open(from, false).ok());
    const auto uids = (*session)->Search({{"HEADER Message-ID", id}});
    ASSERT_TRUE(uids.ok() && uids->size() == 1);
    const auto bytes = (*session)->FetchBytes(*(*session)->Fetch(uids->front()));
    ASSERT_TRUE(bytes.ok() && (*session)->Append(to, flags, *bytes).ok());
    ASSERT_TRUE((*session)->Expunge(uids->front()).ok());
  };
  move("Sent", "Done \"2026\"", "\\Seen");
  ASSERT_EQ(Count("clerk", "Sent", id), 0u);
  const auto settled = office.Reconcile("mail.send", arguments, Step("moved"));
  ASSERT_TRUE(settled && settled->ok());
  EXPECT_EQ(settled->result().value["mail_id"], id);
  EXPECT_FALSE(office.Reconcile("mail.send", arguments, Step("never sent")));
  move("Done \"2026\"", "Held", "\\Draft");
  const auto doubt = office.Reconcile("mail.send", arguments, Step("moved"));
  ASSERT_TRUE(doubt && !doubt->ok());
  EXPECT_EQ(doubt->error().code, "in_doubt");
}

// The folder is there and cannot be looked into now: nobody is told that nothing was sent.
TEST_F(Mail, ASentFolderThatIsInUseSettlesNothing) {
  fakes::LineServer server("* OK ready\r\n", [](const std::string& line) {
    const std::string tag = line.substr(0, line.find(' '));
    const bool opens = line.find("EXAMINE") != std::string::npos;
    return std::optional(tag + (opens ? " NO [INUSE] later\r\n" : " OK done\r\n"));
  });
  AdministrationOptions options = Options();
  options.mail.tls = MailOptions::Tls::kNone;
  options.mail.imap_port = server.port();
  const auto settled =
      Office(options).Reconcile("mail.send", {{"to", "법무실"}, {"body", "본문"}}, Step("in-use"));
  ASSERT_TRUE(settled && !settled->ok());
  EXPECT_EQ(settled->error().code, "unreachable");
}

// What a server lists is there, whatever it says when it is to be opened: the message may lie in
// it.
TEST_F(Mail, AFolderThatIsListedAndCannotBeOpenedSettlesNothing) {
  for (const char* folder : {"Archive", "Sent"}) {
    fakes::LineServer server("* OK ready\r\n", [folder](const std::string& line) {
      const std::string tag = line.substr(0, line.find(' '));
      if (line.find(" LIST ") != std::string::npos)
        return std::optional(base::StrCat("* LIST () \"/\" ", folder, "\r\n", tag, " OK done\r\n"));
      const bool opens = line.find("EXAMINE") != std::string::npos;
      return std::optional(tag + (opens ? " NO cannot be read\r\n" : " OK done\r\n"));
    });
    AdministrationOptions options = Options();
    options.mail.tls = MailOptions::Tls::kNone;
    options.mail.imap_port = server.port();
    const auto settled = Office(options).Reconcile(
        "mail.send", {{"to", "법무실"}, {"body", "본문"}}, Step("unreadable"));
    ASSERT_TRUE(settled && !settled->ok()) << folder;
    EXPECT_THAT(settled->error().message_en, HasSubstr(base::StrCat("'", folder, "'")));
  }
}

TEST_F(Mail, FailuresAreTyped) {
  const Json arguments = {{"sender", "환경과"}};
  AdministrationOptions options = Options();
  options.mail.password = "wrong";
  EXPECT_EQ(Office(options).Error("mail.search", arguments), "auth");
  options = Options();
  options.mail.ca_file = "";  // the server's certificate is signed by nobody we know
  EXPECT_EQ(Office(options).Error("mail.search", arguments), "unreachable");
  options = Options();
  options.mail.imap_port = fakes::FreePort();
  EXPECT_EQ(Office(options).Error("mail.search", arguments), "unreachable");
  EXPECT_EQ(Office(options).Error("mail.send", {{"to", "법무실"}, {"body", "본문"}}, Step("down")),
            "unreachable");
  const auto down = Office(options).Call("mail.search", arguments);
  EXPECT_EQ(down.error().message_ko, "administration.mail: IMAP 서버: 서버에 연결할 수 없습니다");
  options = Options();
  options.mail.smtp_port = fakes::FreePort();
  EXPECT_EQ(
      Office(options).Error("mail.send", {{"to", "법무실"}, {"body", "본문"}}, Step("smtp-down")),
      "unreachable");
  EXPECT_FALSE(Office(Options()).Reconcile("mail.send", {{"to", "법무실"}, {"body", "본문"}},
                                           Step("smtp-down")));
}

TEST_F(Mail, AServerThatIsSilentOrNoImapServerIsNoEmptyMailbox) {
  const auto silent = [](const std::string&) { return std::optional<std::string>(""); };
  AdministrationOptions options = Options();
  options.mail.tls = MailOptions::Tls::kNone;
  fakes::LineServer slow("", silent);
  options.mail.imap_port = slow.port();
  EXPECT_EQ(Office(options).Error("mail.search", {{"sender", "환경과"}},
                                  Step("slow", absl::Milliseconds(500))),
            "timeout");
  // Logs in as IMAP has it, and then talks of something else.
  fakes::LineServer babble("* OK ready\r\n", [](const std::string& line) {
    const std::string tag = line.substr(0, line.find(' '));
    const bool login =
        line.find("CAPABILITY") != std::string::npos || line.find("LOGIN") != std::string::npos;
    return std::optional(login ? tag + " OK done\r\n" : "HTTP/1.1 400 Bad Request\r\n");
  });
  options.mail.imap_port = babble.port();
  EXPECT_EQ(Office(options).Error("mail.search", {{"sender", "환경과"}},
                                  Step("babble", absl::Seconds(5))),
            "malformed_upstream");
}

TEST(MailTransport, PlainTextStaysOnThisMachine) {
  const auto http = MakeHttpClient({});
  for (const std::string host : {"mail.gaon.example", "10.0.0.5"}) {
    AdministrationOptions options;
    options.mail.tls = MailOptions::Tls::kNone;
    options.mail.imap_host = "127.0.0.1";
    options.mail.smtp_host = host;
    const auto made = MakeAdministrationConnectors(
        options, {*http, base::SystemClock(), tools::Catalogue::BuiltIn(), nullptr});
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(made.status().message()),
                HasSubstr("administration.mail: '" + host + "' is another machine"));
    EXPECT_THAT(base::Message(made.status(), base::Language::kKorean),
                HasSubstr("TLS가 필요합니다"));
  }
}

}  // namespace
}  // namespace connectors
