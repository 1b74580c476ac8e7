// Which configuration a command reads: the one on its command line, whatever the environment says.
#include <gmock/gmock.h>

#include "support/external_command.hpp"

namespace dirbridge::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

class WhichConfiguration : public testing::TestWithParam<std::vector<std::string>> {
 protected:
  std::string run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DIRBRIDGE_PROGRAM);
    return test::run_command(arguments, {},
                             {"DIRBRIDGE_CONFIG=" + folder_.path() + "/of-the-environment.json"})
        .output;
  }
  test::TemporaryFolder folder_;
};

TEST_P(WhichConfiguration, F_TheCommandLineWins) {
  auto arguments = GetParam();
  EXPECT_THAT(run(arguments), HasSubstr("of-the-environment.json: 1 problem"));
  arguments.insert(arguments.end(), {"-c", folder_.path() + "/of-the-command-line.json"});
  const auto output = run(arguments);
  EXPECT_THAT(output, HasSubstr("of-the-command-line.json: 1 problem"));
  EXPECT_THAT(output, Not(HasSubstr("of-the-environment.json")));
}

INSTANTIATE_TEST_SUITE_P(
    Commands, WhichConfiguration,
    testing::Values(std::vector<std::string>{"serve"}, std::vector<std::string>{"check"},
                    std::vector<std::string>{"token", "new", "c"},
                    std::vector<std::string>{"token", "list", "c"},
                    std::vector<std::string>{"token", "revoke", "c", "id"},
                    std::vector<std::string>{"atlassian-settings"}, std::vector<std::string>{"healthcheck"},
                    std::vector<std::string>{"held", "list"},
                    std::vector<std::string>{"held", "approve", "--all"},
                    std::vector<std::string>{"held", "reject", "--all"}, std::vector<std::string>{"audit"},
                    std::vector<std::string>{"history", "ann"}, std::vector<std::string>{"try-regex", "c"},
                    std::vector<std::string>{"plan", "c"}, std::vector<std::string>{"apply", "c"}));

}  // namespace
}  // namespace dirbridge::daemon
