#pragma once
// Who has a name already in what the products read: a login name anywhere below user_base (and where disabled
// users are), a group's name anywhere below group_base, whatever the entries' own DNs. The server says so, by
// its matching rules. All of it are look-ups; the searches can ride along with others.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/context.hpp"

namespace dirbridge::provision {

std::vector<directory::SearchRequest> searches_for_login(const Context& context, std::string_view login);
std::vector<directory::SearchRequest> searches_for_group_name(const Context& context, std::string_view name);

using Found = std::vector<Result<std::vector<directory::Entry>>>;
// The first entry that has another dirbridgeId than `id`, or none at all, and is not at `except`; what they
// read of it is whose it is. A base that is not there has nobody.
Result<std::optional<directory::Entry>> other_holder(
    std::span<const Result<std::vector<directory::Entry>>> found, std::string_view id,
    const directory::Dn& except = {});

// The same as one look-up, for somebody who is to have all of these; none without one.
Result<std::optional<directory::Entry>> other_with_any_login(const Context& context,
                                                             const std::vector<std::string>& logins,
                                                             std::string_view id, Deadline deadline,
                                                             const directory::Dn& except = {});

// Why the name is not to be had, for the answer and the log: the DN, whose it is, and the remedy. `adopt`:
// the option by which the connection takes up entries that are there.
std::string why_taken(const Context& context, const directory::Entry& holder, std::string_view adopt);

// What an administrator has to settle: one line in the log, always of this form.
void log_conflict(const Context& context, std::string_view user_name, std::string_view detail);
// Uniqueness.
Error user_name_in_use(std::string_view user_name, std::string_view why);
// The same, logged as a conflict.
Error user_name_taken(const Context& context, std::string_view user_name, std::string_view why);
// The same with whose it is and what can be done.
Error user_name_taken_by(const Context& context, std::string_view user_name, const directory::Entry& holder);

// An entry of nobody, or one that its connection's identity provider has deleted.
bool is_to_be_had(const directory::Entry& entry);

}  // namespace dirbridge::provision
