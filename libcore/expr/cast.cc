#include "libcore/expr/cast.h"

namespace penstock {

Cast find_cast(const TypePtr& from, const TypePtr& to) {
  if (equals(*from, *to)) {
    return {[](const KernelCall& call) { return call.arguments[0].column; }, false};
  }
  if (from->id == TypeId::kNull) {
    return {[](const KernelCall& call) { return make_null_column(call.type(), call.rows); }, false};
  }
  if (Cast cast = find_text_cast(from, to); cast.kernel) return cast;
  if (Cast cast = find_number_cast(from, to); cast.kernel) return cast;
  return find_time_cast(from, to);
}

}  // namespace penstock
