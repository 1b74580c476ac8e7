#include "e2e/match.hpp"

#include <stdexcept>
#include <vector>

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
constexpr std::string_view kCapture = "$capture:";

bool is_word(const json::value& value, std::string_view word) {
  return value.is_string() && std::string_view(value.get_string()) == word;
}

class Matcher {
 public:
  explicit Matcher(Variables& variables) : variables_(variables) {}

  std::optional<std::string> value(const json::value& expected, const json::value& actual,
                                   const std::string& path) {
    if (is_word(expected, "$any")) return actual.is_null() ? fault(path, "is null") : std::nullopt;
    if (expected.is_string() && expected.get_string().starts_with(kCapture))
      return capture(expected, actual, path);
    if (expected.is_object()) return object(expected.get_object(), actual, path);
    if (expected.is_array()) return array(expected.get_array(), actual, path);
    const auto wanted = fill_in(expected, variables_);
    if (wanted == actual) return std::nullopt;
    return fault(path, "is " + json::serialize(actual) + ", wanted " + json::serialize(wanted));
  }

 private:
  static std::optional<std::string> fault(const std::string& path, const std::string& what) {
    return path + " " + what;
  }

  std::optional<std::string> capture(const json::value& expected, const json::value& actual,
                                     const std::string& path) {
    if (!actual.is_string()) return fault(path, "is " + json::serialize(actual) + ", wanted a string");
    const auto name = std::string_view(expected.get_string()).substr(kCapture.size());
    variables_[std::string(name)] = std::string(actual.get_string());
    return std::nullopt;
  }

  std::optional<std::string> object(const json::object& expected, const json::value& actual,
                                    const std::string& path) {
    if (!actual.is_object()) return fault(path, "is " + json::serialize(actual) + ", wanted an object");
    for (const auto& member : expected) {
      const auto* found = actual.get_object().if_contains(member.key());
      const auto below = path + "." + std::string(member.key());
      if (is_word(member.value(), "$absent")) {
        if (found != nullptr) return fault(below, "is there: " + json::serialize(*found));
        continue;
      }
      if (found == nullptr) return fault(below, "is not there");
      if (auto bad = value(member.value(), *found, below)) return bad;
    }
    return std::nullopt;
  }

  std::optional<std::string> array(const json::array& expected, const json::value& actual,
                                   const std::string& path) {
    if (!actual.is_array()) return fault(path, "is " + json::serialize(actual) + ", wanted an array");
    std::vector<const json::value*> left;
    for (const auto& item : actual.get_array()) left.push_back(&item);
    bool more = false;
    for (const auto& item : expected) {
      if (is_word(item, "$more"))
        more = true;
      else if (!take(item, left, path))
        return fault(path, "has no element like " + json::serialize(item) + " in " + json::serialize(actual));
    }
    if (more || left.empty()) return std::nullopt;
    return fault(path, "has an element too many: " + json::serialize(*left.front()));
  }

  bool take(const json::value& expected, std::vector<const json::value*>& left, const std::string& path) {
    for (auto at = left.begin(); at != left.end(); ++at) {
      const auto before = variables_;
      if (!value(expected, **at, path + "[]")) {
        left.erase(at);
        return true;
      }
      variables_ = before;
    }
    return false;
  }

  Variables& variables_;
};

}  // namespace

std::string fill(std::string_view text, const Variables& variables) {
  std::string out;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const auto found = variables.find(text.substr(at + 2, end - at - 2));
    if (found == variables.end())
      throw std::runtime_error("no variable " + std::string(text.substr(at, end - at + 1)));
    out += std::string(text.substr(0, at)) + found->second;
    text.remove_prefix(end + 1);
  }
  return out + std::string(text);
}

json::value fill_in(const json::value& value, const Variables& variables) {
  if (value.is_string()) return json::value(fill(std::string_view(value.get_string()), variables));
  if (value.is_array()) {
    json::array out;
    for (const auto& item : value.get_array()) out.push_back(fill_in(item, variables));
    return out;
  }
  if (!value.is_object()) return value;
  json::object out;
  for (const auto& member : value.get_object()) {
    out.emplace(fill(std::string_view(member.key()), variables), fill_in(member.value(), variables));
  }
  return out;
}

std::optional<std::string> mismatch(const json::value& expected, const json::value& actual,
                                    Variables& variables) {
  return Matcher(variables).value(expected, actual, "$");
}

}  // namespace dirbridge::e2e
