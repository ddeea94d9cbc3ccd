#include "libcore/text/csv/reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {

CsvReporter::CsvReporter(ByteSource& source, const CsvReadOptions& options,
                         TextChunkOptions chunking, std::shared_ptr<const CsvPlan> plan,
                         CsvStart start)
    : source_(source),
      options_(options),
      chunking_(chunking),
      plan_(std::move(plan)),
      start_(std::move(start)),
      lines_(start_.lines),
      lines_to_(start_.begin) {}

void CsvReporter::report(const CsvParsedChunk& parsed) {
  // The scan of the first record reports the header.
  if (start_.header && parsed.begin == start_.begin && options_.on_reject) {
    options_.on_reject(*std::exchange(start_.header, std::nullopt));
  }
  for (const CsvComplaint& complaint : parsed.complaints)
    report(complaint, parsed);
  if (parsed.begin == lines_to_) {
    lines_ += parsed.newlines;
    lines_to_ += parsed.size;
  }
}

void CsvReporter::report(const CsvComplaint& complaint, const CsvParsedChunk& chunk) {
  const CsvProblem& problem = complaint.problem;
  auto line = [&] { return 1 + lines_before(chunk.begin, problem) + complaint.line; };
  if (options_.on_error == OnError::kFail || chunk.last) throw_record(line(), problem);
  if (!options_.on_reject) return;
  Reject reject;
  reject.file = source_.name();
  if (options_.reject_lines) reject.line = line();
  reject.column = column_of(problem);
  reject.reason = problem.reason;
  reject.record = complaint.record;
  bool left_out = problem.whole || options_.on_error == OnError::kSkip;
  reject.fate = left_out ? Reject::Fate::kLeftOut : Reject::Fate::kNull;
  reject.lines = complaint.lines;
  options_.on_reject(reject);
}

// Both the place that was counted to and the new one are beginnings of records where the reading
// after faults has them.
int64_t CsvReporter::count_to(int64_t offset) {
  TextChunks chunks = chunks_from(lines_to_, offset);
  while (std::optional<TextChunk> chunk = chunks.next())
    lines_ += plan_->scanner.count_lines(text_of(*chunk));
  lines_to_ = chunks.offset();
  return lines_to_;
}

TextChunks CsvReporter::chunks_from(int64_t begin, std::optional<int64_t> stop) {
  TextChunkOptions options = chunking_;
  options.begin = begin;
  options.stop = stop;
  TextChunks chunks(source_, options);
  chunks.judge_by(make_csv_judge(plan_->dialect, plan_->scanner.width()), plan_->dialect.quotes);
  return chunks;
}

// Returns the number of line ends before the chunk at `begin`, for the line number of this problem.
int64_t CsvReporter::lines_before(int64_t begin, const CsvProblem& problem) {
  bool is_part = is_shared() || options_.partitions > 1;
  if (is_cut_by_quotes() && is_part) {
    return lines_before_fault(begin, begin + problem.offset, problem.whole);
  }
  if (begin != lines_to_) count_to(begin);
  return lines_;
}

// Returns the number of line ends before the chunk at `chunk_begin`, for the line number of a fault
// at `offset`. A fault before the chunk may be why the chunk begins there: then that fault is
// thrown. `whole`: a later fault may be the reason as well.
int64_t CsvReporter::lines_before_fault(int64_t chunk_begin, int64_t offset, bool whole) {
  TextChunks chunks = chunks_from(start_.begin, std::nullopt);
  int64_t lines = start_.lines;
  int64_t before = start_.lines;
  while (chunks.offset() <= offset || whole) {
    int64_t begin = chunks.offset();
    std::optional<TextChunk> chunk = chunks.next();
    if (!chunk) break;
    if (!chunk->refused.empty()) {
      const CsvProblem& problem = chunk->refused.front();
      if (begin + problem.offset > offset && !whole) break;
      lines += plan_->scanner.count_lines(
          text_of(*chunk).substr(0, static_cast<size_t>(problem.offset)));
      throw_record(1 + lines + problem.line, problem);
    }
    if (begin < chunk_begin) {
      int64_t size = std::min(chunk->size, chunk_begin - begin);
      before += plan_->scanner.count_lines(text_of(*chunk).substr(0, static_cast<size_t>(size)));
    }
    lines += plan_->scanner.count_lines(text_of(*chunk));
  }
  if (whole && !is_shared()) throw_wrong_cut();
  return before;
}

// Empty for a problem of the whole record, and for a field beyond the header's.
std::string CsvReporter::column_of(const CsvProblem& problem) const {
  bool known = problem.column >= 0 && problem.column < std::ssize(plan_->names);
  return known ? plan_->names[static_cast<size_t>(problem.column)] : std::string();
}

void CsvReporter::throw_record(int64_t line, const CsvProblem& problem) const {
  std::string column = column_of(problem);
  if (!column.empty()) column = "column '" + column + "': ";
  throw Error(
      fmt::format("{}:{}: {}{}; {}", source_.name(), line, column, problem.reason, problem.advice));
}

void CsvReporter::throw_wrong_cut() const {
  throw Error(fmt::format(
      "{}: --partition {}/{}: a cut lies in a quoted field that looks like records; read the "
      "file as a whole, or in chunks (--chunks)",
      source_.name(), options_.partition, options_.partitions));
}

}  // namespace penstock
