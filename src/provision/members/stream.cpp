#include "provision/members/stream.hpp"

#include <algorithm>
#include <utility>

#include "directory/vocabulary.hpp"
#include "provision/members/waiting.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t piece_size = 1'000;

// What has been delivered of a list, and what comes next.
template <class Value>
class Position {
 public:
  explicit Position(std::span<const Value> all) : rest_(all) {}
  std::span<const Value> next() {
    const auto part = rest_.first(std::min(piece_size, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return part;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const Value> rest_;
};

std::vector<std::string> take_visible_members(directory::Attributes& group, std::string_view member) {
  std::vector<std::string> room;
  const auto& visible = visible_members(group, member, room);
  return &visible == &room ? std::move(room) : group.take(member);
}

class EntryStream : public MemberStream {
 public:
  EntryStream(const Context& context, directory::Entry group)
      : context_(context),
        dns_(take_visible_members(group.attributes, context.rules.group_shape.member_attribute)),
        pending_(group.attributes.take(attr::pending_member)),
        position_(dns_) {}

  Result<Piece> next(Deadline deadline) override {
    Piece out;
    while (out.empty() && !position_.at_end())
      if (auto done = read(position_.next(), out, deadline); !done) return done.error();
    if (position_.at_end()) {
      if (!std::exchange(ended_, true)) end(pending_);
      out.pending = std::exchange(pending_, {});
    }
    return out;
  }

 protected:
  virtual Result<> read(std::span<const std::string> dns, Piece& piece, Deadline deadline) = 0;
  virtual void end(const std::vector<std::string>& pending) = 0;
  const Context& context() const { return context_; }

 private:
  const Context context_;
  const std::vector<std::string> dns_;
  std::vector<std::string> pending_;
  Position<std::string> position_;
  bool ended_ = false;
};

class NamedStream final : public EntryStream {
 public:
  using EntryStream::EntryStream;

 private:
  Result<> read(std::span<const std::string> dns, Piece& piece, Deadline deadline) override {
    auto members = name_members(context(), dns, deadline);
    if (!members) return members.error();
    piece.named = std::move(*members);
    return {};
  }
  void end(const std::vector<std::string>&) override {}
};

class IdStream final : public EntryStream {
 public:
  IdStream(const Context& context, directory::Entry group, std::function<void(MemberList)> whole)
      : EntryStream(context, std::move(group)), whole_(std::move(whole)) {}

 private:
  Result<> read(std::span<const std::string> dns, Piece& piece, Deadline deadline) override {
    const auto identities = identify(context(), dns, deadline);
    if (!identities) return identities.error();
    piece.members.reserve(identities->size());
    for (const auto& identity : *identities)
      if (identity) piece.members.push_back(*identity);
    list_.members.insert(list_.members.end(), piece.members.begin(), piece.members.end());
    return {};
  }
  void end(const std::vector<std::string>& pending) override {
    list_.pending = pending;
    whole_(std::move(list_));
  }

  const std::function<void(MemberList)> whole_;
  MemberList list_{};
};

class KnownStream final : public MemberStream {
 public:
  explicit KnownStream(std::shared_ptr<const MemberList> list)
      : list_(std::move(list)), position_(list_->members), pending_(list_->pending) {}

  Result<Piece> next(Deadline) override {
    const auto part = position_.next();
    Piece out;
    out.members.assign(part.begin(), part.end());
    if (position_.at_end()) out.pending = std::exchange(pending_, {});
    return out;
  }

 private:
  const std::shared_ptr<const MemberList> list_;
  Position<Identity> position_;
  std::vector<std::string> pending_;
};

}  // namespace

std::unique_ptr<MemberStream> stream_named(const Context& context, directory::Entry group) {
  return std::make_unique<NamedStream>(context, std::move(group));
}

std::unique_ptr<MemberStream> stream_ids(const Context& context, directory::Entry group,
                                         std::function<void(MemberList)> whole) {
  return std::make_unique<IdStream>(context, std::move(group), std::move(whole));
}

std::unique_ptr<MemberStream> stream_known(std::shared_ptr<const MemberList> list) {
  return std::make_unique<KnownStream>(std::move(list));
}

}  // namespace dirbridge::provision
