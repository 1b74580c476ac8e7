// Every file under tests/replay against one bridge, each on its own connection.
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/replay.hpp"

namespace dirbridge::e2e {
namespace {

const std::vector<Replay>& replays() {
  static const auto all = load_replays(REPLAY_FOLDER);
  return all;
}

class ReplayTest : public testing::TestWithParam<std::size_t> {
 public:
  static void SetUpTestSuite() {
    std::vector<SiteOptions> sites;
    for (const auto& replay : replays()) sites.push_back(replay.site());
    slapd::Options options;
    options.ppolicy = true;
    options.fsync = false;
    bridge_ = std::make_unique<Bridge>(BridgeOptions{sites, options, {}});
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(bridge_->stop(), 0);
    bridge_.reset();
  }

 protected:
  static std::unique_ptr<Bridge> bridge_;
};
std::unique_ptr<Bridge> ReplayTest::bridge_;

TEST_P(ReplayTest, AnswersAndEntriesAreAsRecorded) {
  run_replay(replays().at(GetParam()), *bridge_);
}

INSTANTIATE_TEST_SUITE_P(Idp, ReplayTest, testing::Range<std::size_t>(0, replays().size()),
                         [](const auto& parameter) {
                           auto name = replays().at(parameter.param).name;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace dirbridge::e2e
