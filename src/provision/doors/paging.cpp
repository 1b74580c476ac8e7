#include "provision/doors/paging.hpp"

#include <algorithm>

namespace dirbridge::provision {

namespace {

// The selections of all parts as one sequence.
class Order {
 public:
  struct At {
    std::uint32_t part;
    std::uint32_t item;
  };

  explicit Order(const std::vector<Selected>& parts) : parts_(parts) {
    if (parts.size() == 1) return;
    for (std::uint32_t part = 0; part < parts.size(); ++part)
      for (std::uint32_t item = 0; item < parts[part].order->size(); ++item) merged_.push_back({part, item});
    std::sort(merged_.begin(), merged_.end(),
              [&](const At& a, const At& b) { return precedes(standing(a), standing(b), descending()); });
  }

  bool descending() const { return parts_.front().order->descending(); }
  std::size_t size() const { return parts_.size() == 1 ? parts_.front().order->size() : merged_.size(); }
  At at(std::size_t index) const {
    return parts_.size() == 1 ? At{0, static_cast<std::uint32_t>(index)} : merged_[index];
  }
  Standing operator[](std::size_t index) const { return standing(at(index)); }

  // How many stand before the place, without and with the resource at it.
  std::size_t before(const Place& place) const { return lower_bound(place); }
  std::size_t through(const Place& place) const {
    const auto at = lower_bound(place);
    const Standing wanted{place.key, pack_uuid(place.id)};
    return at < size() && !precedes(wanted, (*this)[at], descending()) ? at + 1 : at;
  }

 private:
  Standing standing(const At& at) const { return (*parts_[at.part].order)[at.item]; }

  std::size_t lower_bound(const Place& place) const {
    const Standing wanted{place.key, pack_uuid(place.id)};
    std::size_t from = 0;
    std::size_t count = size();
    while (count > 0) {
      const auto half = count / 2;
      if (precedes((*this)[from + half], wanted, descending())) {
        from += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return from;
  }

  const std::vector<Selected>& parts_;
  std::vector<At> merged_;  // unused for one part, which is in order already
};

struct Window {
  std::size_t from;
  std::size_t to;
};

Window window_of(const Order& order, const Query& query) {
  const auto count = static_cast<std::size_t>(query.count);
  if (query.place && query.place->side == Place::Side::Before) {
    const auto to = order.before(*query.place);
    return {to - std::min(to, count), to};
  }
  const auto from =
      query.place ? order.through(*query.place)
                  : static_cast<std::size_t>(std::min<std::uint64_t>(query.start_index - 1, order.size()));
  return {from, from + std::min(count, order.size() - from)};
}

std::optional<Place> place_at(const Order& order, std::size_t index, Place::Side side) {
  const auto standing = order[index];
  return Place{std::string(standing.key), unpack_uuid(standing.id), side};
}

struct Attempt {
  Page page;
  bool whole = true;  // nothing was gone that the order still had
};

// Loads the parts of the window and puts them into its order.
Result<> fill(Page& page, const Order& order, const Window& window, std::span<const Part> parts,
              std::vector<Selected>& selected, Deadline deadline) {
  std::vector<std::vector<json::object>> loaded;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    std::vector<UuidBytes> ids;
    for (auto i = window.from; i < window.to; ++i)
      if (order.at(i).part == part) ids.push_back(order[i].id);
    auto some = parts[part].reader.load(ids, selected[part], parts[part].query.members, deadline);
    if (!some) return some.error();
    loaded.push_back(std::move(*some));
  }
  std::vector<std::size_t> next(parts.size());
  for (auto i = window.from; i < window.to; ++i) {
    const auto part = order.at(i).part;
    if (next[part] == loaded[part].size()) continue;
    auto& resource = loaded[part][next[part]];
    if (pack_uuid(resource.at("id").get_string()) != order[i].id) continue;  // gone
    page.resources.push_back(std::move(resource));
    ++next[part];
  }
  return {};
}

Result<Attempt> attempt(std::span<const Part> parts, Age age, Deadline deadline) {
  std::vector<Selected> selected;
  for (const auto& part : parts) {
    auto one = part.reader.select(part.query, age, deadline);
    if (!one) return one.error();
    selected.push_back(std::move(*one));
  }
  const Order order(selected);
  const auto window = window_of(order, parts.front().query);
  Attempt out;
  out.page.total = order.size();
  if (window.to > window.from) {
    if (window.to < order.size()) out.page.next = place_at(order, window.to - 1, Place::Side::After);
    if (window.from > 0) out.page.previous = place_at(order, window.from, Place::Side::Before);
    if (auto done = fill(out.page, order, window, parts, selected, deadline); !done) return done.error();
  }
  out.whole = out.page.resources.size() == window.to - window.from;
  return out;
}

}  // namespace

Result<Page> page_of(std::span<const Part> parts, Deadline deadline) {
  auto first = attempt(parts, Age::Kept, deadline);
  if (!first) return first.error();
  if (first->whole) return std::move(first->page);
  auto second = attempt(parts, Age::Fresh, deadline);
  if (!second) return second.error();
  return std::move(second->page);
}

}  // namespace dirbridge::provision
