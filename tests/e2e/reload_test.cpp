// The configuration is changed under a bridge that runs: what takes effect, what waits for a restart, what is
// refused.
#include <gmock/gmock.h>

#include <filesystem>

#include "e2e/reload_fixture.hpp"
#include "http/client.hpp"
#include "support/external_command.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Reload : public ReloadFixture {
 protected:
  bool is_there(const std::string& name) { return exists(bridge_.directory(), site_.user_dn(name)); }
  void strip_domains() {
    connection("idp")["users"] = {{"name_rules", {{{"match", "(.*)@.*"}, {"replace", "$1"}}}}};
  }
  // Its bearer token.
  Secret new_token(const std::string& name) {
    const auto output = bridge_.run_with_config({"token", "new", name});
    const auto at = output.rfind("dirb_");
    return Secret(output.substr(at, output.find('\n', at) - at));
  }
};

TEST_F(Reload, AChangedRuleIsForTheNextRequestAndApplyForWhoIsThere) {
  create_user(client_, "ann@example.org");
  strip_domains();
  write();
  EXPECT_THAT(refused({"apply", "idp", "--yes"}), HasSubstr("dirbridge reload"));
  const auto said = reload();
  EXPECT_THAT(said, HasSubstr("connection idp has changed"));
  EXPECT_THAT(said, HasSubstr("dirbridge apply idp"));
  EXPECT_THAT(said, Not(HasSubstr("mapped"))) << "it has not changed";
  create_user(client_, "bob@example.org");
  EXPECT_TRUE(is_there("bob"));
  EXPECT_TRUE(is_there("ann@example.org"));
  EXPECT_THAT(bridge_.run_with_config({"apply", "idp", "--yes"}), HasSubstr("1 changed"));
  EXPECT_TRUE(is_there("ann"));
  EXPECT_THAT(bridge_.log(), HasSubstr("\"command apply (")) << "the bridge did it";
}

TEST_F(Reload, AnInvalidFileChangesNothingAndSaysWhy) {
  strip_domains();
  connection("idp")["nonsense"] = true;
  EXPECT_THAT(refused_reload(), HasSubstr("$.connections.idp.nonsense"));
  hang_up_and_wait();
  EXPECT_THAT(bridge_.log(), HasSubstr("$.connections.idp.nonsense"));
  create_user(client_, "ann@example.org");
  EXPECT_TRUE(is_there("ann@example.org"));
  connection("idp").erase("nonsense");
  connection("mapped")["handover"] = {{"jira_url", "https://jira.example"},
                                      {"token", {{"file", "/nonexistent/token"}}},
                                      {"project_lead", "boss"}};
  EXPECT_THAT(refused_reload(), HasSubstr("/nonexistent/token"));
  EXPECT_THAT(refused({"reload", "--check"}), HasSubstr("/nonexistent/token"));
  create_user(client_, "bob@example.org");
  EXPECT_TRUE(is_there("bob@example.org")) << "all of it or nothing";
  connection("mapped").erase("handover");
  write();
  EXPECT_EQ(bridge_.run_with_config({"reload", "--check"}), "");
  create_user(client_, "cid@example.org");
  EXPECT_TRUE(is_there("cid@example.org")) << "it was only looked at";
  reload();
  create_user(client_, "dan@example.org");
  EXPECT_TRUE(is_there("dan"));
}

TEST_F(Reload, AnotherFileThanTheBridgesIsNotRead) {
  strip_domains();
  write();
  connection("idp")["max_page_size"] = 500;
  const auto other = bridge_.write_file("other.json", json::serialize(next_));
  EXPECT_THROW(bridge_.run({"reload", "--config", other}), std::runtime_error);
  create_user(client_, "ann@example.org");
  EXPECT_TRUE(is_there("ann@example.org"));
}

TEST_F(Reload, WhatNeedsARestartIsNamedAndTheRestTakesEffect) {
  section("server")["listen"] = "127.0.0.1:1";
  section("server")["public_url"] = "https://scim.example";
  section("directories")["second"] = section("directories")["idp"];
  section("connections")["second"] = {{"directory", "second"}};
  next_["log"] = {{"level", "debug"}};
  strip_domains();
  const auto said = reload();
  for (const auto* key : {"$.server.listen", "$.directories.second", "$.connections.second.directory"}) {
    EXPECT_THAT(said, HasSubstr(std::string(key) + " has changed and needs a restart"));
    EXPECT_THAT(bridge_.log(), HasSubstr("\"key\":\"" + std::string(key) + "\""));
  }
  const auto answer = client_.post("/Users", user_resource("ann@example.org"));
  EXPECT_THAT(*answer.headers.find("Location"), HasSubstr("https://scim.example/scim/idp/v2/Users/"));
  EXPECT_TRUE(is_there("ann"));
  wait_until([&] { return lines_with("\"level\":\"debug\"") > 0; });
  ScimClient second(
      "http://" + std::string(site_.scim_url.substr(7, site_.scim_url.find("/scim") - 7)) + "/scim/second/v2",
      new_token("second"));
  EXPECT_EQ(second.get("/Users").status, 401) << "it does not run";
  EXPECT_THAT(bridge_.run_with_config({"apply", "idp", "--yes"}), HasSubstr("0 changed"));
}

TEST_F(Reload, RulesOfADirectoryThatWaitsAreNotApplied) {
  section("directories")["idp"].as_object()["disable"] = {{"strip_groups", true}};
  EXPECT_THAT(reload(), HasSubstr("$.directories.idp.disable.strip_groups has changed and needs a restart"));
  EXPECT_THAT(refused({"apply", "idp", "--yes"}), HasSubstr("another configuration"));
  EXPECT_THAT(bridge_.run_with_config({"apply", "mapped", "--yes"}), HasSubstr("0 changed"));
}

TEST_F(Reload, ANewConnectionAndANewTokenFileWorkWithoutARestart) {
  const auto& mapped = bridge_.site("mapped");
  section("connections")["second"] = {{"directory", "idp"}};
  connection("mapped")["tokens_file"] = "tokens/other.json";
  write();
  ScimClient second(site_.scim_url.substr(0, site_.scim_url.find("/idp/")) + "/second/v2",
                    new_token("second"));
  ScimClient with_new_token(mapped.scim_url, new_token("mapped"));
  EXPECT_EQ(second.get("/Users").status, 401);
  EXPECT_EQ(with_new_token.get("/Users").status, 401);
  EXPECT_THAT(reload(), HasSubstr("connection second is new"));
  wait_until([&] { return second.get("/Users").status != 503; });
  create_user(second, "sue");
  EXPECT_TRUE(is_there("sue"));
  EXPECT_EQ(with_new_token.get("/Users").status, 200);
  EXPECT_EQ(mapped.client().get("/Users").status, 401) << "its token was in the other file";
}

TEST_F(Reload, ARemovedConnectionIsAsOneThatNeverWas) {
  const auto kept = create_user(client_, "ann");
  auto section_of_idp = connection("idp");
  section("connections").erase("idp");
  EXPECT_THAT(reload(), HasSubstr("connection idp is gone"));
  const auto stranger = site_.scim_url.substr(0, site_.scim_url.find("/idp/")) + "/nobody/v2";
  const auto gone = client_.get("/Users/" + kept);
  const auto never = ScimClient(stranger, site_.token).get("/Users/" + kept);
  EXPECT_EQ(gone.status, never.status);
  EXPECT_EQ(gone.body, never.body);
  EXPECT_GE(gone.status, 400);
  EXPECT_EQ(bridge_.site("mapped").client().get("/Users").status, 200);
  section("connections")["idp"] = section_of_idp;
  reload();
  EXPECT_EQ(client_.get("/Users/" + kept).status, 200);
}

class Budgets : public ReloadFixture {
 protected:
  static constexpr int kUsers = 30;

  Budgets() : ReloadFixture({{"guard", guard(5)}}) {
    for (int i = 0; i < kUsers; ++i) ids_.push_back(create_user(client_, "user" + std::to_string(i)));
  }
  static json::object guard(int disables) { return {{"disables", {{"count", disables}, {"percent", 100}}}}; }
  void disable(int count) {
    for (; count > 0; --count)
      expect_status(client_.patch("/Users/" + ids_.at(used_++), replace("active", false)), 200);
  }
  int disabled() {
    int out = 0;
    for (int i = 0; i < kUsers; ++i)
      out += values(bridge_.directory(), site_.user_dn("user" + std::to_string(i)), "dirbridgeActive") ==
                     std::vector<std::string>{"FALSE"}
                 ? 1
                 : 0;
    return out;
  }
  std::string reload_with(const json::value& guard_section) {
    connection("idp")["guard"] = guard_section;
    return reload();
  }

  std::vector<std::string> ids_;
  std::size_t used_ = 0;
};

TEST_F(Budgets, WhatWasSpentIsNeitherForgivenNorDoubled) {
  disable(3);
  connection("idp")["max_page_size"] = 500;
  reload();
  reload();
  disable(4);
  EXPECT_EQ(disabled(), 5);
  reload_with(guard(8));
  disable(5);
  EXPECT_EQ(disabled(), 8);
  reload_with(guard(2));
  disable(1);
  EXPECT_EQ(disabled(), 8);
  ASSERT_EQ(bridge_.stop(), 0);
  connection("idp")["guard"] = guard(10);
  write();
  bridge_.start();
  client_ = site_.client();
  disable(5);
  EXPECT_EQ(disabled(), 10) << "what is kept in the directory is neither";
}

TEST_F(Budgets, AGuardThatIsTakenAwayAndComesBackRemembers) {
  disable(5);
  reload_with({{"enabled", false}});
  disable(3);
  EXPECT_EQ(disabled(), 8);
  reload_with(guard(6));
  disable(4);
  EXPECT_EQ(disabled(), 9) << "five were spent under a guard";
}

TEST_F(Budgets, AGuardThatComesWithAReloadKnowsWhatWasSpentBeforeTheStart) {
  disable(5);
  ASSERT_EQ(bridge_.stop(), 0);
  connection("idp")["guard"] = {{"enabled", false}};
  write();
  bridge_.start();
  client_ = site_.client();
  reload_with(guard(6));
  disable(3);
  EXPECT_EQ(disabled(), 6);
}

TEST_F(Budgets, AConnectionThatGoesAndComesBackRemembers) {
  disable(4);
  const auto its_section = connection("idp");
  section("connections").erase("idp");
  reload();
  section("connections")["idp"] = its_section;
  reload();
  disable(3);
  EXPECT_EQ(disabled(), 5);
}

class Certificates : public testing::Test {
 protected:
  void make_certificate() const {
    const auto made = test::run_command({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                         "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                                         "/CN=dirbridge test", "-addext", "subjectAltName=IP:127.0.0.1",
                                         "-keyout", file("key.pem"), "-out", file("certificate.pem")});
    ASSERT_EQ(made.exit_code, 0) << made.output;
  }
  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }
  // As the certificate of the moment is trusted.
  std::string trusted(const std::string& name) const {
    const auto copy = file(name);
    std::filesystem::copy_file(file("certificate.pem"), copy);
    return copy;
  }
  static int status(http::Client& client, const Bridge& bridge) {
    auto url = bridge.site("idp").scim_url;
    url.replace(0, 4, "https");
    http::Headers headers;
    headers.set("Authorization", "Bearer " + bridge.site("idp").token.reveal());
    const auto answer = client.send({"GET", url + "/Users", headers, {}}, deadline_in(20s));
    return answer ? answer->status : 0;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Certificates, ARenewedOneIsServedOnNewConnections) {
  make_certificate();
  Bridge bridge({{{"idp", {}, {}}},
                 test::fast_slapd_options(),
                 {{"tls", {{"certificate_file", file("certificate.pem")}, {"key_file", file("key.pem")}}}}});
  const auto old_trust = trusted("old.pem");
  const auto open = http::make_client({old_trust});
  ASSERT_EQ(status(*open, bridge), 200);
  make_certificate();
  EXPECT_THAT(bridge.run_with_config({"reload"}), HasSubstr("certificate"));
  EXPECT_EQ(status(*open, bridge), 200) << "the connection that was open goes on";
  EXPECT_EQ(status(*http::make_client({old_trust}), bridge), 0);
  const auto new_trust = trusted("new.pem");
  EXPECT_EQ(status(*http::make_client({new_trust}), bridge), 200);

  std::filesystem::remove(file("key.pem"));
  EXPECT_THROW(bridge.run_with_config({"reload"}), std::runtime_error);
  EXPECT_THAT(bridge.log(), HasSubstr("reload_refused"));
  EXPECT_EQ(status(*http::make_client({new_trust}), bridge), 200) << "the last one that was good";
}

}  // namespace
}  // namespace dirbridge::e2e
