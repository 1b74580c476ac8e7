// Files around the configuration: the example, secrets, certificates.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "config/loader.hpp"

namespace dirbridge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ConfigFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-config-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text, mode_t mode) const {
    const auto path = folder_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::string write_config(const std::string& password) const {
    return write(
        "dirbridge.json",
        R"({"directories": {"main": {"uris": ["ldap://127.0.0.1"], "bind_dn": "cn=b", "bind_password": )" +
            password + R"(, "user_base": "ou=u", "group_base": "ou=g", "bridge_base": "ou=b"}}})",
        0644);
  }
  static std::vector<std::string> described(const std::vector<Problem>& problems) {
    std::vector<std::string> all;
    for (const auto& problem : problems) all.push_back(to_string(problem));
    return all;
  }

  std::string folder_;
};

TEST_F(ConfigFiles, the_example_loads) {
  const auto config = load_config(EXAMPLE_CONFIG);
  if (!config) FAIL() << testing::PrintToString(described(config.error().list));
  EXPECT_EQ(config->directories.at("main").uris.size(), 2U);
  EXPECT_EQ(config->directories.at("main").bind->password.name,
            std::filesystem::path(EXAMPLE_CONFIG).parent_path().string() + "/secrets/ldap");
}

const Profile& profile_named(std::string_view name) {
  const auto all = profiles();
  return *std::find_if(all.begin(), all.end(), [&](const Profile& row) { return row.name == name; });
}

bool same(const Profile& a, const Profile& b) {
  return a.name == b.name && a.group_patch_response == b.group_patch_response &&
         a.put_omitted == b.put_omitted && a.on_no_match_replace == b.on_no_match_replace &&
         a.members_in_group_lists == b.members_in_group_lists && a.default_page_size == b.default_page_size &&
         a.max_page_size == b.max_page_size;
}

// The example says that its values are the defaults.
TEST_F(ConfigFiles, the_example_shows_the_defaults) {
  const auto example = load_config(EXAMPLE_CONFIG);
  const auto defaults = load_config(write_config(R"({"env": "X"})"));
  ASSERT_TRUE(example && defaults);
  const auto& shown = example->server.limits;
  const http::Limits limits;
  EXPECT_EQ(shown.body_bytes, limits.body_bytes);
  EXPECT_EQ(shown.header_bytes, limits.header_bytes);
  EXPECT_EQ(shown.body_bytes_in_flight, limits.body_bytes_in_flight);
  EXPECT_EQ(shown.connections, limits.connections);
  EXPECT_EQ(shown.unauthenticated_connections, limits.unauthenticated_connections);
  EXPECT_EQ(shown.unauthenticated_per_address, limits.unauthenticated_per_address);
  EXPECT_EQ(shown.workers, limits.workers);
  EXPECT_EQ(shown.queued_requests, limits.queued_requests);
  EXPECT_EQ(shown.request_timeout, limits.request_timeout);
  EXPECT_EQ(example->server.listen.port, defaults->server.listen.port);
  EXPECT_EQ(example->admin.port, defaults->admin.port);
  EXPECT_EQ(std::filesystem::path(example->audit->path).filename(),
            std::filesystem::path(defaults->audit->path).filename());
  EXPECT_EQ(example->audit->max_bytes, defaults->audit->max_bytes);
  EXPECT_EQ(example->audit->files, defaults->audit->files);
  const auto& a = example->directories.at("main");
  const auto& b = defaults->directories.at("main");
  EXPECT_EQ(a.pool_size, b.pool_size);
  EXPECT_EQ(a.connect_timeout, b.connect_timeout);
  EXPECT_EQ(a.placeholder_member, b.placeholder_member);
  EXPECT_EQ(a.verify_hostname, b.verify_hostname);
  const auto& connection = example->connections.at("entra");
  EXPECT_TRUE(same(connection.behaviour, profile_named("entra")));
  EXPECT_EQ(connection.guard, ConnectionConfig().guard);
}

TEST_F(ConfigFiles, a_missing_configuration_says_what_to_do) {
  const auto config = load_config(folder_ + "/none.json");
  ASSERT_FALSE(config);
  EXPECT_THAT(described(config.error().list), ElementsAre(HasSubstr("cannot be read")));
  EXPECT_FALSE(load_config(folder_));
}

TEST_F(ConfigFiles, a_secret_comes_from_a_private_file) {
  write("pw", "hunter2\n", 0600);
  const auto config = load_config(write_config(R"({"file": "pw"})"));
  ASSERT_TRUE(config);
  EXPECT_THAT(unusable_files(*config), IsEmpty());
  const auto settings = ldap_settings(config->directories.at("main"));
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->password.reveal(), "hunter2");
  EXPECT_EQ(settings->bind_dn.str(), "cn=b");
}

TEST_F(ConfigFiles, a_secret_that_others_can_read_is_refused) {
  write("pw", "hunter2\n", 0644);
  const auto config = load_config(write_config(R"({"file": "pw"})"));
  ASSERT_TRUE(config);
  const auto problems = described(unusable_files(*config));
  ASSERT_THAT(problems, ElementsAre(HasSubstr("$.directories.main.bind_password: ")));
  EXPECT_THAT(problems.front(), Not(HasSubstr("hunter2")));
  EXPECT_FALSE(ldap_settings(config->directories.at("main")));
}

TEST_F(ConfigFiles, a_secret_may_come_from_the_environment) {
  const auto config = load_config(write_config(R"({"env": "DIRBRIDGE_TEST_PASSWORD"})"));
  ASSERT_TRUE(config);
  ::unsetenv("DIRBRIDGE_TEST_PASSWORD");
  EXPECT_THAT(described(unusable_files(*config)),
              ElementsAre(HasSubstr("environment variable DIRBRIDGE_TEST_PASSWORD is not set")));
  ::setenv("DIRBRIDGE_TEST_PASSWORD", "hunter2", 1);
  EXPECT_EQ(ldap_settings(config->directories.at("main"))->password.reveal(), "hunter2");
  ::unsetenv("DIRBRIDGE_TEST_PASSWORD");
}

TEST_F(ConfigFiles, every_file_that_is_not_there_is_named) {
  const auto path = write("dirbridge.json",
                          R"({"server": {"tls": {"certificate_file": "c.pem", "key_file": "k.pem"}},
    "directories": {"main": {"uris": ["ldaps://x"], "ca_file": "ca.pem", "bind_dn": "cn=b",
      "bind_password": {"file": "pw"}, "user_base": "ou=u", "group_base": "ou=g", "bridge_base": "ou=b",
      "atlassian": {"bind_dn": "cn=a", "bind_password": {"file": "pw2"}}}}})",
                          0644);
  const auto config = load_config(path);
  ASSERT_TRUE(config);
  EXPECT_THAT(
      described(unusable_files(*config)),
      ElementsAre(HasSubstr("$.server.tls.certificate_file"), HasSubstr("$.server.tls.key_file"),
                  HasSubstr("$.directories.main.ca_file"), HasSubstr("$.directories.main.bind_password"),
                  HasSubstr("$.directories.main.atlassian.bind_password")));
}

}  // namespace
}  // namespace dirbridge::config
