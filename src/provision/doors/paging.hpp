#pragma once
// One page of one or several types in one order, by index (RFC 7644 3.4.2.4) or beside a place (RFC 9865). A
// place is the sort key and the id of a resource, never an offset: what comes and goes elsewhere does not
// move it.
#include <span>

#include "provision/doors/reader.hpp"

namespace dirbridge::provision {

// A type and the query as it reads for that type: filter and sort are bound to the type, all else is the
// same.
struct Part {
  Reader& reader;
  Query query;
};

// Errors: those of Reader::select and Reader::load.
Result<Page> page_of(std::span<const Part> parts, Deadline deadline);

}  // namespace dirbridge::provision
