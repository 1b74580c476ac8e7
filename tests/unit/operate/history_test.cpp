#include "operate/history.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "audit/journal.hpp"

namespace dirbridge::operate {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

TEST(History, R1_SaysWhatWasLeftAsItIs) {
  std::string folder = "/tmp/dirbridge-history-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const audit::FileSettings file{folder + "/audit.jsonl"};
  const auto dn = directory::Dn::parse("uid=ann,dc=x").value();
  const SystemClock clock;
  audit::make_journal(file, {}, clock)->note(sync::LeftNote{"okta", dn, "userName", "the name is taken"});
  const auto lines = past(file, {dn}, "ann");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, ElementsAre(EndsWith("okta: userName left as it is, the name is taken")));
}

}  // namespace
}  // namespace dirbridge::operate
