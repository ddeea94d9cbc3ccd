#include "libcore/ops/scan/pattern_lines.h"

#include <string_view>
#include <utility>
#include <vector>

#include "libcore/expr/functions/line_pattern.h"

namespace penstock {
namespace {

std::vector<LineSplitter::Column> columns_of(const LinePattern& pattern) {
  std::vector<LineSplitter::Column> columns;
  for (const std::string& name : pattern.names())
    columns.push_back({name, nullptr});
  return columns;
}

class PatternSplitter : public LineSplitter {
 public:
  explicit PatternSplitter(std::shared_ptr<const LinePattern> pattern)
      : LineSplitter(columns_of(*pattern)), pattern_(std::move(pattern)) {}

  bool split(LineText& text, int32_t begin, int32_t end, LineField* fields,
             LineFault& fault) const override {
    constexpr size_t kUsual = 32;
    std::string_view usual[kUsual];
    std::vector<std::string_view> many;
    const size_t count = columns().size();
    if (count > kUsual) many.resize(count);
    std::string_view* groups = count > kUsual ? many.data() : usual;
    const char* data = text.data();
    if (!pattern_->match({data + begin, static_cast<size_t>(end - begin)}, groups)) {
      fault.reason = "line does not match the pattern";
      return false;
    }
    for (size_t i = 0; i < count; ++i) {
      if (groups[i].empty()) continue;
      const auto at = static_cast<int32_t>(groups[i].data() - data);
      fields[i] = {at, at + static_cast<int32_t>(groups[i].size())};
    }
    return true;
  }

 private:
  std::shared_ptr<const LinePattern> pattern_;
};

}  // namespace

LineSplitterPtr make_pattern_splitter(const std::string& pattern) {
  return std::make_shared<PatternSplitter>(LinePattern::compile(pattern));
}

}  // namespace penstock
