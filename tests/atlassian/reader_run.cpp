#include "atlassian/reader_run.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "slapd/child_process.hpp"

namespace dirbridge::atlassian {
namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const boost::json::array& list(const boost::json::object& object, std::string_view key) {
  static const boost::json::array none;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

const boost::json::object* named(const boost::json::object& object, std::string_view key,
                                 std::string_view name) {
  for (const auto& item : list(object, key)) {
    if (text_of(item.as_object(), "name") == name) return &item.as_object();
  }
  return nullptr;
}

std::vector<std::string> strings(const boost::json::array& array) {
  std::vector<std::string> out;
  for (const auto& item : array) out.emplace_back(item.as_string());
  return out;
}

const boost::json::object* check_of(const Seen& seen, int number) {
  for (const auto& item : list(seen.json, "checks")) {
    if (item.at("number").to_number<int>() == number) return &item.as_object();
  }
  return nullptr;
}

}  // namespace

std::string Seen::check(int number) const {
  const auto* found = check_of(*this, number);
  return found == nullptr ? "absent" : text_of(*found, "status");
}

std::string Seen::details(int number) const {
  std::string lines;
  const auto* found = check_of(*this, number);
  if (found == nullptr) return lines;
  for (const auto& line : strings(list(*found, "details"))) lines += line + "\n";
  return lines;
}

std::vector<std::string> Seen::user_names() const {
  std::vector<std::string> names;
  for (const auto& user : list(json, "users")) names.push_back(text_of(user.as_object(), "name"));
  return names;
}

const boost::json::object* Seen::user(std::string_view name) const {
  return named(json, "users", name);
}

bool Seen::has_group(std::string_view name) const {
  return named(json, "groups", name) != nullptr;
}

std::vector<std::string> Seen::members(std::string_view group) const {
  const auto* found = named(json, "groups", group);
  return found == nullptr ? std::vector<std::string>{} : strings(list(*found, "members"));
}

namespace {

Seen seen(int exit_code, std::string text) {
  Seen out{exit_code, {}, std::move(text)};
  boost::system::error_code bad;
  auto json = boost::json::parse(out.text, bad);
  if (!bad && json.is_object()) out.json = std::move(json.get_object());
  return out;
}

std::string new_name(const std::string& folder) {
  static std::atomic<int> calls{0};
  return folder + "/reader-" + std::to_string(++calls);
}

std::vector<std::string> command_line(const ReaderCall& call, const std::string& name) {
  std::ofstream(name + ".settings.json") << boost::json::serialize(call.settings);
  std::vector<std::string> out{READER_JAVA,  "-XX:+UseSerialGC",      "-XX:TieredStopAtLevel=1",
                               "-cp",        READER_CLASSES,          "dirbridge.reader.Main",
                               "--settings", name + ".settings.json", "--json"};
  out.insert(out.end(), call.arguments.begin(), call.arguments.end());
  return out;
}

}  // namespace

Seen read_directory(const ReaderCall& call, const std::string& folder, Deadline deadline) {
  const auto name = new_name(folder);
  slapd::Command command;
  command.arguments = command_line(call, name);
  command.environment = {"DIRBRIDGE_READER_PASSWORD=" + call.password.reveal(),
                         "DIRBRIDGE_READER_LOGIN_PASSWORD=" + call.login_password.reveal()};
  command.output_file = name + ".out";
  const auto output = slapd::run(command, deadline);
  if (!output) throw std::runtime_error("the reader did not run: " + output.error().detail);
  return seen(output->exit_code, output->text);
}

Reader::Reader(const ReaderCall& call, const std::string& folder) : name_(new_name(folder)) {
  std::ofstream(name_ + ".password") << call.password.reveal();
  std::string line = "exec";
  for (const auto& argument : command_line(call, name_)) line += " '" + argument + "'";
  line += " --serve --password-file '" + name_ + ".password' 2> '" + name_ + ".errors'";
  wishes_ = ::popen(line.c_str(), "w");
  if (!wishes_) throw std::runtime_error("the reader did not start");
}

Reader::~Reader() {
  ::pclose(wishes_);
}

Seen Reader::read(Deadline deadline) {
  const auto file = name_ + "." + std::to_string(++readings_);
  std::fprintf(wishes_, "%s\n", file.c_str());
  std::fflush(wishes_);
  while (!std::filesystem::exists(file)) {
    if (remaining(deadline).count() <= 0) throw std::runtime_error("the reader does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::ifstream in(file);
  int exit_code = 0;
  in >> exit_code;
  return seen(exit_code, {std::istreambuf_iterator<char>(in), {}});
}

}  // namespace dirbridge::atlassian
