#include "support/random_filters.hpp"

namespace dirbridge::test {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::vector<std::string> quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const auto& text : texts) out.push_back(quoted(text));
  return out;
}

std::string RandomFilters::any(int depth) {
  const auto kind = below(depth > 0 ? 8 : 4);
  if (kind == 3 && !vocabulary_.lists.empty()) return element();
  if (kind < 4) return comparison(vocabulary_.names);
  if (kind == 4) return "not (" + any(depth - 1) + ")";
  if (kind == 5) return "(" + any(depth - 1) + ")";
  return joined(depth);
}

std::string RandomFilters::joined(int depth) {
  std::string out = any(depth - 1);
  for (auto more = 1 + below(2); more > 0; --more) out += (below(2) == 0 ? " and " : " or ") + any(depth - 1);
  return out;
}

std::string RandomFilters::comparison(const std::vector<Vocabulary::Name>& names) {
  const auto& name = names[below(names.size())];
  const auto& op = name.operators[below(name.operators.size())];
  if (op == "pr") return name.path + " pr";
  return name.path + " " + op + " " + name.literals[below(name.literals.size())];
}

std::string RandomFilters::element() {
  const auto& list = vocabulary_.lists[below(vocabulary_.lists.size())];
  std::string out = list.path + "[" + comparison(list.parts);
  if (below(2) == 0) out += " " + list.joints[below(list.joints.size())] + " " + comparison(list.parts);
  return out + "]";
}

}  // namespace dirbridge::test
