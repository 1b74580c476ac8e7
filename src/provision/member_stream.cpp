#include "provision/member_stream.hpp"

#include <algorithm>
#include <utility>

namespace dirbridge::provision {

namespace {

constexpr std::size_t piece_size = 1'000;

}  // namespace

MemberStream::MemberStream(const Context& context, directory::Entry entry, Names names)
    : context_(context),
      names_(names),
      dns_(entry.attributes.take(context.rules.group_shape.member_attribute)),
      pending_(entry.attributes.take("dirbridgePendingMember")) {}

Result<MemberStream::Piece> MemberStream::next(Deadline deadline) {
  Piece out;
  while (out.members.empty() && at_ < dns_.size()) {
    const auto part = std::span(dns_).subspan(at_, std::min(piece_size, dns_.size() - at_));
    auto members = named(part, deadline);
    if (!members) return members.error();
    out.members = std::move(*members);
    at_ += part.size();
  }
  if (at_ == dns_.size()) out.pending = std::exchange(pending_, {});
  return out;
}

Result<std::vector<Member>> MemberStream::named(std::span<const std::string> dns, Deadline deadline) const {
  if (names_ == Names::With) return name_members(context_, dns, deadline);
  auto identities = identify(context_, dns, deadline);
  if (!identities) return identities.error();
  std::vector<Member> out;
  out.reserve(identities->size());
  for (auto& identity : *identities)
    if (identity) out.push_back({std::move(identity->id), identity->is_group ? "Group" : "User", {}, {}});
  return out;
}

}  // namespace dirbridge::provision
