#include "provision/grants/flattening.hpp"

#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using Texts = std::vector<std::string>;

Result<bool> is_noted(const Context& context, Deadline deadline) {
  const auto note = directory::read(context.directory, flattening_record(context).dn, {"1.1"}, deadline);
  if (!note) return note.error();
  return note->has_value();
}

}  // namespace

Result<> note_flattening(const Context& context, Deadline deadline) {
  auto done = add_members(context, flattening_record(context), {}, deadline);
  const bool no_groups = !done && done.error().kind == ErrorKind::MissingBase;  // there are no records yet
  return no_groups ? Result<>() : done;
}

Result<Texts> left_by_flattening(const Context& context, const directory::Dn& group, const Texts& members,
                                 Deadline deadline) {
  if (mapping::flattens(context.rules) || members.empty()) return Texts();
  const auto noted = is_noted(context, deadline);
  if (!noted) return noted.error();
  if (!*noted) return Texts();
  auto rules = context.rules;
  rules.group_options.flatten = mapping::GroupOptions::Flatten::Always;
  const auto all = all_granted(context.by(rules), group, deadline);
  if (!all) return all.error();
  Texts out;
  for (const auto& member : members)
    if (all->contains(member)) out.push_back(member);
  return out;
}

Result<bool> forget_flattening(const Context& context, Deadline deadline) {
  if (mapping::flattens(context.rules)) return false;
  auto noted = is_noted(context, deadline);
  if (!noted || !*noted) return noted;
  auto done = delete_entry(context, flattening_record(context).dn, "groups in groups do not count", deadline);
  if (!done) return done.error();
  return true;
}

}  // namespace dirbridge::provision
