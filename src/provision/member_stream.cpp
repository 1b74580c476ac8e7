#include "provision/member_stream.hpp"

#include <algorithm>
#include <utility>

#include "provision/held_members.hpp"

namespace dirbridge::provision {

namespace {

constexpr std::size_t piece_size = 1'000;

}  // namespace

MemberStream::MemberStream(const Context& context, directory::Entry entry, Names names)
    : context_(context), names_(names), pending_(entry.attributes.take("dirbridgePendingMember")) {
  const auto& member = context.rules.group_shape.member_attribute;
  std::vector<std::string> room;
  const auto& visible = visible_members(entry.attributes, member, room);
  dns_ = &visible == &room ? std::move(room) : entry.attributes.take(member);
}

Result<MemberStream::Piece> MemberStream::next(Deadline deadline) {
  Piece out;
  while (out.empty() && at_ < dns_.size()) {
    const auto part = std::span(dns_).subspan(at_, std::min(piece_size, dns_.size() - at_));
    if (auto done = read(part, out, deadline); !done) return done.error();
    at_ += part.size();
  }
  if (at_ == dns_.size()) out.pending = std::exchange(pending_, {});
  return out;
}

Result<> MemberStream::read(std::span<const std::string> dns, Piece& piece, Deadline deadline) const {
  if (names_ == Names::With) {
    auto members = name_members(context_, dns, deadline);
    if (!members) return members.error();
    piece.named = std::move(*members);
    return {};
  }
  const auto identities = identify(context_, dns, deadline);
  if (!identities) return identities.error();
  piece.members.reserve(identities->size());
  for (const auto& identity : *identities)
    if (identity) piece.members.push_back(*identity);
  return {};
}

}  // namespace dirbridge::provision
