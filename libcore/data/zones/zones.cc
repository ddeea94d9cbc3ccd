#include "libcore/data/zones/zones.h"

#include <algorithm>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

void check_member(const ColumnPtr& member, const Type& type, int64_t count, const std::string& of) {
  if (member == nullptr) return;
  if (member->length != count) {
    throw Error("the zones have " + std::to_string(member->length) + " " + of + ", not " +
                std::to_string(count));
  }
  if (!equals(*member->type, type)) {
    throw Error("the zones' " + of + " are " + member->type->to_string() + ", not " +
                type.to_string());
  }
}

void check_counts(const ColumnPtr& member, int64_t count, const std::string& of) {
  check_member(member, *int64_type(), count, of);
  for (int64_t i = 0; member != nullptr && i < count; ++i) {
    if (member->is_valid(i) && member->data<int64_t>()[i] < 0)
      throw Error("the zones have a negative number of " + of);
  }
}

}  // namespace

Zones make_unknown_zones(const Schema& schema, int64_t count) {
  return {count, nullptr, std::vector<ZoneColumn>(schema.size())};
}

void check_zones(const Zones& zones, const Schema& schema) {
  if (zones.count < 0) throw Error("a negative number of zones");
  if (zones.columns.size() != schema.size()) {
    throw Error("the zones have " + std::to_string(zones.columns.size()) + " columns, not " +
                std::to_string(schema.size()));
  }
  check_counts(zones.rows, zones.count, "rows");
  for (size_t k = 0; k < schema.size(); ++k) {
    const ZoneColumn& column = zones.columns[k];
    const std::string of = " of column '" + printable(schema[k].name) + "'";
    const TypePtr type = plain(schema[k].type);
    check_member(column.min, *type, zones.count, "minima" + of);
    check_member(column.max, *type, zones.count, "maxima" + of);
    check_counts(column.nulls, zones.count, "nulls" + of);
    if (column.nulls == nullptr || zones.rows == nullptr) continue;
    for (int64_t i = 0; i < zones.count; ++i) {
      if (column.nulls->is_valid(i) && zones.rows->is_valid(i) &&
          column.nulls->data<int64_t>()[i] > zones.rows->data<int64_t>()[i])
        throw Error("a zone has more nulls" + of + " than rows");
    }
  }
}

}  // namespace penstock
