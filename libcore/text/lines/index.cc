#include "libcore/text/lines/index.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

constexpr const char* kSkipLineAdvice = "use --on-error=skip to leave such lines out";

// Calls `take` as each_line() does, but is compiled for it.
template <typename Take>
void walk_lines(const char* data, int64_t size, const Take& take) {
  for (int64_t at = 0; at < size;) {
    const void* newline = std::memchr(data + at, '\n', static_cast<size_t>(size - at));
    const int64_t next = newline == nullptr ? size : static_cast<const char*>(newline) - data;
    int64_t end = next;
    if (end > at && data[end - 1] == '\r') --end;
    if (end > at) take(static_cast<int32_t>(at), static_cast<int32_t>(end));
    at = next + 1;
  }
}

CsvProblem problem_of(int32_t begin, int32_t end, LineFault fault) {
  CsvProblem problem;
  problem.offset = begin;
  problem.size = end - begin;
  problem.whole = true;
  problem.reason = std::move(fault.reason);
  problem.advice = fault.advice.empty() ? kSkipLineAdvice : std::move(fault.advice);
  return problem;
}

}  // namespace

CsvShape line_shape(size_t fields) {
  std::vector<int64_t> ends(2 * fields + 1);
  std::iota(ends.begin(), ends.end(), int64_t{0});
  return {'\n', false, false, std::ssize(ends), ends};
}

void index_lines(const LineSplitter& splitter, const TextChunk& chunk, LineText& text,
                 const std::vector<int64_t>& places, CsvIndex& index,
                 std::vector<CsvProblem>& problems) {
  const size_t slots = 2 * places.size() + 2;
  std::vector<LineField> fields(splitter.columns().size());
  index.positions.resize(0);
  index.records = 0;
  index.stride = static_cast<int64_t>(slots);
  index.regular = true;
  index.misquoted = index.doubled = index.ascii = index.sifted = false;
  index.has_nul = std::memchr(chunk.data, '\0', static_cast<size_t>(chunk.size)) != nullptr;
  index.newlines = count_byte(chunk.data, chunk.size, '\n');
  LineFault fault;
  walk_lines(text.data(), chunk.size, [&](int32_t begin, int32_t end) {
    std::fill(fields.begin(), fields.end(), LineField{});
    if (!splitter.split(text, begin, end, fields.data(), fault)) {
      problems.push_back(problem_of(begin, end, std::exchange(fault, {})));
      return;
    }
    const int64_t at = index.positions.size();
    index.positions.resize(at + static_cast<int64_t>(slots * sizeof(int32_t)));
    auto* slot = reinterpret_cast<int32_t*>(index.positions.data() + at);
    *slot++ = begin - 1;
    for (int64_t place : places) {
      const LineField& field = fields[static_cast<size_t>(place)];
      *slot++ = field.begin - 1;
      *slot++ = field.end;
    }
    *slot = end;
    ++index.records;
  });
}

void sample_lines(const LineSplitter& splitter, std::string_view text, const CsvSampling& sampling,
                  std::vector<TypeGuess>& guesses) {
  LineText lines(text);
  LineFault fault;
  std::vector<LineField> fields(splitter.columns().size());
  walk_lines(text.data(), std::ssize(text), [&](int32_t begin, int32_t end) {
    std::fill(fields.begin(), fields.end(), LineField{});
    if (!splitter.split(lines, begin, end, fields.data(), fault)) {
      fault = {};
      return;
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!sampling.wanted[i] || fields[i].is_null()) continue;
      std::string_view value(lines.data() + fields[i].begin,
                             static_cast<size_t>(fields[i].end - fields[i].begin));
      if (sampling.style.is_null(value)) continue;
      const bool is_quoted = splitter.has_quotes() && value.front() == '"';
      if (is_quoted) value = value.substr(1, value.size() - 2);
      guesses[i].see(value, sampling.format, sampling.style);
    }
  });
}

}  // namespace penstock
