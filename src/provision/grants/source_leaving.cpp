#include "provision/grants/source_leaving.hpp"

#include <algorithm>
#include <string>

#include "directory/vocabulary.hpp"
#include "provision/grants/lost_targets.hpp"
#include "provision/grants/projection.hpp"
#include "provision/store/records.hpp"
#include "provision/store/stored.hpp"

namespace dirbridge::provision {

namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using Texts = std::vector<std::string>;

class Departure {
 public:
  Departure(const Context& context, std::span<const Entry> groups, const Dn& member, Deadline deadline)
      : context_(context),
        member_(member),
        deadline_(deadline),
        since_(context.locks.names()),
        id_(member.str()) {
    for (const auto& group : groups) sources_.push_back({group.dn});
  }

  std::vector<Result<>> run() {
    std::vector<Result<>> out(sources_.size());
    auto done = look();
    if (done) done = note();
    if (done) {
      write(out);
      done = follow();
    }
    if (!done)
      for (auto& one : out)
        if (one) one = done;
    return out;
  }

 private:
  struct Source {
    Dn dn;
    bool is_there = false;
    std::vector<Dn> targets{};
  };

  // What the records say now, and which directory groups are concerned: those of an interrupted removal, of
  // which no record says anything any more, are brought about by follow_owed().
  Result<> look() {
    std::vector<directory::SearchRequest> searches{directory::at(member_, {attr::id})};
    const auto lists = Filter::equal(context_.rules.group_shape.member_attribute, member_.str());
    for (const auto& source : sources_) {
      searches.push_back(directory::at(source.dn, {attr::target}));
      searches.back().filter = lists;
    }
    auto found = context_.directory.search_all(searches, deadline_);
    for (const auto& one : found)
      if (!one && one.error().kind != ErrorKind::NotFound) return one.error();
    const auto& self = found.front();
    if (self && !self->empty() && self->front().attributes.find(attr::id))
      id_ = self->front().attributes.first(attr::id);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const auto& record = found[i + 1];
      if (!record || record->empty()) continue;
      auto& source = sources_[i];
      source.is_there = true;
      source.targets = targets_in(record->front());
      for (const auto& target : source.targets)
        if (!contains(targets_, target)) targets_.push_back(target);
    }
    return look_around();
  }

  // Who is meant by the member, and what the groups above these grant.
  Result<> look_around() {
    const Texts members{member_.str()};
    const auto users = users_among(context_, members, since_, deadline_);
    if (!users) return users.error();
    for (const auto& user : users->spellings()) users_.insert(user);
    std::vector<Dn> records;
    for (const auto& source : sources_)
      if (source.is_there) records.push_back(source.dn);
    const auto above = targets_above(context_, records, since_, deadline_);
    if (!above) return above.error();
    for (const auto& target : *above)
      if (!contains(targets_, target)) targets_.push_back(target);
    return {};
  }

  Result<> note() {
    if (users_.empty() || targets_.empty()) return {};
    auto noted = note_ended(context_, id_, targets_, users_.spellings(), deadline_);
    if (!noted) return noted.error();
    note_ = std::move(*noted);
    return {};
  }

  void write(std::vector<Result<>>& out) {
    const auto goals = without_member(context_, member_);
    std::vector<sync::Task> tasks;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (!sources_[i].is_there) continue;
      tasks.push_back(writing_member(context_, sources_[i].dn, sources_[i].targets, goals));
      places.push_back(i);
    }
    const auto written = context_.reconciler.run_all(tasks, deadline_);
    for (std::size_t i = 0; i < written.size(); ++i)
      if (!written[i] && written[i].error().kind != ErrorKind::NotFound) out[places[i]] = written[i];
  }

  // Whether it was written or not: what the records say is brought about. Groups in groups may have got and
  // lost members meanwhile: either those who changed them have seen what the records say now, or it is seen
  // here.
  Result<> follow() {
    if (mapping::flattens(context_.rules))
      if (auto done = look_around(); !done) return done;
    if (users_.empty() || targets_.empty()) return {};
    const auto users = users_.spellings();
    if (auto done = project(context_, targets_, users, since_, deadline_); !done) return done.error();
    if (auto done = release_granted(context_, targets_, users, deadline_); !done) return done;
    return note_ ? delete_entry(context_, *note_, "the directory groups have followed", deadline_)
                 : Result<>();
  }

  const Context& context_;
  const Dn& member_;
  const Deadline deadline_;
  const NameWatch since_;  // from before the records were read
  std::vector<Source> sources_;
  std::string id_;           // the member's: who settles the note waits for this change
  std::vector<Dn> targets_;  // of all sources
  directory::DnSet users_;
  std::optional<Dn> note_;
};

}  // namespace

std::vector<sync::AttributeGoal> without_member(const Context& context, const Dn& member) {
  return {sync::excluding(context.rules.group_shape.member_attribute, {member.str()}),
          sync::excluding(attr::held_member, {member.str()})};
}

sync::Task writing_member(const Context& context, const Dn& record, const std::vector<Dn>& targets,
                          const std::vector<sync::AttributeGoal>& goals) {
  sync::Task task;
  task.find = directory::at(record, attributes_without_alias());
  task.unread = {context.rules.group_shape.member_attribute};
  task.goal = [&](const std::optional<Entry>& entry) -> Result<sync::EntryGoal> {
    if (!entry) return error(ErrorKind::NotFound, "the entry is gone");
    if (!(targets_in(*entry) == targets))
      return error(ErrorKind::Conflict, "the group was renamed meanwhile");
    sync::EntryGoal goal{
        sync::EntryGoal::Presence::Present, entry->dn, goals, "a member was deleted", {}, {}};
    if (const auto resource = entry->attributes.first(attr::resource); !resource.empty())
      goal.only_if = Filter::equal(attr::resource, resource);
    return goal;
  };
  return task;
}

std::vector<Result<>> leave_sources(const Context& context, std::span<const Entry> groups, const Dn& member,
                                    Deadline deadline) {
  return Departure(context, groups, member, deadline).run();
}

}  // namespace dirbridge::provision
