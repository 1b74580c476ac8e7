// The tables of the sections: what is written is read again as the same, and each row says what the reader
// does.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <set>

#include "config/describe.hpp"
#include "config/loader.hpp"
#include "config/write.hpp"
#include "problems.hpp"
#include "walk.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using Kind = Values::Kind;
using testing::IsEmpty;

constexpr auto folder = "/etc/dirbridge";

ConfigResult read(const json::value& file) {
  return parse_config(json::serialize(file), folder);
}

Config everything() {
  const auto config = parse_config(text_of(EVERYTHING), folder);
  EXPECT_THAT(problems(config), IsEmpty());
  return config.value();
}

Config example() {
  const auto config = parse_config(text_of(EXAMPLE_CONFIG), folder);
  EXPECT_THAT(problems(config), IsEmpty());
  return config.value();
}

Config smallest() {
  const auto config = parse_config(R"({"directories": {"main": {"uris": "ldapi:///", "sasl_external": true,
      "user_base": "ou=u", "group_base": "ou=g", "bridge_base": "ou=b"}}, "connections": {"a": {"directory": "main"}}})",
                                   folder);
  EXPECT_THAT(problems(config), IsEmpty());
  return config.value();
}

Config without_audit() {
  auto config = smallest();
  config.audit.reset();
  return config;
}

struct Named {
  const char* name;
  Config (*make)();
};
void PrintTo(const Named& named, std::ostream* out) {
  *out << named.name;
}

class EachConfig : public testing::TestWithParam<Named> {};

TEST_P(EachConfig, what_is_written_is_read_again_as_the_same) {
  const auto config = GetParam().make();
  const auto again = read(to_json(config));
  ASSERT_THAT(problems(again), IsEmpty());
  EXPECT_TRUE(*again == config);
}

TEST_P(EachConfig, the_short_form_means_the_same) {
  const auto config = GetParam().make();
  const auto again = read(changed(config, folder));
  ASSERT_THAT(problems(again), IsEmpty()) << json::serialize(changed(config, folder));
  EXPECT_TRUE(*again == config) << json::serialize(changed(config, folder));
}

TEST_P(EachConfig, every_key_is_written) {
  auto written = json::value(to_json(GetParam().make()));
  each_value(written, [](const Found& found) {
    if (found.key.values.kind != Kind::Section || !found.value.is_object()) return;
    std::vector<std::string> wanted;
    for (const auto& key : found.key.values.keys) wanted.emplace_back(key.name);
    std::vector<std::string> names;
    for (const auto& member : found.value.get_object()) names.emplace_back(member.key());
    EXPECT_EQ(names, wanted) << found.path;
  });
}

INSTANTIATE_TEST_SUITE_P(Each, EachConfig,
                         testing::Values(Named{"everything", everything}, Named{"example", example},
                                         Named{"smallest", smallest}, Named{"without_audit", without_audit}),
                         [](const auto& instance) { return instance.param.name; });

// `part` with nothing that `whole` says otherwise.
void expect_contained(const json::value& part, const json::value& whole, const std::string& path) {
  const auto* object = part.if_object();
  const auto* list = part.if_array();
  if (object && whole.is_object()) {
    for (const auto& [key, value] : *object) {
      ASSERT_TRUE(whole.get_object().contains(key)) << path << "." << key;
      expect_contained(value, whole.get_object().at(key), path + "." + std::string(key));
    }
  } else if (list && whole.is_array() && list->size() == whole.get_array().size()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      expect_contained((*list)[i], whole.get_array()[i], path + "[]");
  } else {
    EXPECT_EQ(part, whole) << path;
  }
}

TEST(Tables, each_key_has_the_value_that_was_given) {
  expect_contained(parsed(text_of(EVERYTHING)), to_json(everything()), "$");
}

TEST(Tables, everything_sets_each_key_to_something_else) {
  std::set<std::string> set;
  auto file = parsed(text_of(EVERYTHING));
  each_value(file, [&](const Found& found) {
    const bool one_word = found.key.values.kind == Kind::Word && found.key.values.words.size() == 1;
    if (found.value != found.key.fallback || one_word) set.insert(found.table_path);
  });
  std::vector<std::string> missing;
  each_key([&](const KeyInfo& key, const std::string& path) {
    if (key.values.kind == Kind::Word && key.values.words.size() == 1) return;
    if (!set.contains(path)) missing.push_back(path);
  });
  // "enabled" beside other keys of the section would make them meaningless: see without_audit.
  EXPECT_THAT(missing, testing::ElementsAre("$.audit.enabled", "$.directories.<name>.guard.enabled"));
}

TEST(Tables, the_smallest_file_stays_short) {
  EXPECT_EQ(json::value(changed(smallest(), folder)), parsed(R"({"directories": {"main": {
      "uris": ["ldapi:///"], "sasl_external": true, "user_base": "ou=u", "group_base": "ou=g", "bridge_base": "ou=b"}},
      "connections": {"a": {"directory": "main"}}})"));
}

TEST(Tables, defaults_follow_the_keys_on_which_they_depend) {
  auto config = smallest();
  config.server.limits.body_bytes = 100 * 1024 * 1024;  // then 134217728 in flight is not the default
  const auto at = [&](std::string_view key) -> json::value {
    const auto out = changed(config, folder);
    const auto& limits = out.at("server").at("limits").as_object();
    return limits.contains(key) ? limits.at(key) : json::value();
  };
  EXPECT_EQ(at("body_bytes_in_flight"), json::value(128 * 1024 * 1024));
  config.server.limits.body_bytes_in_flight = 200 * 1024 * 1024;
  EXPECT_TRUE(at("body_bytes_in_flight").is_null());
}

// What is put in the place of each value, and whether it is told at its place.
class Replaced : public testing::Test {
 protected:
  // The problems at `path` or below it, with this in its place.
  std::string with(const Found& found, json::value other) {
    const auto before = std::exchange(found.value, std::move(other));
    const auto result = read(file_);
    found.value = before;
    std::string all;
    if (result) return all;
    for (const auto& problem : result.error().list)
      if (problem.path.starts_with(found.path)) all += to_string(problem) + "\n";
    return all;
  }

  json::value file_ = parsed(text_of(EVERYTHING));
};

// A value of another type than the table has.
json::value of_another_type(Kind kind) {
  switch (kind) {
    case Kind::Section:
    case Kind::OneKey:
    case Kind::List:
    case Kind::Map:
      return true;
    default:
      return json::object{{"x", 1}};
  }
}

TEST_F(Replaced, a_value_of_another_type_is_refused_at_each_key) {
  std::size_t tried = 0;
  each_value(file_, [&](const Found& found) {
    EXPECT_NE(with(found, of_another_type(found.key.values.kind)), "") << found.path;
    ++tried;
  });
  EXPECT_GT(tried, all_paths().size());
}

TEST_F(Replaced, ranges_of_numbers_are_those_of_the_table) {
  std::size_t tried = 0;
  each_value(file_, [&](const Found& found) {
    if (found.key.values.kind != Kind::Number) return;
    const auto [least, most] = std::pair(found.key.values.least, found.key.values.most);
    const auto range = "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    EXPECT_THAT(with(found, most + 1), testing::HasSubstr(range)) << found.path;
    EXPECT_THAT(with(found, static_cast<std::int64_t>(least) - 1), testing::HasSubstr(range)) << found.path;
    EXPECT_THAT(with(found, least), testing::Not(testing::HasSubstr("whole number"))) << found.path;
    EXPECT_THAT(with(found, most), testing::Not(testing::HasSubstr("whole number"))) << found.path;
    ++tried;
  });
  EXPECT_GT(tried, 30U);
}

TEST_F(Replaced, words_are_those_of_the_table) {
  std::size_t tried = 0;
  each_value(file_, [&](const Found& found) {
    if (found.key.values.kind != Kind::Word) return;
    EXPECT_THAT(with(found, "zzz"), testing::HasSubstr("must be ")) << found.path;
    for (const auto word : found.key.values.words)
      EXPECT_THAT(with(found, json::value(word)), testing::Not(testing::HasSubstr("must be "))) << found.path;
    ++tried;
  });
  EXPECT_GT(tried, 15U);
}

TEST_F(Replaced, a_required_key_is_missed) {
  std::size_t tried = 0;
  each_value(file_, [&](const Found& found) {
    const auto told = with(found, nullptr);
    const bool missed =
        told.find("is missing") != std::string::npos || told.find("needs at least one") != std::string::npos;
    if (!found.key.required) return;
    EXPECT_TRUE(missed) << found.path;
    ++tried;
  });
  EXPECT_GT(tried, 15U);
}

TEST_F(Replaced, an_unknown_key_is_told_in_each_section) {
  each_value(file_, [&](const Found& found) {
    if (found.key.values.kind != Kind::Section || !found.value.is_object()) return;
    auto with_one_more = found.value.get_object();
    with_one_more["zzzzzzzzzz"] = 1;
    EXPECT_THAT(with(found, with_one_more), testing::HasSubstr("unknown key")) << found.path;
  });
}

}  // namespace
}  // namespace dirbridge::config
