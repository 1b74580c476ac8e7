#include "config/reload.hpp"

#include "config/describe.hpp"
#include "config/object_reader.hpp"
#include "config/write.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

class Comparison {
 public:
  std::vector<std::string> found() && { return std::move(found_); }

  // `restart`: something above needs one.
  void compare(const KeyInfo& key, const json::value& a, const json::value& b, const std::string& path,
               bool restart) {
    if (a == b) return;
    restart = restart || key.effect == Effect::Restart;
    if (a.is_object() && b.is_object() && key.values.kind == Values::Kind::Section)
      return compare_section(key.values, a.get_object(), b.get_object(), path, restart);
    if (a.is_object() && b.is_object() && key.values.kind == Values::Kind::Map)
      return compare_names(key, a.get_object(), b.get_object(), path, restart);
    if (restart) found_.push_back(path);
  }

  void compare_section(const Values& section, const json::object& a, const json::object& b,
                       const std::string& path, bool restart) {
    for (const auto& key : section.keys)
      compare(key, a.at(key.name), b.at(key.name), member_path(path, key.name), restart);
  }

 private:
  void compare_names(const KeyInfo& key, const json::object& a, const json::object& b,
                     const std::string& path, bool restart) {
    // As a key, since each of them is one to the file.
    const KeyInfo each{key.name, key.values.element.front(), key.what, key.effect};
    for (const auto& [name, value] : a) {
      const auto* other = b.if_contains(name);
      compare(each, value, other ? *other : json::value(), member_path(path, name), restart);
    }
    for (const auto& [name, value] : b)
      if (!a.contains(name)) compare(each, nullptr, value, member_path(path, name), restart);
  }

  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> needs_restart(const Config& running, const Config& next) {
  Comparison comparison;
  comparison.compare_section(described().values, to_json(running), to_json(next), "$", false);
  auto out = std::move(comparison).found();
  // Its files are read again; whether there are any decides what the listener speaks.
  if (running.server.tls.has_value() != next.server.tls.has_value()) out.emplace_back("$.server.tls");
  return out;
}

}  // namespace dirbridge::config
