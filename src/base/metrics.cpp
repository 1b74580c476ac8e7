#include "base/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace dirbridge::metrics {

prometheus::Registry& registry() {
  static prometheus::Registry instance;
  return instance;
}

std::string to_text() {
  return prometheus::TextSerializer().Serialize(registry().Collect());
}

}  // namespace dirbridge::metrics
