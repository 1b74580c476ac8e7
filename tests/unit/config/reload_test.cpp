// Which changes of the configuration a running bridge cannot take over.
#include "config/reload.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "config/loader.hpp"
#include "config/write.hpp"
#include "walk.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

Config of(const json::value& file) {
  return parse_config(json::serialize(file), "/etc/dirbridge").value();
}

class NeedsRestart : public testing::Test {
 protected:
  // What needs a restart after `change`.
  template <class Change>
  std::vector<std::string> after(const Change& change) {
    auto next = file_;
    change(next);
    return needs_restart(of(file_), of(next));
  }
  std::vector<std::string> with(std::string_view pointer, const json::value& value) {
    return after([&](json::value& next) { next.at_pointer(pointer) = value; });
  }

  json::value file_ = parsed(text_of(EVERYTHING));
};

TEST_F(NeedsRestart, nothing_of_the_same) {
  EXPECT_THAT(needs_restart(of(file_), of(file_)), IsEmpty());
}

TEST_F(NeedsRestart, names_each_key_in_the_order_of_the_file) {
  EXPECT_THAT(after([](json::value& next) {
                next.at_pointer("/directories/main/pool_size") = 9;
                next.at_pointer("/server/limits/workers") = 9;
                next.at_pointer("/server/listen") = "127.0.0.1:1";
                next.at_pointer("/admin/listen") = "127.0.0.1:2";
                next.at_pointer("/connections/mapped/default_page_size") = 9;
              }),
              ElementsAre("$.server.listen", "$.server.limits.workers", "$.admin.listen",
                          "$.directories.main.pool_size"));
}

TEST_F(NeedsRestart, what_the_listeners_directories_and_schemas_are_made_of) {
  EXPECT_THAT(with("/server/base_path", "/w"), ElementsAre("$.server.base_path"));
  EXPECT_THAT(with("/server/alias_paths", json::array{}), ElementsAre("$.server.alias_paths"));
  EXPECT_THAT(with("/audit/files", 1), ElementsAre("$.audit.files"));
  EXPECT_THAT(with("/directories/main/guard/disables/count", 9),
              ElementsAre("$.directories.main.guard.disables.count"));
  EXPECT_THAT(with("/directories/main/guard", nullptr), ElementsAre("$.directories.main.guard"));
  EXPECT_THAT(with("/directories/main/bind_password", json::object{{"env", "X"}}),
              ElementsAre("$.directories.main.bind_password"));
  EXPECT_THAT(with("/schemas/urn:example:acme:User/description", "x"),
              ElementsAre("$.schemas[\"urn:example:acme:User\"].description"));
}

TEST_F(NeedsRestart, a_directory_that_comes_or_goes) {
  const auto more = [](json::value& next) {
    next.at("directories").as_object()["more"] = next.at_pointer("/directories/local");
  };
  EXPECT_THAT(after(more), ElementsAre("$.directories.more"));
  auto next = file_;
  more(next);
  EXPECT_THAT(needs_restart(of(next), of(file_)), ElementsAre("$.directories.more"));
}

TEST_F(NeedsRestart, what_a_running_bridge_takes_over) {
  EXPECT_THAT(with("/server/tls", nullptr), ElementsAre("$.server.tls")) << "the listener speaks otherwise";
  EXPECT_THAT(with("/server/tls/key_file", "/other"), IsEmpty());
  EXPECT_THAT(with("/server/public_url", nullptr), IsEmpty());
  EXPECT_THAT(with("/log/level", "error"), IsEmpty());
  EXPECT_THAT(with("/connections/mapped/guard/disables/count", 9), IsEmpty());
  EXPECT_THAT(after([](json::value& next) {
                auto& connections = next.at("connections").as_object();
                connections["more"] = json::object{{"directory", "local"}};
                connections.erase("mapped");
              }),
              IsEmpty());
}

// Whatever is changed, it is named or it is a key that a running bridge takes over.
TEST_F(NeedsRestart, every_part_of_the_file_is_one_or_the_other) {
  const std::string reloaded[] = {"$.server.tls.", "$.server.public_url", "$.log.level", "$.connections"};
  const auto defaults = of(parsed(R"({"directories": {"main": {"uris": "ldapi:///", "sasl_external": true,
      "user_base": "ou=u", "group_base": "ou=g", "bridge_base": "ou=b"}}})"));
  std::size_t restarts = 0;
  for (const auto& path : needs_restart(defaults, of(file_))) {
    for (const auto& part : reloaded) EXPECT_FALSE(path.starts_with(part)) << path;
    ++restarts;
  }
  EXPECT_GT(restarts, 20U);
}

}  // namespace
}  // namespace dirbridge::config
