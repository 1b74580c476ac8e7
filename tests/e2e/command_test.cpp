// Commands that write, beside a bridge that runs: the bridge does it, with the locks and budgets that it has.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class Commands : public testing::Test {
 protected:
  Commands() : bridge_(options()), site_(bridge_.site("idp")), client_(site_.client()) {}

  static BridgeOptions options() {
    const json::object guard{{"disables", {{"count", 1}, {"percent", 100}}}};
    return {{{"idp", {{"guard", guard}}, {}}}, test::fast_slapd_options(), {}};
  }
  // Makes somebody who waits to be disabled.
  std::string held(const std::string& name) {
    auto id = create_user(client_, name);
    expect_status(client_.patch("/Users/" + id, replace("active", false)), 200);
    return id;
  }
  bool is_disabled(const std::string& name) {
    return values(bridge_.directory(), site_.user_dn(name), "dirbridgeActive") ==
           std::vector<std::string>{"FALSE"};
  }
  std::string metrics() const {
    const auto answer = http::make_client({})->send({"GET", bridge_.admin_url() + "/metrics", {}, {}},
                                                    deadline_in(std::chrono::seconds(10)));
    return answer ? answer->body : "";
  }
  http::Response post_command(const std::string& body) const {
    return http::make_client({})
        ->send({"POST", bridge_.admin_url() + "/commands/idp", {}, body},
               deadline_in(std::chrono::seconds(10)))
        .value();
  }

  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
};

TEST_F(Commands, F_ABridgeThatRunsDecidesAboutWhatIsHeld) {
  held("spends-the-budget");
  const auto ann = held("ann");
  const auto bob = held("bob");
  ASSERT_FALSE(is_disabled("ann"));
  EXPECT_THAT(bridge_.run_with_config({"held", "approve", "--id", ann}), HasSubstr("approved: disable ann"));
  EXPECT_TRUE(is_disabled("ann"));
  EXPECT_THAT(bridge_.run_with_config({"held", "reject", "--id", bob}), HasSubstr("rejected: disable bob"));
  EXPECT_FALSE(is_disabled("bob"));
  EXPECT_THAT(metrics(), HasSubstr("decision=\"approved\"")) << "the bridge counted it";
  EXPECT_THAT(bridge_.log(), HasSubstr("\"command held approve ("));
  EXPECT_THAT(bridge_.run_with_config({"audit"}), HasSubstr("\"command held approve ("));
  EXPECT_THAT(bridge_.run_with_config({"held", "approve", "--all"}), HasSubstr("Nothing waits"));
}

TEST_F(Commands, F_WithoutABridgeTheCommandDecides) {
  held("spends-the-budget");
  held("ann");
  ASSERT_EQ(bridge_.stop(), 0);
  EXPECT_THAT(bridge_.run_with_config({"held", "approve", "--all"}), HasSubstr("approved: disable ann"));
  EXPECT_TRUE(is_disabled("ann"));
}

TEST_F(Commands, F_WhoHasNoKeyIsRefused) {
  held("spends-the-budget");
  held("ann");
  bridge_.run_with_config({"held", "list"});
  EXPECT_EQ(post_command("").status, 403);
  EXPECT_EQ(post_command(std::string(200, 'x')).status, 403);
  EXPECT_EQ(post_command(R"({"command":"held approve","id":"","cause":"x"})").status, 403);
  EXPECT_FALSE(is_disabled("ann"));
  EXPECT_THAT(metrics(), Not(HasSubstr("decision=\"approved\"")));
}

}  // namespace
}  // namespace dirbridge::e2e
