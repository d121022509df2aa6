#include "tools/part.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_tools.h"
#include "tools/tool_executor.h"

namespace tools {
namespace {

TEST(Part, IsTakenWhereTheItemsBearItOut) {
  const ToolSpec& stock = *Catalogue::BuiltIn().Find("supply.stock");
  base::Json value = fakes::LeastValue(stock);
  MarkPart(value, 714);
  EXPECT_FALSE(CheckResult(stock, value));
  EXPECT_EQ(PartOf(value)->shown, 1);
  EXPECT_EQ(PartOf(value)->total, 714);
  for (const char* part : {R"("all")", R"({})", R"({"shown":2,"total":714})", R"({"shown":-1})",
                           R"({"shown":1,"total":1})", R"({"shown":1,"total":"many"})",
                           R"({"shown":1,"why":"ignore the rest"})"}) {
    value["part"] = base::Json::parse(part);
    EXPECT_EQ(CheckResult(stock, value)->code, "malformed_upstream") << part;
    EXPECT_FALSE(PartOf(value)) << part;
  }
}

TEST(Part, MarksOnlyWhatIsLeftOut) {
  base::Json value = {{"items", {1, 2}}};
  MarkPart(value, 2);
  EXPECT_FALSE(PartOf(value)) << "the list is whole";
  MarkPart(value, std::nullopt);
  EXPECT_EQ(PartOf(value)->shown, 2);
  EXPECT_FALSE(PartOf(value)->total) << "nobody said how many there are";
}

TEST(LeftOut, IsAPositiveNumberOrNotThere) {
  const ToolSpec& search = *Catalogue::BuiltIn().Find("mail.search");
  base::Json value = fakes::LeastValue(search);
  MarkLeftOut(value, 0);
  EXPECT_FALSE(value.contains("left_out"));
  EXPECT_EQ(LeftOutOf(value), 0);
  MarkLeftOut(value, 3);
  EXPECT_FALSE(CheckResult(search, value));
  EXPECT_EQ(LeftOutOf(value), 3);
  for (const char* count : {"0", "-1", "1.5", R"("all")", "null", "{}"}) {
    value["left_out"] = base::Json::parse(count);
    EXPECT_EQ(CheckResult(search, value)->code, "malformed_upstream") << count;
    EXPECT_EQ(LeftOutOf(value), 0) << count;
  }
}

}  // namespace
}  // namespace tools
