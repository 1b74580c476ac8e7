#pragma once
// A group with very many members as an answer: sent while the members are read, never whole in memory.
#include <string>

#include "http/message.hpp"
#include "provision/doors/resources.hpp"
#include "scim/projection.hpp"

namespace dirbridge::server {

// `group.members` is set. The first piece ends with the opening bracket of the members, the last one closes
// it; between them come elements, each piece after the first with a comma in front. An error after the first
// piece cuts the connection: a cut answer cannot pass for a whole one.
http::Response answer_large(const scim::ResourceType& type, provision::Opened group,
                            const std::string& base_url, const scim::Projection& projection);

}  // namespace dirbridge::server
