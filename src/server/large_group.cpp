#include "server/large_group.hpp"

#include <boost/json/array.hpp>

#include "scim/json_text.hpp"
#include "server/render.hpp"

namespace dirbridge::server {

namespace {

// One directory search and some of its answer.
constexpr std::chrono::seconds piece_limit{30};
constexpr std::size_t expected_member_bytes = 192;

// Which sub-attributes of members a projection leaves.
struct Shown {
  bool value, type, display, reference;
};

Shown shown_of(const scim::ResourceType& type, const scim::Projection& projection) {
  json::object sample{
      {"members", json::array{json::object{{"value", ""}, {"type", ""}, {"display", ""}, {"$ref", ""}}}}};
  const auto left = scim::project(type, std::move(sample), projection);
  const auto* members = left.if_contains("members");
  if (!members) return {};
  const auto& one = members->as_array().at(0).as_object();
  return {one.contains("value"), one.contains("type"), one.contains("display"), one.contains("$ref")};
}

json::object element_of(const provision::Member& member, const std::string& base_url, Shown shown) {
  json::object out;
  if (shown.value) out.emplace("value", member.id);
  if (shown.type && !member.type.empty()) out.emplace("type", member.type);
  if (shown.display && !member.display.empty()) out.emplace("display", member.display);
  if (shown.reference && !member.type.empty())
    out.emplace("$ref", base_url + '/' + member.type + "s/" + member.id);
  return out;
}

// The text of the members of one type, which differ in nothing but their id: it is made once, and the id,
// which needs no escape, is written over the one that stands in it.
class Pattern {
 public:
  Pattern(const std::string& type, const std::string& base_url, Shown shown) {
    const std::string id = unpack_uuid({});
    scim::write(element_of({id, type, {}, {}}, base_url, shown), text_);
    for (auto at = text_.find(id); at != std::string::npos; at = text_.find(id, at + id.size()))
      places_.push_back(at);
  }
  void write(const UuidBytes& id, std::string& out) const {
    const auto start = out.size();
    out += text_;
    for (const auto place : places_) write_uuid(id, out.data() + start + place);
  }

 private:
  std::string text_;
  std::vector<std::size_t> places_;
};

class MemberText {
 public:
  MemberText(std::unique_ptr<provision::MemberStream> members, const std::string& base_url, Shown shown)
      : members_(std::move(members)),
        base_url_(base_url),
        shown_(shown),
        user_("User", base_url, shown),
        group_("Group", base_url, shown) {}

  // The text of the next members; absent at the end.
  Result<std::optional<std::string>> next() {
    if (ended_) return std::optional<std::string>();
    const auto piece = members_->next(deadline_in(piece_limit));
    if (!piece) return piece.error();
    std::string out;
    if (piece->empty()) {
      ended_ = true;
      return std::optional<std::string>("]}");
    }
    out.reserve((piece->members.size() + piece->named.size()) * expected_member_bytes);
    for (const auto& member : piece->members) {
      separate(out);
      (member.is_group ? group_ : user_).write(member.id, out);
    }
    for (const auto& member : piece->named) append(member, out);
    for (const auto& id : piece->pending) append({id, {}, {}, {}}, out);
    return std::optional(std::move(out));
  }

 private:
  void append(const provision::Member& member, std::string& out) {
    const auto element = element_of(member, base_url_, shown_);
    if (element.empty()) return;
    separate(out);
    scim::write(element, out);
  }
  void separate(std::string& out) {
    if (!first_) out += ',';
    first_ = false;
  }

  const std::unique_ptr<provision::MemberStream> members_;
  const std::string base_url_;
  const Shown shown_;
  const Pattern user_;
  const Pattern group_;
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace

http::Response answer_large(const scim::ResourceType& type, provision::Opened group,
                            const std::string& base_url, const scim::Projection& projection) {
  auto out = answer_resource(200, type, std::move(group.resource), base_url, projection);
  auto text = std::make_shared<MemberText>(std::move(group.members), base_url, shown_of(type, projection));
  out.body.back() = ',';
  out.stream = [text, head = std::move(out.body) +
                             "\"members\":["]() mutable -> Result<std::optional<std::string>> {
    if (!head.empty()) return std::optional(std::exchange(head, {}));
    return text->next();
  };
  out.body = {};
  return out;
}

}  // namespace dirbridge::server
