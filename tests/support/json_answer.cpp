#include "support/json_answer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "support/external_command.hpp"

namespace dirbridge::test {

JsonAnswer json_answer(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const auto errors = folder.path() + "/errors";
  std::vector<std::string> command{"/bin/sh", "-c", "exec \"$@\" 2>\"$0\"", errors};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto result = run_command(command);
  std::ifstream file(errors);
  JsonAnswer out{result.exit_code, {}, {std::istreambuf_iterator<char>(file), {}}};
  boost::json::error_code failed;
  auto document = boost::json::parse(result.output, failed);
  if (failed || !document.is_object() || std::count(result.output.begin(), result.output.end(), '\n') != 1)
    throw std::runtime_error("no JSON object: \"" + result.output + "\", and on standard error: " + out.said);
  out.document = std::move(document.get_object());
  return out;
}

}  // namespace dirbridge::test
