#include <algorithm>

#include "base/text.hpp"
#include "directory/change.hpp"

// RFC 2849. Lines are not folded: the readers are people and diff tools.

namespace dirbridge::directory {

namespace {

bool is_safe(std::string_view value) {
  if (value.empty()) return true;
  if (value.front() == ' ' || value.front() == ':' || value.front() == '<' || value.back() == ' ')
    return false;
  return is_ascii(value) && !has_control(value);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (is_safe(value)) {
    out += ": ";
    out += value;
  } else {
    out += ":: " + to_base64(value);
  }
  out += '\n';
}

void append_value(std::string& out, std::string_view name, std::string_view value) {
  append_line(out, name, iequals(name, "userPassword") || iequals(name, "unicodePwd") ? "(hidden)" : value);
}

void append_attributes(std::string& out, const Attributes& attributes) {
  for (const auto& attribute : attributes)
    for (const auto& value : attribute.values) append_value(out, attribute.name, value);
}

std::string_view name_of(Modification::Op op) {
  switch (op) {
    case Modification::Op::Add:
      return "add";
    case Modification::Op::Delete:
      return "delete";
    case Modification::Op::Replace:
      return "replace";
  }
  return "replace";
}

struct ChangeWriter {
  std::string& out;

  void operator()(const Add& add) const {
    out += "changetype: add\n";
    append_attributes(out, add.attributes);
  }
  void operator()(const Modify& modify) const {
    out += "changetype: modify\n";
    for (const auto& m : modify.modifications) {
      append_line(out, name_of(m.op), m.attribute);
      for (const auto& value : m.values) append_value(out, m.attribute, value);
      out += "-\n";
    }
  }
  void operator()(const Rename& rename) const {
    out += "changetype: modrdn\n";
    append_line(out, "newrdn", rename.new_rdn.str());
    out += "deleteoldrdn: 1\n";
    if (rename.new_superior) append_line(out, "newsuperior", rename.new_superior->str());
  }
  void operator()(const Delete&) const { out += "changetype: delete\n"; }
};

}  // namespace

std::string to_ldif(const Change& change) {
  std::string reason = change.reason;
  std::replace_if(
      reason.begin(), reason.end(),
      [](char c) {
        return has_control({&c, 1});
      },
      ' ');
  std::string out = reason.empty() ? "" : "# " + reason + '\n';
  append_line(out, "dn", target(change).str());
  std::visit(ChangeWriter{out}, change.operation);
  return out;
}

std::string to_ldif(const Entry& entry) {
  std::string out;
  append_line(out, "dn", entry.dn.str());
  append_attributes(out, entry.attributes);
  return out;
}

}  // namespace dirbridge::directory
