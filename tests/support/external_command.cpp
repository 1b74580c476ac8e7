#include "support/external_command.hpp"

#include <filesystem>
#include <stdexcept>

#include "slapd/child_process.hpp"
#include "slapd/files.hpp"

namespace dirbridge::test {

TemporaryFolder::TemporaryFolder() {
  auto made = slapd::make_temporary_folder();
  if (!made) throw std::runtime_error(made.error().detail);
  path_ = *made;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, const std::string& content) const {
  std::string path = path_ + "/" + name;
  if (auto ok = slapd::write_private_file(path, content); !ok) throw std::runtime_error(ok.error().detail);
  return path;
}

CommandResult run_command(const std::vector<std::string>& arguments, const std::string& input,
                          const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  const slapd::Command command{.arguments = arguments,
                               .environment = environment,
                               .input_file = folder.file("input", input),
                               .output_file = folder.path() + "/output"};
  const auto output = slapd::run(command, deadline_in(std::chrono::minutes(1)));
  if (!output) return {-1, output.error().detail};
  return {output->exit_code, output->text};
}

}  // namespace dirbridge::test
