#include "scim/path.hpp"

#include "base/text.hpp"

namespace dirbridge::scim {
namespace {

Error path_error(std::string_view path, std::string_view what) {
  return error(ErrorKind::InvalidPath,
               "path \"" + std::string(path.substr(0, 200)) + "\": " + std::string(what), "path");
}

// The bracket that closes the one at `open`, quotes respected; npos when there is none.
std::size_t closing_bracket(std::string_view text, std::size_t open) {
  bool quoted = false;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && text[i] == ']')
      return i;
  }
  return std::string_view::npos;
}

Result<Path> parse_filtered(std::string_view text, std::size_t open, const ResourceType& type) {
  const auto close = closing_bracket(text, open);
  if (close == std::string_view::npos) return path_error(text, "the bracket is not closed");
  const auto ref = resolve(type, trim(text.substr(0, open)));
  if (!ref || !ref->attribute) return path_error(text, "unknown attribute");
  if (ref->sub || !ref->attribute->multi_valued) return path_error(text, "only a list can have a filter");
  Path out{*ref, {}};
  const auto rest = trim(text.substr(close + 1));
  if (!rest.empty()) {
    if (rest.front() != '.') return path_error(text, "unexpected text after the bracket");
    out.target.sub = ref->attribute->find(rest.substr(1));
    if (!out.target.sub) return path_error(text, "unknown sub-attribute");
  }
  auto filter = parse_value_filter(text.substr(open + 1, close - open - 1), *ref);
  if (!filter) return filter.error();
  out.filter = std::move(*filter);
  return out;
}

}  // namespace

Result<Path> parse_path(std::string_view text, const ResourceType& type) {
  text = trim(text);
  if (text.size() > max_path_bytes) return path_error(text, "too long");
  if (!is_utf8(text)) return error(ErrorKind::InvalidPath, "a path is not valid UTF-8", "path");
  if (const auto open = text.find('['); open != std::string_view::npos)
    return parse_filtered(text, open, type);
  const auto ref = resolve(type, text);
  if (!ref) return path_error(text, "unknown attribute");
  return Path{*ref, {}};
}

}  // namespace dirbridge::scim
