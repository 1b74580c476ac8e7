#include "provision/users/remarks.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "mapping/login_name.hpp"
#include "mapping/user_state.hpp"
#include "mapping/user_values.hpp"
#include "provision/refusal.hpp"
#include "provision/store/stored.hpp"
#include "provision/users/names.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t most_told = 20;  // of what is wrong with one request

}  // namespace

Error remarked(const Context& context, Error refused, const json::object& content) {
  if (refused.kind == ErrorKind::InvalidValue && refused.field == "userName")
    log_conflict(context, text_of(content, "userName"), refused.detail);
  return refused;
}

void remark_on_bad_characters(const Context& context, const mapping::Record& record) {
  if (context.rules.user_options.bad_characters != mapping::BadCharacters::Warn) return;
  const auto login = mapping::login_name(context.rules, text_of(record.content, "userName"));
  if (login && mapping::has_bad_characters(*login))
    log::warning("bad_characters", {{"login", *login}, {"dn", record.dn.str()}});
}

void remark_on_unshown(const Context& context, const mapping::Record& record, const json::object& before) {
  if (mapping::is_record(context.rules, record.dn) || !context.rules.user_options.update) return;
  const auto known = mapping::unshown(before);
  for (const auto& one : mapping::unshown(record.content)) {
    const auto same = [&](const auto& other) { return other.field == one.field && other.value == one.value; };
    if (std::none_of(known.begin(), known.end(), same))
      context.reconciler.left(record.dn, one.field, one.reason);
  }
}

void remark_on_left(const Context& context, const directory::Dn& home, const Refused& left) {
  for (std::size_t i = 0; i < std::min(left.size(), most_told); ++i)
    context.reconciler.left(home, field_of(left[i]), left[i].detail);
}

}  // namespace dirbridge::provision
