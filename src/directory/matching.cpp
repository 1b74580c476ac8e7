#include "directory/matching.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::directory {

namespace {

// distinguishedNameMatch, of what is not the bridge's own
constexpr std::array<std::string_view, 5> dn_valued{"member", "uniqueMember", "entryDN", "manager",
                                                    "seeAlso"};
// May have very many values, which come from entries and are different: their keys are dear.
constexpr std::array<std::string_view, 2> large_attributes{"member", "uniqueMember"};
// octetStringMatch and CSNMatch
constexpr std::array<std::string_view, 2> octets{"userPassword", "entryCSN"};

// telephoneNumberMatch
constexpr std::array<std::string_view, 5> phones{"telephoneNumber", "mobile", "homePhone", "pager",
                                                 "facsimileTelephoneNumber"};
// caseIgnoreMatch and objectIdentifierMatch, of what the bridge writes besides
constexpr std::array<std::string_view, 13> texts{
    "uid",        "cn", "sn", "givenName",        "displayName",    "mail",
    "title",      "ou", "o",  "departmentNumber", "employeeNumber", "preferredLanguage",
    "objectClass"};

// The rule by which the server compares; nullopt: not known here. That of phones is none of these.
std::optional<Matching> rule_of(std::string_view attribute) {
  if (const auto* own = own_attribute(attribute)) return own->matching;
  if (is_any_of(dn_valued, attribute)) return Matching::Name;
  if (is_any_of(octets, attribute)) return Matching::Octets;
  if (is_any_of(texts, attribute)) return Matching::CaseIgnore;
  return std::nullopt;
}

std::string without_blanks_and_hyphens(std::string_view value) {
  std::string out;
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return c != ' ' && c != '-'; });
  return out;
}

int digit(char c) {
  const char lower = ascii_lower(c);
  return lower >= 'a' ? lower - 'a' + 10 : lower - '0';
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string matching_key(std::string_view attribute, std::string_view value, Fold fold) {
  if (is_any_of(phones, attribute)) return without_blanks_and_hyphens(value);
  const auto rule = rule_of(attribute);
  if (rule == Matching::Octets) return std::string(value);
  if (rule == Matching::CaseExact) return without_extra_blanks(composed(value));
  if (rule == Matching::Name) {
    const auto dn = Dn::parse(value);
    return dn ? matching_key(*dn, fold) : std::string(value);
  }
  return without_extra_blanks(fold(value));
}

std::string matching_key(const Dn& dn, Fold fold) {
  std::vector<std::string> names;
  for (const auto& rdn : parse_rdns(dn.str()).value()) {
    std::vector<std::string> pairs;
    for (const auto& [type, value] : rdn.pairs())
      pairs.push_back(Rdn(ascii_lower(type), without_extra_blanks(fold(value))).str());
    std::sort(pairs.begin(), pairs.end());
    names.push_back(join(pairs, "+"));
  }
  return join(names, ",");
}

namespace {

template <class Key>
std::vector<std::string> first_of_each(std::vector<std::string> values, const Key& key) {
  if (values.size() < 2) return values;
  std::unordered_set<std::string> seen;
  std::erase_if(values, [&](const auto& value) { return !seen.insert(key(value)).second; });
  return values;
}

}  // namespace

std::string sure_key(std::string_view attribute, std::string_view value) {
  if (is_any_of(phones, attribute)) return without_blanks_and_hyphens(value);
  const auto rule = rule_of(attribute);
  if (rule == Matching::Name) {
    const auto dn = Dn::parse(value);
    return dn ? dn->normalized() : std::string(value);
  }
  if (rule == Matching::CaseExact) return without_extra_blanks(value);
  if (rule == Matching::CaseIgnore) return without_extra_blanks(fold_surely(value));
  return std::string(value);
}

std::string wide_key(std::string_view attribute, std::string_view value) {
  const auto rule = rule_of(attribute);
  if (rule == Matching::Octets) return std::string(value);
  const auto rdns = rule == Matching::Name ? parse_rdns(value) : Result<std::vector<Rdn>>(Error());
  if (!rdns) return fold_widely(value);
  std::string out;
  for (const auto& rdn : *rdns) {
    std::vector<std::string> pairs;
    for (const auto& [type, text] : rdn.pairs()) pairs.push_back(ascii_lower(type) + '=' + fold_widely(text));
    std::sort(pairs.begin(), pairs.end());
    out += join(pairs, "+") + '\0';
  }
  return out;
}

bool knows_rule(std::string_view attribute) {
  if (is_any_of(phones, attribute)) return true;
  const auto rule = rule_of(attribute);
  return rule == Matching::Name || rule == Matching::CaseExact || rule == Matching::CaseIgnore ||
         rule == Matching::Octets;
}

std::vector<std::string> surely_distinct(std::string_view attribute, std::vector<std::string> values) {
  const bool large = is_any_of(large_attributes, attribute);
  return first_of_each(std::move(values),
                       [&](const auto& value) { return large ? value : sure_key(attribute, value); });
}

std::vector<std::string> widely_distinct(std::string_view attribute, std::vector<std::string> values) {
  if (rule_of(attribute) == Matching::Octets) return values;
  return first_of_each(std::move(values), [](const auto& value) { return fold_widely(value); });
}

// Filters are well-formed by construction.
class Matcher::Parser {
 public:
  Parser(std::string_view text, Fold fold) : text_(text), fold_(fold) {}

  Node filter() {
    ++at_;  // (
    Node node;
    const char first = text_[at_];
    if (first == '&' || first == '|' || first == '!') {
      node.kind = first == '&' ? Node::Kind::And : first == '|' ? Node::Kind::Or : Node::Kind::Not;
      ++at_;
      while (text_[at_] == '(') node.terms.push_back(filter());
    } else {
      const auto end = text_.find(')', at_);
      node = comparison(text_.substr(at_, end - at_));
      at_ = end;
    }
    ++at_;  // )
    return node;
  }

 private:
  Node comparison(std::string_view text) const {
    Node node;
    const auto equals = text.find('=');
    auto name = text.substr(0, equals);
    const auto value = text.substr(equals + 1);
    node.kind = Node::Kind::Equal;
    if (name.ends_with('>')) node.kind = Node::Kind::AtLeast;
    if (name.ends_with('<')) node.kind = Node::Kind::AtMost;
    if (name.ends_with('>') || name.ends_with('<') || name.ends_with('~')) name.remove_suffix(1);
    node.attribute = name;
    if (node.kind == Node::Kind::Equal && value == "*") {
      node.kind = Node::Kind::Present;
    } else if (node.kind == Node::Kind::Equal && value.find('*') != std::string_view::npos) {
      node.kind = Node::Kind::Substrings;
      for (const auto part : split(value, '*'))
        node.parts.push_back(matching_key(node.attribute, unescaped(part), fold_));
    } else {
      node.value = matching_key(node.attribute, unescaped(value), fold_);
    }
    return node;
  }

  std::string_view text_;
  Fold fold_;
  std::size_t at_ = 0;
};

Matcher::Matcher(const Filter& filter, Fold fold) : fold_(fold), root_(Parser(filter.str(), fold).filter()) {}

bool Matcher::matches(const Entry& entry) const {
  return matches(root_, entry);
}

bool Matcher::matches(const Node& node, const Entry& entry) const {
  const auto holds = [&](const Node& term) { return matches(term, entry); };
  switch (node.kind) {
    case Node::Kind::And:
      return std::all_of(node.terms.begin(), node.terms.end(), holds);
    case Node::Kind::Or:
      return std::any_of(node.terms.begin(), node.terms.end(), holds);
    case Node::Kind::Not:
      return !holds(node.terms.front());
    default:
      break;
  }
  if (iequals(node.attribute, "entryDN")) return matches_value(node, entry.dn.str());
  const auto* values = entry.attributes.find(node.attribute);
  return values && (node.kind == Node::Kind::Present ||
                    std::any_of(values->begin(), values->end(),
                                [&](const auto& value) { return matches_value(node, value); }));
}

bool Matcher::matches_value(const Node& node, std::string_view value) const {
  if (node.kind == Node::Kind::Present) return true;
  const auto key = matching_key(node.attribute, value, fold_);
  switch (node.kind) {
    case Node::Kind::Equal:
      return key == node.value;
    case Node::Kind::AtLeast:
      return key >= node.value;
    case Node::Kind::AtMost:
      return key <= node.value;
    default:
      break;
  }
  const auto& parts = node.parts;
  if (!key.starts_with(parts.front())) return false;
  std::size_t at = parts.front().size();
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    at = key.find(parts[i], at);
    if (at == std::string::npos) return false;
    at += parts[i].size();
  }
  return key.size() >= at + parts.back().size() && key.ends_with(parts.back());
}

std::vector<Matcher::Equality> Matcher::necessary(const Indexed& indexed) const {
  return necessary(root_, indexed);
}

std::vector<Matcher::Equality> Matcher::necessary(const Node& node, const Indexed& indexed) {
  std::vector<Equality> out;
  switch (node.kind) {
    case Node::Kind::Equal:
      if (indexed(node.attribute)) out.push_back({node.attribute, node.value});
      return out;
    case Node::Kind::And:
      for (const auto& term : node.terms) {
        auto some = necessary(term, indexed);
        if (!some.empty() && (out.empty() || some.size() < out.size())) out = std::move(some);
      }
      return out;
    case Node::Kind::Or:
      for (const auto& term : node.terms) {
        auto some = necessary(term, indexed);
        if (some.empty()) return {};
        std::move(some.begin(), some.end(), std::back_inserter(out));
      }
      return out;
    default:
      return {};
  }
}

}  // namespace dirbridge::directory
