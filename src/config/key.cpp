#include "config/key.hpp"

#include <boost/json/object.hpp>

namespace dirbridge::config {

Values::Values(Kind of) : kind(of) {}

Values Values::number(std::size_t from, std::size_t to) {
  Values out(Kind::Number);
  out.least = from;
  out.most = to;
  return out;
}

Values Values::text(std::string_view what) {
  Values out(Kind::Text);
  out.shown = what;
  return out;
}

Values Values::word(std::vector<std::string_view> known) {
  Values out(Kind::Word);
  out.words = std::move(known);
  return out;
}

Values Values::texts(std::string_view what, std::vector<std::string_view> known) {
  Values out(Kind::Texts);
  out.shown = what;
  out.words = std::move(known);
  return out;
}

Values Values::section(std::vector<KeyInfo> inner, Kind of) {
  Values out(of);
  out.keys = std::move(inner);
  return out;
}

Values Values::list(Values each) {
  Values out(Kind::List);
  out.element.push_back(std::move(each));
  return out;
}

Values Values::map(std::string_view names, Values each, std::string_view pattern) {
  Values out(Kind::Map);
  out.shown = names;
  out.name_pattern = pattern;
  out.element.push_back(std::move(each));
  return out;
}

void set_fallback(KeyInfo& key, const boost::json::value& fallback) {
  key.fallback = fallback;
  const auto* section = fallback.if_object();
  if (!section || key.values.kind != Values::Kind::Section) return;
  for (auto& inner : key.values.keys)
    if (const auto* value = section->if_contains(inner.name); value && !value->is_null())
      set_fallback(inner, *value);
}

}  // namespace dirbridge::config
