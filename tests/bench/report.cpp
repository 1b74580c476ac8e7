#include "report.hpp"

#include <array>
#include <boost/json.hpp>
#include <fstream>

namespace dirbridge::bench {
namespace {

constexpr double idle_aim_kb = 24 * 1024;
constexpr double connection_aim_kb = 16;

double per(double amount, double count) {
  return count > 0 ? amount / count : 0;
}

const char* verdict(bool met) {
  return met ? "met" : "MISSED";
}

std::string aim_text(const Series& series) {
  if (!series.work.aim) return "-";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f %s", *series.work.aim,
                verdict(spread(series.ratios).median >= *series.work.aim));
  return text.data();
}

std::string ratio_text(const Series& series) {
  const Spread ratio = spread(series.ratios);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f [%.2f..%.2f]", ratio.median, ratio.low, ratio.high);
  return text.data();
}

void print_resident(const char* what, const Memory& memory) {
  std::printf("  %-34s %7.1f MB (anonymous %.1f, peak %.1f)  aim 24 MB %s\n", what,
              static_cast<double>(memory.resident_kb) / 1024, static_cast<double>(memory.anonymous_kb) / 1024,
              static_cast<double>(memory.peak_kb) / 1024,
              verdict(static_cast<double>(memory.resident_kb) <= idle_aim_kb));
}

boost::json::object to_json(const SideResult& side) {
  const Spread rate = spread(side.rates);
  return {{"rate", rate.median},
          {"rate_low", rate.low},
          {"rate_high", rate.high},
          {"p50_us", percentile(side.latencies_us, 0.50)},
          {"p99_us", percentile(side.latencies_us, 0.99)},
          {"requests", side.requests},
          {"units", side.units},
          {"bridge_cpu_us_per_unit", per(side.bridge_cpu_us, side.units)},
          {"slapd_cpu_us_per_unit", per(side.slapd_cpu_us, side.units)},
          {"generator_cpu_us_per_unit", per(side.generator_cpu_us, side.units)}};
}

boost::json::object to_json(const Series& series) {
  const Spread ratio = spread(series.ratios);
  boost::json::object object{{"name", series.work.name},
                             {"unit", series.work.unit},
                             {"in_flight", series.work.in_flight},
                             {"ratio", ratio.median},
                             {"ratio_low", ratio.low},
                             {"ratio_high", ratio.high},
                             {"bridge", to_json(series.bridge)},
                             {"direct", to_json(series.direct)},
                             {"foreign_cpu_share", series.foreign_share},
                             {"failed", series.failed},
                             {"problem", series.problem}};
  if (series.work.aim) object["aim"] = *series.work.aim;
  return object;
}

boost::json::object to_json(const Memory& memory) {
  return {{"resident_kb", memory.resident_kb},
          {"anonymous_kb", memory.anonymous_kb},
          {"peak_kb", memory.peak_kb}};
}

}  // namespace

void print_heading(const Options& options) {
  std::printf("%zu users, %s, member index %s, fsync %s, %zu pairs of slices of %lld ms\n\n", options.users,
              options.ldapi ? "ldapi" : "ldap over TCP", options.tuned ? "off" : "on",
              options.fsync ? "on" : "off", options.pairs, static_cast<long long>(options.slice.count()));
  std::printf("%-30s %3s | %-27s | %-27s | %-19s %-12s | %-21s | %s\n", "", "in",
              "bridge: rate    p50    p99", "direct: rate    p50    p99", "ratio", "aim",
              "CPU us: bridge  slapd", "slapd  others");
  std::printf("%-30s %3s | %-27s | %-27s | %-19s %-12s | %-21s | %s\n", "work", "fl.",
              "          /s     ms     ms", "          /s     ms     ms", "bridge/direct", "",
              "   through the bridge", "direct CPU");
}

void print_series(const Series& series) {
  const auto side = [](const SideResult& result) {
    std::printf(" %12.0f %6.2f %6.2f |", spread(result.rates).median,
                percentile(result.latencies_us, 0.50) / 1000, percentile(result.latencies_us, 0.99) / 1000);
  };
  std::printf("%-30s %3zu |", series.work.name.c_str(), series.work.in_flight);
  side(series.bridge);
  side(series.direct);
  std::printf(" %-19s %-12s | %14.1f %6.1f | %6.1f %3.0f %%\n", ratio_text(series).c_str(),
              aim_text(series).c_str(), per(series.bridge.bridge_cpu_us, series.bridge.units),
              per(series.bridge.slapd_cpu_us, series.bridge.units),
              per(series.direct.slapd_cpu_us, series.direct.units), series.foreign_share * 100);
  if (!series.problem.empty())
    std::printf("  VERIFICATION FAILED (%zu requests refused): %s\n", series.failed, series.problem.c_str());
  std::fflush(stdout);
}

void print_memory(const MemoryUse& memory) {
  std::printf("\nresident memory of the bridge\n");
  print_resident("idle", memory.idle);
  print_resident(("after listing " + std::to_string(memory.listed) + " users").c_str(), memory.after_listing);
  print_resident("after everything", memory.at_end);
  std::printf("  %-34s %7.1f KB  aim 16 KB %s\n", "each idle keep-alive connection", memory.connection_kb,
              verdict(memory.connection_kb <= connection_aim_kb));
  if (!memory.problem.empty()) std::printf("  VERIFICATION FAILED: %s\n", memory.problem.c_str());
}

Result<> write_json(const std::string& path, const Options& options, const std::vector<Series>& series,
                    const MemoryUse& memory) {
  boost::json::array list;
  for (const Series& each : series) list.push_back(to_json(each));
  const boost::json::object document{{"users", options.users},
                                     {"ldapi", options.ldapi},
                                     {"member_index", !options.tuned},
                                     {"fsync", options.fsync},
                                     {"pairs", options.pairs},
                                     {"slice_ms", options.slice.count()},
                                     {"series", std::move(list)},
                                     {"memory",
                                      {{"idle", to_json(memory.idle)},
                                       {"after_listing", to_json(memory.after_listing)},
                                       {"at_end", to_json(memory.at_end)},
                                       {"listed", memory.listed},
                                       {"kb_per_idle_connection", memory.connection_kb},
                                       {"problem", memory.problem}}}};
  std::ofstream out(path);
  out << boost::json::serialize(document) << '\n';
  out.close();
  if (!out) return error(ErrorKind::Internal, "cannot write " + path);
  return {};
}

}  // namespace dirbridge::bench
