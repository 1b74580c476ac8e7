#include "audit/journal.hpp"

#include "audit/line.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dirbridge::audit {

namespace {

class Writer final : public sync::Journal {
 public:
  Writer(FileSettings file, Secrets secrets, const Clock& clock)
      : file_(std::move(file)), secrets_(std::move(secrets)), clock_(clock) {}

  void note(const sync::ChangeNote& note) override {
    auto line = begin(note.connection, directory::target(note.change));
    line.outcome = to_string(note.outcome);
    line.detail = note.detail;
    line.change = shown(secrets_, note.change);
    if (note.before) line.before = before_of(note.change, *note.before);
    file_.append(to_json(line));
  }

  void note(const sync::DecisionNote& note) override {
    auto line = begin(note.connection, note.dn);
    line.outcome = to_string(note.decision);
    line.detail = note.detail;
    line.removal = note.removal;
    line.members = note.members;
    file_.append(to_json(line));
  }

  void note(const sync::LeftNote& note) override {
    auto line = begin(note.connection, note.dn);
    line.outcome = outcome_left;
    line.field = note.field;
    line.detail = note.reason;
    file_.append(to_json(line));
  }

 private:
  Line begin(std::string_view connection, const directory::Dn& dn) const {
    Line line;
    line.time = to_date_time(clock_.now());
    line.connection = connection;
    line.cause = log::current_request();
    line.dn = dn;
    return line;
  }

  // What a change replaces, or takes away with the whole entry. Values that come and go one by one speak for
  // themselves.
  directory::Attributes before_of(const directory::Change& change, const directory::Entry& entry) const {
    directory::Attributes out;
    if (const auto* modify = std::get_if<directory::Modify>(&change.operation)) {
      for (const auto& m : modify->modifications)
        if (m.op == directory::Modification::Op::Replace) take(entry, m.attribute, out);
    } else if (std::holds_alternative<directory::Delete>(change.operation)) {
      for (const auto& attribute : entry.attributes) take(entry, attribute.name, out);
    }
    return out;
  }

  void take(const directory::Entry& entry, std::string_view name, directory::Attributes& out) const {
    const auto* values = entry.attributes.find(name);
    if (!values) return;
    std::vector<std::string> safe;
    for (const auto& value : *values) safe.push_back(shown(secrets_, name, value));
    out.set(name, std::move(safe));
  }

  File file_;
  const Secrets secrets_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<sync::Journal> make_journal(FileSettings file, Secrets secrets, const Clock& clock) {
  return std::make_unique<Writer>(std::move(file), std::move(secrets), clock);
}

}  // namespace dirbridge::audit
