#include "operate/history.hpp"

#include <algorithm>

namespace dirbridge::operate {

void add_present(const provision::Context& context, Deadline deadline, History& history) {
  const auto subjects = find_subjects(context, history.name, deadline);
  if (!subjects) {
    history.failures.push_back({context.rules.connection, subjects.error().detail});
    return;
  }
  for (const auto& subject : *subjects) {
    const auto& known = history.subjects;
    if (std::any_of(known.begin(), known.end(),
                    [&](const State& state) { return state.dn == subject.entry.dn; }))
      continue;
    auto state = state_of(context, subject, deadline);
    if (!state) {
      history.failures.push_back({{}, state.error().detail});
      return;
    }
    history.subjects.push_back(std::move(*state));
  }
}

void add_past(const audit::FileSettings& file, History& history) {
  std::vector<directory::Dn> dns;
  for (const auto& state : history.subjects) dns.push_back(state.dn);
  auto events = past(file, dns, history.name);
  if (events)
    history.events = std::move(*events);
  else
    history.failures.push_back({{}, events.error().detail});
}

}  // namespace dirbridge::operate
