#include "e2e/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "e2e/match.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

const json::object& section(const json::object& parent, std::string_view key) {
  static const json::object none;
  const auto* found = parent.if_contains(key);
  return found == nullptr ? none : found->as_object();
}

std::string text(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

class Runner {
 public:
  Runner(const Site& site, const std::string& base_url, directory::Directory& directory)
      : client_(base_url, site.token), origin_(origin_of(site.scim_url), site.token), directory_(directory) {
    variables_ = {{"users", site.user_base},
                  {"groups", site.group_base},
                  {"bridge", site.bridge_base},
                  {"connection", site.name},
                  {"base_url", base_url}};
  }

  void step(const json::object& step) {
    const auto answer = send(section(step, "request"));
    SCOPED_TRACE(std::to_string(answer.status) + " " + answer.body.substr(0, 2000));
    expect_answer(section(step, "expect"), answer);
    const auto* entries = step.if_contains("expect_ldap");
    if (entries == nullptr || testing::Test::HasFailure()) return;
    for (const auto& entry : entries->as_array()) expect_entry(entry.as_object());
  }

 private:
  // "http://host:port/scim/x/v2" -> "http://host:port"
  static std::string origin_of(const std::string& url) { return url.substr(0, url.find("/scim/")); }

  Answer send(const json::object& request) {
    const bool below_origin = request.contains("origin_path");
    auto path = fill(text(request, below_origin ? "origin_path" : "path"), variables_);
    for (const auto& parameter : section(request, "query")) {
      path = with_query(path, std::string(parameter.key()),
                        fill(std::string_view(parameter.value().as_string()), variables_));
    }
    http::Headers headers;
    for (const auto& header : section(request, "headers")) {
      const auto& value = header.value();
      headers.set(header.key(), value.is_null() ? std::string(ScimClient::unsent)
                                                : fill(std::string_view(value.as_string()), variables_));
    }
    const auto* body = request.if_contains("body");
    auto sent = body == nullptr ? std::string() : json::serialize(fill_in(*body, variables_));
    auto& client = below_origin ? origin_ : client_;
    auto answer = client.try_send(text(request, "method"), path, headers, std::move(sent), deadline_in(60s));
    if (!answer) throw std::runtime_error("no answer: " + answer.error().detail);
    return std::move(*answer);
  }

  void expect_answer(const json::object& expected, const Answer& answer) {
    EXPECT_EQ(answer.status, expected.at("status").to_number<int>());
    for (const auto& header : section(expected, "headers"))
      expect_header(header.key(), header.value(), answer);
    const auto* body = expected.if_contains("body");
    if (body == nullptr) return;
    if (body->is_null()) {
      EXPECT_EQ(answer.body, "");
      return;
    }
    const auto wrong = mismatch(*body, answer.json, variables_);
    EXPECT_FALSE(wrong) << *wrong;
  }

  void expect_header(std::string_view name, const json::value& expected, const Answer& answer) {
    const auto* value = answer.headers.find(name);
    ASSERT_NE(value, nullptr) << name << " is missing";
    const auto wrong = mismatch(expected, json::value(*value), variables_);
    EXPECT_FALSE(wrong) << name << ": " << *wrong;
  }

  void expect_entry(const json::object& expected) {
    const bool absent = expected.contains("absent");
    const auto name = fill(text(expected, absent ? "absent" : "dn"), variables_);
    const auto dn = directory::Dn::parse(name);
    ASSERT_TRUE(dn) << name;
    const auto entry = directory::read(directory_, *dn, {"*", "+"}, deadline_in(30s));
    ASSERT_TRUE(entry) << name << ": " << entry.error().detail;
    ASSERT_EQ(entry->has_value(), !absent) << name;
    if (absent) return;
    EXPECT_EQ((*entry)->dn.str(), name) << "spelling of the DN";
    for (const auto& member : section(expected, "attributes"))
      expect_values(**entry, member.key(), member.value());
    const auto* without = expected.if_contains("without");
    if (without == nullptr) return;
    for (const auto& attribute : without->as_array()) {
      EXPECT_EQ((*entry)->attributes.find(attribute.as_string()), nullptr) << name << ": " << attribute;
    }
  }

  void expect_values(const directory::Entry& entry, std::string_view attribute, const json::value& expected) {
    json::array actual;
    if (const auto* values = entry.attributes.find(attribute))
      for (const auto& value : *values) actual.emplace_back(value);
    const auto wanted = expected.is_array() ? expected : json::value(json::array{expected});
    const auto wrong = mismatch(wanted, json::value(actual), variables_);
    EXPECT_FALSE(wrong) << entry.dn.str() << " " << attribute << ": " << *wrong;
  }

  ScimClient client_;
  ScimClient origin_;
  directory::Directory& directory_;
  Variables variables_;
};

json::object parse_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  boost::system::error_code bad;
  auto value = json::parse(content, bad);
  if (bad || !value.is_object() || !value.get_object().contains("steps")) {
    throw std::runtime_error(path.string() + " is no replay: " + bad.message());
  }
  return value.get_object();
}

}  // namespace

SiteOptions Replay::site() const {
  // So that the directory shows what was deleted and renamed: what is kept is the options' own affair.
  json::object connection{{"profile", idp},
                          {"users", {{"on_delete", "delete"}}},
                          {"groups", {{"on_delete", "delete"}, {"on_rename", "follow"}}}};
  for (const auto& member : section(content, "connection")) connection[member.key()] = member.value();
  return {name, connection, section(content, "directory")};
}

std::vector<Replay> load_replays(const std::string& folder) {
  std::vector<Replay> replays;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder)) {
    if (item.path().extension() != ".json") continue;
    const auto idp = item.path().parent_path().filename().string();
    replays.push_back({idp, idp + "-" + item.path().stem().string(), parse_file(item.path())});
  }
  std::sort(replays.begin(), replays.end(), [](const Replay& a, const Replay& b) { return a.name < b.name; });
  return replays;
}

void run_replay(const Replay& replay, Bridge& bridge) {
  const auto& site = bridge.site(replay.name);
  auto base_url = site.scim_url;
  if (const auto* version = replay.content.if_contains("version"))
    base_url.replace(base_url.rfind('/') + 1, std::string::npos, std::string(version->as_string()));
  Runner runner(site, base_url, bridge.directory());
  for (const auto& step : replay.content.at("steps").as_array()) {
    SCOPED_TRACE(replay.name + ": " + text(step.as_object(), "name"));
    runner.step(step.as_object());
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace dirbridge::e2e
