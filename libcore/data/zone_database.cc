#include "libcore/data/zone_database.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/late_library.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

using Instant = cctz::time_point<cctz::seconds>;

constexpr const char* kZoneDirectory = "/usr/share/zoneinfo/";
constexpr std::string_view kMagic = "TZif";

// cctz continues a zone with a rule for 400 years after the last change in its file, which no file
// has before 1900. The last change of a zone without a rule is long past by then.
constexpr int64_t kOnlyByRule = 10'413'792'000;  // 2300-01-01

// A member function of cctz. In the C++ ABI of all Unix compilers, a pointer to one that is not
// virtual is its address and an offset for `this`, which is 0 here.
template <typename Function>
void find(const LateLibrary& library, const char* name, Function& function) {
  struct {
    void* address;
    ptrdiff_t adjustment;
  } found{nullptr, 0};
  library.find(name, found.address);
  static_assert(sizeof function <= sizeof found);
  std::memcpy(&function, &found, sizeof function);
}

// The functions that are used here, by the names that the linker has for them.
struct Cctz {
  bool (*load_time_zone)(const std::string&, cctz::time_zone*);
  cctz::time_zone::absolute_lookup (cctz::time_zone::*lookup)(const Instant&) const;
  bool (cctz::time_zone::*next_transition)(const Instant&,
                                           cctz::time_zone::civil_transition*) const;
};

Cctz find_functions() {
  const LateLibrary library("libcctz.so.2",
                            "install cctz's library, for time zones by name need it");
  Cctz functions{};
  find(library,
       "_ZN4cctz14load_time_zoneERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPNS_9time_"
       "zoneE",
       functions.load_time_zone);
  find(library,
       "_ZNK4cctz9time_zone6lookupERKNSt6chrono10time_pointINS1_3_V212system_clockENS1_8durationI"
       "lSt5ratioILl1ELl1EEEEEE",
       functions.lookup);
  find(library,
       "_ZNK4cctz9time_zone15next_transitionERKNSt6chrono10time_pointINS1_3_V212system_clockENS1_"
       "8durationIlSt5ratioILl1ELl1EEEEEEPNS0_16civil_transitionE",
       functions.next_transition);
  return functions;
}

const Cctz& functions() {
  static const Cctz kFunctions = find_functions();
  return kFunctions;
}

bool is_zone_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[kMagic.size()] = {};
  file.read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == kMagic;
}

}  // namespace

std::optional<ZoneHistory> read_zone(const std::string& name) {
  // Uses a whole path. Otherwise cctz would search the directory in the environment's TZDIR, and a
  // flow's answer must not depend on a host's environment.
  const std::string path = kZoneDirectory + name;
  cctz::time_zone zone;
  if (!functions().load_time_zone(path, &zone)) {
    if (!is_zone_file(path)) return std::nullopt;
    throw Error("time zone '" + name + "': its file is damaged; install the package tzdata again");
  }
  auto offset_at = [&](int64_t seconds) {
    return static_cast<int32_t>((zone.*functions().lookup)(Instant(cctz::seconds(seconds))).offset);
  };
  ZoneHistory history;
  int64_t at = std::numeric_limits<int64_t>::min();
  int32_t offset = history.first_offset = offset_at(at);
  cctz::time_zone::civil_transition change;
  while ((zone.*functions().next_transition)(Instant(cctz::seconds(at)), &change)) {
    // What clocks showed when they were changed, less the offset until then.
    int64_t next = (change.from - cctz::civil_second(1970, 1, 1)) - offset;
    PENSTOCK_CHECK(next > at);
    at = next;
    offset = offset_at(at);
    history.changes.push_back(at);
    history.offsets.push_back(offset);
  }
  history.repeats = at >= kOnlyByRule;
  return history;
}

void load_zone_library() {
  functions();
}

}  // namespace penstock
