#include "libcore/table/checkpoint/retention.h"

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr const char* kRetention = "delta.deletedFileRetentionDuration";

constexpr std::array<std::pair<std::string_view, int64_t>, 6> kUnits = {{{"week", 604'800'000},
                                                                         {"day", 86'400'000},
                                                                         {"hour", 3'600'000},
                                                                         {"minute", 60'000},
                                                                         {"second", 1'000},
                                                                         {"millisecond", 1}}};

std::optional<int64_t> milliseconds_of(std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const auto& [name, milliseconds] : kUnits) {
    if (unit == name) return milliseconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> parse_retention(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  std::string unit;
  int64_t total = 0;
  bool has_any = false;
  if (!(words >> word) || word != "interval") return std::nullopt;
  while (words >> word) {
    const std::optional<int64_t> count = parse_int64(word);
    if (!count || *count < 0 || !(words >> unit)) return std::nullopt;
    const std::optional<int64_t> each = milliseconds_of(unit);
    int64_t part = 0;
    if (!each || __builtin_mul_overflow(*count, *each, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    has_any = true;
  }
  if (!has_any) return std::nullopt;
  return total;
}

int64_t retention_of(const TableMetadata& metadata) {
  const std::string text = metadata.configured(kRetention);
  if (text.empty()) return kDefaultRetention;
  if (const std::optional<int64_t> kept = parse_retention(text)) return *kept;
  throw Error(fmt::format("{} is '{}', which is not a time as in 'interval 7 days'", kRetention,
                          printable(text)));
}

}  // namespace penstock
