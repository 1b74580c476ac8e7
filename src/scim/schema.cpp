#include "scim/schema.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace dirbridge::scim {
namespace {

const AttributeDefinition* find_in(const std::vector<AttributeDefinition>& attributes,
                                   std::string_view name) {
  for (const auto& attribute : attributes)
    if (iequals(attribute.name, name)) return &attribute;
  return nullptr;
}

template <class T, std::size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

constexpr Words<Type, 8> types{{{"string", Type::String},
                                {"boolean", Type::Boolean},
                                {"decimal", Type::Decimal},
                                {"integer", Type::Integer},
                                {"dateTime", Type::DateTime},
                                {"binary", Type::Binary},
                                {"reference", Type::Reference},
                                {"complex", Type::Complex}}};
constexpr Words<Mutability, 4> mutabilities{{{"readOnly", Mutability::ReadOnly},
                                             {"readWrite", Mutability::ReadWrite},
                                             {"immutable", Mutability::Immutable},
                                             {"writeOnly", Mutability::WriteOnly}}};
constexpr Words<Returned, 4> returneds{{{"always", Returned::Always},
                                        {"never", Returned::Never},
                                        {"default", Returned::Default},
                                        {"request", Returned::Request}}};
constexpr Words<Uniqueness, 3> uniquenesses{
    {{"none", Uniqueness::None}, {"server", Uniqueness::Server}, {"global", Uniqueness::Global}}};

// Reads the members of one object; the first problem is kept and reading goes on with defaults.
class Reader {
 public:
  Reader(const json::object& source, std::string where) : source_(source), where_(std::move(where)) {}

  std::string text(std::string_view key) {
    const auto* value = source_.if_contains(key);
    if (value && value->is_string() && !value->get_string().empty()) return std::string(value->get_string());
    return fail(key, "must be a text"), std::string();
  }
  bool flag(std::string_view key) {
    const auto* value = source_.if_contains(key);
    if (!value) return false;
    if (value->is_bool()) return value->get_bool();
    return fail(key, "must be true or false"), false;
  }
  template <class T, std::size_t N>
  T word(std::string_view key, const Words<T, N>& words, T when_absent) {
    const auto* value = source_.if_contains(key);
    if (!value) return when_absent;
    for (const auto& [word, meaning] : words)
      if (value->is_string() && value->get_string() == word) return meaning;
    return fail(key, "has an unknown value"), when_absent;
  }
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> out;
    for (const auto& item : list(key)) {
      if (!item.is_string()) return fail(key, "must be a list of texts"), out;
      out.emplace_back(item.get_string());
    }
    return out;
  }
  const json::array& list(std::string_view key) {
    static const json::array none;
    const auto* value = source_.if_contains(key);
    if (!value) return none;
    if (value->is_array()) return value->get_array();
    return fail(key, "must be a list"), none;
  }
  void fail(std::string_view key, std::string_view what) {
    if (problem_) return;
    const std::string field = where_ + "." + std::string(key);
    problem_ = error(ErrorKind::InvalidValue, "schema: " + field + " " + std::string(what), field);
  }
  const std::optional<Error>& problem() const { return problem_; }

 private:
  const json::object& source_;
  std::string where_;
  std::optional<Error> problem_;
};

Result<std::vector<AttributeDefinition>> read_attributes(const json::array& list, const std::string& where,
                                                         bool nested);

Result<AttributeDefinition> read_attribute(const json::object& source, const std::string& where,
                                           bool nested) {
  Reader in(source, where);
  AttributeDefinition out;
  out.name = in.text("name");
  out.type = in.word("type", types, Type::String);
  out.multi_valued = in.flag("multiValued");
  out.required = in.flag("required");
  // References and binary data are case-exact whatever a document says (RFC 7643 2.3.6, 2.3.7).
  out.case_exact = in.flag("caseExact") || out.type == Type::Reference || out.type == Type::Binary;
  out.mutability = in.word("mutability", mutabilities, Mutability::ReadWrite);
  out.returned = in.word("returned", returneds, Returned::Default);
  out.uniqueness = in.word("uniqueness", uniquenesses, Uniqueness::None);
  out.canonical_values = in.texts("canonicalValues");
  out.reference_types = in.texts("referenceTypes");
  if (out.type == Type::Complex) {
    // The Schema schema describes itself and is one level deeper than resources may be.
    auto subs = read_attributes(in.list("subAttributes"), where + ".subAttributes", true);
    if (!subs) return subs.error();
    out.sub_attributes = std::move(*subs);
    if (out.sub_attributes.empty() && !nested) in.fail("subAttributes", "must not be empty");
  }
  if (in.problem()) return *in.problem();
  return out;
}

Result<std::vector<AttributeDefinition>> read_attributes(const json::array& list, const std::string& where,
                                                         bool nested) {
  std::vector<AttributeDefinition> out;
  out.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string here = where + "[" + std::to_string(i) + "]";
    if (!list[i].is_object())
      return error(ErrorKind::InvalidValue, "schema: " + here + " must be an object", here);
    auto attribute = read_attribute(list[i].get_object(), here, nested);
    if (!attribute) return attribute.error();
    if (find_in(out, attribute->name))
      return error(ErrorKind::InvalidValue, "schema: " + here + " repeats the name " + attribute->name, here);
    out.push_back(std::move(*attribute));
  }
  return out;
}

}  // namespace

const AttributeDefinition* AttributeDefinition::find(std::string_view sub_attribute) const {
  return find_in(sub_attributes, sub_attribute);
}

const AttributeDefinition* Schema::find(std::string_view attribute) const {
  return find_in(attributes, attribute);
}

Result<Schema> read_schema(const json::value& document) {
  if (!document.is_object()) return error(ErrorKind::InvalidValue, "a schema must be a JSON object");
  Reader in(document.get_object(), "schema");
  Schema out;
  out.id = in.text("id");
  out.name = in.text("name");
  auto attributes = read_attributes(in.list("attributes"), "attributes", false);
  if (!attributes) return attributes.error();
  if (in.problem()) return *in.problem();
  out.attributes = std::move(*attributes);
  out.document = document.get_object();
  return out;
}

std::string_view to_string(Type type) {
  for (const auto& [word, meaning] : types)
    if (meaning == type) return word;
  return "string";
}

}  // namespace dirbridge::scim
