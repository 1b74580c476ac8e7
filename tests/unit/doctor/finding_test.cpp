#include "doctor/finding.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>

namespace dirbridge::doctor {
namespace {

namespace json = boost::json;

TEST(Finding, every_check_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < check_count; ++i) {
    const auto name = to_string(static_cast<Check>(i));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_THAT(std::string(name), testing::MatchesRegex("[a-z]+(-[a-z]+)*"));
  }
}

// Programs know findings by these names.
TEST(Finding, every_check_is_in_the_readme) {
  std::ifstream file(README);
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t i = 0; i < check_count; ++i)
    EXPECT_THAT(readme, testing::HasSubstr("`" + std::string(to_string(static_cast<Check>(i))) + "`"));
}

TEST(Finding, is_a_value_with_its_subject_apart) {
  Findings findings("main");
  findings.problem(Check::SizeLimit, "too few", "olcLimits");
  findings.ok(Check::Index, "there");
  const auto all = findings.take();
  EXPECT_TRUE(has_problem(all));
  EXPECT_EQ(to_json(all), json::parse(R"({"findings": [
    {"verdict": "problem", "check": "size-limit", "subject": "main", "what": "too few", "fix": "olcLimits"},
    {"verdict": "ok", "check": "index", "subject": "main", "what": "there"}]})")
                              .as_object());
  EXPECT_FALSE(has_problem({all[1]}));
}

}  // namespace
}  // namespace dirbridge::doctor
