#include "support/faulty_directory.hpp"

namespace dirbridge::test {

namespace {

bool is_away(FaultyDirectory::Kind kind) {
  return kind == FaultyDirectory::Kind::Away || kind == FaultyDirectory::Kind::AwayForNow;
}

Error away() {
  return error(ErrorKind::Unavailable, "the directory is away");
}

Error answer_of(FaultyDirectory::Kind kind) {
  if (is_away(kind)) return away();
  if (kind == FaultyDirectory::Kind::Refuses)
    return error(ErrorKind::Denied, "the directory answered insufficientAccessRights",
                 "insufficientAccessRights");
  return error(ErrorKind::OutcomeUnknown, "the connection died");
}

}  // namespace

void FaultyDirectory::fail(Kind kind, std::size_t after_operations) {
  kind_ = kind;
  left_ = after_operations;
  failed_ = false;
}

void FaultyDirectory::work() {
  kind_.reset();
}

std::optional<FaultyDirectory::Kind> FaultyDirectory::struck(bool is_change) {
  ++operations_;
  if (!kind_) return std::nullopt;
  if (left_ > 0) {
    --left_;
    return std::nullopt;
  }
  if (!is_change && !is_away(*kind_)) return std::nullopt;
  failed_ = true;
  const auto kind = *kind_;
  if (kind != Kind::AwayForNow) kind_.reset();
  return kind;
}

Result<> FaultyDirectory::seen() {
  return struck(false) ? Result<>(away()) : Result<>();
}

Result<> FaultyDirectory::search(const directory::SearchRequest& r, Deadline d, const Sink& sink) {
  if (auto fine = seen(); !fine) return fine;
  return ForwardingDirectory::search(r, d, sink);
}

std::vector<Result<std::vector<directory::Entry>>> FaultyDirectory::search_all(
    std::span<const directory::SearchRequest> r, Deadline d) {
  if (auto fine = seen(); !fine) return {r.size(), Result<std::vector<directory::Entry>>(fine.error())};
  return ForwardingDirectory::search_all(r, d);
}

Result<> FaultyDirectory::search_each(std::span<const directory::SearchRequest> r, Deadline d,
                                      const Sink& sink) {
  if (auto fine = seen(); !fine) return fine;
  return ForwardingDirectory::search_each(r, d, sink);
}

Result<std::optional<directory::Entry>> FaultyDirectory::apply(const directory::Change& change,
                                                               const std::vector<std::string>& read_back,
                                                               Deadline d) {
  const auto kind = struck(true);
  if (kind && kind != Kind::AnswerLost) return answer_of(*kind);
  auto done = ForwardingDirectory::apply(change, read_back, d);
  if (kind) return answer_of(*kind);
  return done;
}

std::vector<Result<>> FaultyDirectory::apply_all(std::span<const directory::Change> changes, Deadline d) {
  std::vector<Result<>> out;
  for (const auto& change : changes) {
    auto done = apply(change, {}, d);
    out.push_back(done ? Result<>() : Result<>(done.error()));
  }
  return out;
}

directory::Directory::Mixed FaultyDirectory::apply_and_search(
    const directory::Change& change, const std::vector<std::string>& read_back,
    std::span<const directory::SearchRequest> searches, Deadline d) {
  auto done = apply(change, read_back, d);
  return {std::move(done), search_all(searches, d)};
}

}  // namespace dirbridge::test
