#pragma once
// Active Directory, or Samba as one, as a directory like any other: translates what passes to and from the
// directory behind it, in both directions (ad_words.hpp, ad_requests.hpp). What it does beyond that:
//
// - Only entries that exist can be members, and memberships follow renames and deletions by themselves: of
//   the members that a change names, those that are no entries are left out.
// - A membership that is there may be added, and one that is not removed, where Modify::permissive says so.
// - Disabling changes one bit of userAccountControl; the others stay as they are.
// - Classes are added to an entry one step before the attributes that they allow.
// - Values that the server gives in parts (ranges) are read to the end.
// - A group's pre-Windows 2000 name follows its name.
//
// Errors and threads as of directory::Directory, which outlives this.
#include "directory/directory.hpp"
#include "ldap/ad/words.hpp"

namespace dirbridge::ldap::ad {

class ActiveDirectory final : public directory::Directory {
 public:
  ActiveDirectory(directory::Directory& server, Settings settings);

  Result<> search(const directory::SearchRequest& request, Deadline deadline, const Sink& sink) override;
  std::vector<Result<std::vector<directory::Entry>>> search_all(
      std::span<const directory::SearchRequest> requests, Deadline deadline) override;
  Result<> search_each(std::span<const directory::SearchRequest> requests, Deadline deadline,
                       const Sink& sink) override;
  Result<std::optional<directory::Entry>> apply(const directory::Change& change,
                                                const std::vector<std::string>& read_back,
                                                Deadline deadline) override;
  std::vector<Result<>> apply_all(std::span<const directory::Change> changes, Deadline deadline) override;
  Mixed apply_and_search(const directory::Change& change, const std::vector<std::string>& read_back,
                         std::span<const directory::SearchRequest> searches, Deadline deadline) override;
  Result<directory::Capabilities> capabilities(Deadline deadline) override;

 private:
  using Answer = Result<std::optional<directory::Entry>>;

  std::vector<directory::SearchRequest> translated(std::span<const directory::SearchRequest> requests) const;
  Result<directory::Entry> taken_in(directory::Entry entry, Deadline deadline);
  Result<std::vector<directory::Entry>> all_taken_in(Result<std::vector<directory::Entry>> found,
                                                     Deadline deadline);
  Answer apply_translated(const directory::Change& change, const std::vector<std::string>& read_back,
                          Deadline deadline);
  Result<bool> leave_spelling(directory::Change& change, Deadline deadline);
  Answer apply_possible(directory::Change change, const std::vector<std::string>& read_back,
                        Deadline deadline);
  Answer apply_lock(const directory::Change& change, std::optional<directory::Change> rest, bool locked,
                    const std::vector<std::string>& read_back, Deadline deadline);
  std::optional<directory::Change> without_taken_name(const directory::Change& change, const Answer& done,
                                                      Deadline deadline);
  Result<bool> keep_what_applies(directory::Change& change, Deadline deadline);
  void follow_rename(const directory::Change& change, Deadline deadline);

  directory::Directory& server_;
  const Settings settings_;
};

}  // namespace dirbridge::ldap::ad
