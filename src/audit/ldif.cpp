#include "audit/line.hpp"

#include "audit/redaction.hpp"
#include "base/text.hpp"

namespace dirbridge::audit {

namespace {

// A name or id from outside must not end the comment that it stands in.
std::string comment(const std::string& text) {
  return "# " + without_controls(text, ' ') + '\n';
}

bool is_hidden(const std::vector<std::string>& values) {
  return values.size() == 1 && values.front() == hidden;
}

struct WithoutHidden {
  void operator()(directory::Add& add) const {
    directory::Attributes out;
    for (auto attribute : add.attributes)
      if (!is_hidden(attribute.values)) out.append(std::move(attribute));
    add.attributes = std::move(out);
  }
  void operator()(directory::Modify& modify) const {
    std::erase_if(modify.modifications, [](const auto& m) { return is_hidden(m.values); });
  }
  void operator()(directory::Rename&) const {}
  void operator()(directory::Delete&) const {}
};

std::string commented(const std::string& ldif) {
  std::string out;
  for (const auto line : split(ldif, '\n'))
    if (!line.empty()) out += line.front() == '#' ? std::string(line) + '\n' : comment(std::string(line));
  return out;
}

std::string heading(const Line& line) {
  auto out = line.time + ' ' + line.connection;
  if (!line.cause.empty()) out += ", cause " + line.cause;
  out += ": " + line.outcome;
  if (!line.detail.empty()) out += ", " + line.detail;
  return comment(out);
}

}  // namespace

std::string to_ldif(const Line& line) {
  auto out = heading(line);
  if (!line.change) {
    out += comment((line.outcome == outcome_left ? line.field : line.removal) + " of " + line.dn.str());
    for (const auto& member : line.members) out += comment("member " + member);
    return out;
  }
  auto change = *line.change;
  std::visit(WithoutHidden{}, change.operation);
  const auto* modify = std::get_if<directory::Modify>(&change.operation);
  const bool replayable = line.outcome == "applied" && !(modify && modify->modifications.empty());
  const auto record = directory::to_ldif(change);
  return out + (replayable ? record : commented(record));
}

}  // namespace dirbridge::audit
