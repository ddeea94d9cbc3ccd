#include "libcore/flow/refused_rows.h"

namespace penstock {

RefusedCounts refused_by(std::span<const MovedRows> processes) {
  RefusedCounts refused;
  for (const MovedRows& moved : processes) {
    add(refused,
        {moved.null_values, moved.left_out_lines, moved.left_out_records, moved.faulty_headers});
  }
  return refused;
}

void add(RefusedCounts& to, const RefusedCounts& more) {
  to.values += more.values;
  to.lines += more.lines;
  to.records += more.records;
  to.headers += more.headers;
}

}  // namespace penstock
