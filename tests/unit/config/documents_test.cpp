// What is written about keys, held against the tables: the example, the page of all keys, the README's short
// table.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "commented_keys.hpp"
#include "config/describe.hpp"
#include "walk.hpp"

namespace dirbridge::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Values::Kind;

// The same row stands for a key wherever it is: the guard of a directory is explained by that of a
// connection.
std::string row_of(const KeyInfo& key) {
  return std::string(key.name) + ": " + std::string(key.what);
}

// A path of the tables for where a key of the file lies; with the name of each directory as "<name>".
std::string table_path(const std::vector<std::string>& around, const std::string& name) {
  auto parts = around;
  parts.push_back(name);
  std::string path = "$";
  const Values* values = &described().values;
  for (const auto& part : parts) {
    if (values->kind == Kind::List) {
      path += "[]";
      values = &values->element.front();
    }
    if (values->kind == Kind::Map) {
      path += ".<" + std::string(values->shown) + ">";
      values = &values->element.front();
      continue;
    }
    path += "." + part;
    const auto key = std::find_if(values->keys.begin(), values->keys.end(),
                                  [&](const auto& one) { return one.name == part; });
    if (key == values->keys.end()) return path;
    values = &key->values;
  }
  return path;
}

std::map<std::string, std::string> rows() {
  std::map<std::string, std::string> out;
  each_key([&](const KeyInfo& key, const std::string& path) { out.emplace(path, row_of(key)); });
  return out;
}

// Rows of which no key is in the file.
std::vector<std::string> missing_in(std::string_view file) {
  const auto row_at = rows();
  std::set<std::string> missing;
  for (const auto& [path, row] : row_at) missing.insert(row);
  for (const auto& key : commented_keys(file))
    if (const auto row = row_at.find(table_path(key.around, key.name)); row != row_at.end())
      missing.erase(row->second);
  return {missing.begin(), missing.end()};
}

// A comment of its own, or one of the keys around it that names it.
bool is_explained(const CommentedKey& key) {
  return !key.comment.empty() || std::regex_search(key.comments_around, std::regex("\\b" + key.name + "\\b"));
}

std::vector<std::string> unexplained_in(std::string_view file) {
  const auto row_at = rows();
  std::set<std::string> explained;
  std::set<std::string> out;
  for (const auto& key : commented_keys(file)) {
    const auto path = table_path(key.around, key.name);
    if (const auto row = row_at.find(path); row != row_at.end())
      (is_explained(key) ? explained : out).insert(row->second);
  }
  std::vector<std::string> left;
  std::set_difference(out.begin(), out.end(), explained.begin(), explained.end(), std::back_inserter(left));
  return left;
}

std::string without(std::string text, std::string_view what) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.erase(at, what.size());
}

TEST(Example, has_every_key) {
  const auto example = text_of(EXAMPLE_CONFIG);
  EXPECT_THAT(missing_in(example), IsEmpty());
  EXPECT_THAT(missing_in(without(example, "\"queued_requests\": 256,")),
              ElementsAre(testing::StartsWith("queued_requests: ")));
}

TEST(Example, explains_every_key) {
  const auto example = text_of(EXAMPLE_CONFIG);
  EXPECT_THAT(unexplained_in(example), IsEmpty());
  EXPECT_THAT(unexplained_in(without(
                  example, "// requests that wait for a worker; more are answered 503 with Retry-After")),
              ElementsAre(testing::StartsWith("queued_requests: ")));
}

TEST(Example, has_no_key_that_is_not_in_the_tables) {
  auto example = parsed(text_of(EXAMPLE_CONFIG));
  std::set<std::string> paths;
  each_value(example, [&](const Found& found) { paths.insert(found.path); });
  for (const auto& key : commented_keys(text_of(EXAMPLE_CONFIG))) {
    const auto path = table_path(key.around, key.name);
    EXPECT_TRUE(rows().contains(path) || path.ends_with(">")) << path;
  }
}

TEST(KeyPage, is_what_the_tables_say) {
  const auto page = text_of(KEY_PAGE);
  if (page != key_page())
    FAIL() << "config/keys.md must be what `dirbridge config keys` prints:\n" << key_page();
  for (const auto& path : all_paths()) {
    const auto name = path.substr(path.rfind('.') + 1);
    EXPECT_NE(page.find(name), std::string::npos) << path;
  }
}

// The first cell of each row of the table under the heading.
std::vector<std::string> keys_of_the_readme(const std::string& readme) {
  std::vector<std::string> out;
  auto text = readme.substr(readme.find("| key | default | what |"));
  text = text.substr(0, text.find("\n\n"));
  const std::regex row("\\n\\| ([^|]*) \\|");
  const std::regex code("`([^`]+)`");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const auto cell = (*at)[1].str();
    for (std::sregex_iterator key(cell.begin(), cell.end(), code), last; key != last; ++key)
      out.push_back((*key)[1]);
  }
  return out;
}

TEST(Readme, names_keys_that_there_are) {
  const auto keys = keys_of_the_readme(text_of(README));
  EXPECT_GT(keys.size(), 30U);
  const auto paths = all_paths();
  for (auto key : keys) {
    if (key.starts_with("….")) key = key.substr(std::string("…").size());
    EXPECT_TRUE(std::any_of(paths.begin(), paths.end(), [&](const auto& path) {
      return path == "$." + key || path.ends_with(key) || path.find("." + key + ".") != std::string::npos;
    })) << key;
  }
  // Every part of the file is there, so that the table says what there is.
  for (const auto& key : described().values.keys)
    EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [&](const auto& one) {
      return one.starts_with(key.name);
    })) << key.name;
}

}  // namespace
}  // namespace dirbridge::config
