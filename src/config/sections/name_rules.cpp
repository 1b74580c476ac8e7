// Regular expressions and a letter case, by which a name or a value is made: two keys each, read together.
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

const Keys<mapping::NameRule>& name_rule_keys() {
  using mapping::NameRule;
  static const Keys<NameRule> keys = {
      {"match",
       &NameRule::match,
       text("regular expression"),
       "Perl syntax; it must match the whole of what the rule is applied to",
       Effect::Reload,
       {.required = "a regular expression, such as (.*)@.*"}},
      {"replace",
       &NameRule::replace,
       text(),
       "what takes its place; `$1` is the first group of the match",
       Effect::Reload,
       {.required = "such as $1"}},
  };
  return keys;
}

constexpr Word<mapping::LetterCase> letter_cases[] = {{"keep", mapping::LetterCase::Keep},
                                                      {"lower", mapping::LetterCase::Lower},
                                                      {"upper", mapping::LetterCase::Upper}};

}  // namespace

Type<mapping::NameRules> name_rules() {
  auto rule = section(name_rule_keys()).values;
  return {
      .values = Values::list(std::move(rule)), .read = nullptr, .write = [](const mapping::NameRules& rules) {
        json::array out;
        for (const auto& one : rules.rules()) out.push_back(write_keys(name_rule_keys(), one));
        return json::value(std::move(out));
      }};
}

Type<mapping::NameRules> name_case() {
  return {.values = word(letter_cases).values, .read = nullptr, .write = [](const mapping::NameRules& rules) {
            return json::value(name_of(letter_cases, rules.letter_case()));
          }};
}

mapping::NameRules compile_rules(ObjectReader& reader, std::string_view rules_key,
                                 std::string_view case_key) {
  std::vector<mapping::NameRule> rules;
  // What is missing was reported, and stands for something that compiles.
  reader.items(rules_key, [&](ObjectReader& item) {
    rules.push_back({".", ""});
    read_keys(item, name_rule_keys(), rules.back());
  });
  auto letter_case = mapping::LetterCase::Keep;
  word(letter_cases).read(reader, case_key, letter_case);
  auto compiled = mapping::NameRules::compile(rules, letter_case);
  if (compiled) return std::move(*compiled);
  reader.problem_at(reader.path_of(rules_key) + compiled.error().field, compiled.error().detail, {});
  return {};
}

}  // namespace dirbridge::config
