#include "audit/line.hpp"

#include <boost/json.hpp>

#include "base/json_access.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace dirbridge::audit {

namespace {

namespace json = boost::json;
using directory::Attributes;
using directory::Change;
using directory::Dn;
using directory::Modification;
using Values = std::vector<std::string>;

json::array to_array(const Values& values) {
  return json::array(values.begin(), values.end());
}

json::object to_object(const Attributes& attributes) {
  json::object out;
  for (const auto& attribute : attributes) out[attribute.name] = to_array(attribute.values);
  return out;
}

constexpr std::string_view operations[] = {"add", "delete", "replace"};

struct ChangeWriter {
  json::object& out;
  const Attributes& before;

  void operator()(const directory::Add& add) const { out["attributes"] = to_object(add.attributes); }
  void operator()(const directory::Modify& modify) const {
    json::array list;
    for (const auto& m : modify.modifications) {
      json::object one{{"op", operations[static_cast<std::size_t>(m.op)]}, {"attribute", m.attribute}};
      if (const auto* old = before.find(m.attribute)) one["before"] = to_array(*old);
      one[m.op == Modification::Op::Replace ? "after" : "values"] = to_array(m.values);
      list.push_back(std::move(one));
    }
    out["changes"] = std::move(list);
  }
  void operator()(const directory::Rename& rename) const {
    out["newrdn"] = rename.new_rdn.str();
    if (rename.new_superior) out["newsuperior"] = rename.new_superior->str();
  }
  void operator()(const directory::Delete&) const { out["before"] = to_object(before); }
};

Error broken(const std::string& why) {
  return error(ErrorKind::InvalidSyntax, why);
}

// What is no value is left out: one odd value does not make the rest unreadable.
Values values_at(const json::object& object, std::string_view name) {
  Values out;
  const auto* list = object.if_contains(name);
  if (!list || !list->is_array()) return out;
  for (const auto& item : list->get_array()) {
    if (item.is_string()) {
      out.emplace_back(item.get_string());
    } else if (item.is_object()) {
      if (auto bytes = from_base64url(text_at(item.get_object(), "base64"))) out.push_back(std::move(*bytes));
    }
  }
  return out;
}

Attributes attributes_at(const json::object& object, std::string_view name) {
  Attributes out;
  const auto* map = object.if_contains(name);
  if (!map || !map->is_object()) return out;
  for (const auto& member : map->get_object())
    if (!member.key().empty() && !has_control(member.key()))
      out.set(member.key(), values_at(map->get_object(), member.key()));
  return out;
}

Result<directory::Modify> modify_of(const json::object& object, const Dn& dn, Attributes& before) {
  directory::Modify out{dn, {}, true, {}};
  const auto* list = object.if_contains("changes");
  if (!list || !list->is_array()) return broken("a modify without changes");
  for (const auto& item : list->get_array()) {
    if (!item.is_object()) return broken("a change that is no object");
    const auto& one = item.get_object();
    Modification m{Modification::Op::Replace, std::string(text_at(one, "attribute")), {}};
    const auto op = text_at(one, "op");
    if (m.attribute.empty() || has_control(m.attribute)) return broken("a change without an attribute");
    if (op == operations[0])
      m.op = Modification::Op::Add;
    else if (op == operations[1])
      m.op = Modification::Op::Delete;
    else if (op != operations[2])
      return broken("a change of unknown kind");
    m.values = values_at(one, m.op == Modification::Op::Replace ? "after" : "values");
    if (one.contains("before")) before.set(m.attribute, values_at(one, "before"));
    out.modifications.push_back(std::move(m));
  }
  return out;
}

Result<directory::Rename> rename_of(const json::object& object, const Dn& dn) {
  auto rdn = directory::Rdn::parse(text_at(object, "newrdn"));
  if (!rdn) return broken("newrdn is no name");
  directory::Rename out{dn, std::move(*rdn), {}};
  if (!object.contains("newsuperior")) return out;
  auto superior = Dn::parse(text_at(object, "newsuperior"));
  if (!superior) return broken("newsuperior is no name");
  out.new_superior = std::move(*superior);
  return out;
}

Result<> read_change(const json::object& object, Line& line) {
  const auto verb = text_at(object, "verb");
  Change change{directory::Delete{line.dn}, std::string(text_at(object, "reason"))};
  if (verb == "add") {
    change.operation = directory::Add{line.dn, attributes_at(object, "attributes")};
  } else if (verb == "modify") {
    auto modify = modify_of(object, line.dn, line.before);
    if (!modify) return modify.error();
    change.operation = std::move(*modify);
  } else if (verb == "rename") {
    auto rename = rename_of(object, line.dn);
    if (!rename) return rename.error();
    change.operation = std::move(*rename);
  } else if (verb == "delete") {
    line.before = attributes_at(object, "before");
  } else {
    return broken("an unknown verb");
  }
  line.change = std::move(change);
  return {};
}

}  // namespace

json::object to_object(const Change& change) {
  json::object out{
      {"reason", change.reason}, {"verb", directory::verb(change)}, {"dn", directory::target(change).str()}};
  if (!std::holds_alternative<directory::Delete>(change.operation))
    std::visit(ChangeWriter{out, {}}, change.operation);
  return out;
}

std::string to_json(const Line& line) {
  json::object out{{"time", line.time}, {"connection", line.connection}};
  if (!line.cause.empty()) out["cause"] = line.cause;
  if (line.change) {
    out["reason"] = line.change->reason;
    out["verb"] = directory::verb(*line.change);
  }
  out["dn"] = line.dn.str();
  out["outcome"] = line.outcome;
  if (!line.detail.empty()) out["detail"] = line.detail;
  if (line.change)
    std::visit(ChangeWriter{out, line.before}, line.change->operation);
  else if (!line.removal.empty())
    out["removal"] = line.removal;
  if (!line.field.empty()) out["field"] = line.field;
  if (!line.members.empty()) out["members"] = to_array(line.members);
  return json_text(std::move(out)) + '\n';
}

Result<Line> parse_line(std::string_view text) {
  if (text.size() > max_line_bytes) return broken("the line is too long");
  boost::system::error_code failure;
  const auto value = json::parse(text, failure);
  if (failure) return broken("not JSON: " + failure.message());
  if (!value.is_object()) return broken("not an object");
  const auto& object = value.get_object();
  Line line;
  line.time = text_at(object, "time");
  line.connection = text_at(object, "connection");
  line.cause = text_at(object, "cause");
  line.outcome = text_at(object, "outcome");
  line.detail = text_at(object, "detail");
  line.removal = text_at(object, "removal");
  line.members = values_at(object, "members");
  line.field = text_at(object, "field");
  auto dn = Dn::parse(text_at(object, "dn"));
  if (line.time.empty() || line.outcome.empty() || !dn || dn->empty())
    return broken("it lacks time, outcome or dn");
  line.dn = std::move(*dn);
  if (object.contains("verb")) {
    if (auto read = read_change(object, line); !read) return read.error();
  } else if (line.removal.empty() && line.outcome != outcome_left) {
    return broken("it is about neither a change, nor a removal, nor what was left");
  }
  return line;
}

}  // namespace dirbridge::audit
