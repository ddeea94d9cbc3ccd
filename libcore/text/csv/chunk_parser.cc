#include "libcore/text/csv/chunk_parser.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv/faults.h"
#include "libcore/text/lines/index.h"

namespace penstock {
namespace {

// Some of a chunk's records on their way to a batch.
class SliceParser {
 public:
  SliceParser(const CsvPlan& plan, const CsvChunkView& view, std::vector<CsvProblem>& problems)
      : plan_(plan), view_(view), problems_(problems), made_(plan.columns.size()) {}

  // Empty when no row is left.
  std::optional<Batch> parse() {
    if (plan_.check_all) check_all();
    if (plan_.filter && !apply_filter()) return std::nullopt;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      bool wanted = std::find(plan_.output.begin(), plan_.output.end(), i) != plan_.output.end();
      if (wanted && made_[i] == nullptr) convert(i);
    }
    Batch batch{plan_.schema, view_.rows, {}};
    for (size_t i : plan_.output)
      batch.columns.push_back(made_[i]);
    if (!dropped_.empty()) batch = take(batch, kept_rows());
    if (batch.rows == 0) return std::nullopt;
    return batch;
  }

 private:
  // Finds the faults of every column while all rows are there.
  void check_all() {
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      bool may_fail = plan_.columns[i].type->id != TypeId::kUtf8 || view_.check_text;
      if (may_fail) convert(i);
    }
  }

  void convert(size_t i) {
    const CsvPlan::Column& column = plan_.columns[i];
    failed_.clear();
    const DateFormat* format = plan_.date_format ? &*plan_.date_format : nullptr;
    const CsvColumnView view = view_.sifted ? sifted_view(i) : column.view;
    made_[i] = convert_column(view_, view, column.type, column.origin, format, failed_);
    for (int64_t row : failed_)
      complain(row, column, view, format);
  }

  // Where the column is in the slots of a sifted record.
  static CsvColumnView sifted_view(size_t i) {
    const auto slot = static_cast<int64_t>(2 + 2 * i);
    return {slot, slot + 1, false};
  }

  void complain(int64_t row, const CsvPlan::Column& column, const CsvColumnView& view,
                const DateFormat* format) {
    std::string scratch;
    std::string_view text = field_text(field_at(view_, view, row), plan_.dialect, scratch);
    CsvProblem problem =
        describe_fault(text, column.name, *column.type, column.origin, format, plan_.style);
    const int32_t* slots = view_.positions + row * view_.stride;
    problem.offset = slots[0] + 1;
    problem.size = slots[view_.sifted ? 1 : plan_.shape.stride()] - problem.offset;
    std::string_view record(reinterpret_cast<const char*>(view_.data) + problem.offset,
                            static_cast<size_t>(problem.size));
    if (!plan_.dialect.lines) problem.size = std::ssize(without_return(record));
    problem.column = column.place;
    problems_.push_back(std::move(problem));
    if (plan_.on_error == OnError::kSkip) dropped_.push_back(static_cast<RowIndex>(row));
  }

  // Converts the filter's columns and narrows the slice to the rows that it selects. False when
  // none is left.
  bool apply_filter() {
    Batch batch{plan_.filter_schema, view_.rows, {}};
    for (size_t i : plan_.filter_columns) {
      if (made_[i] == nullptr) convert(i);
      batch.columns.push_back(made_[i]);
    }
    if (plan_.on_error == OnError::kFail && !problems_.empty()) return false;
    std::vector<RowIndex> rows = plan_.filter->select(batch);
    if (!dropped_.empty()) {
      std::sort(dropped_.begin(), dropped_.end());
      std::erase_if(rows, [this](RowIndex row) {
        return std::binary_search(dropped_.begin(), dropped_.end(), row);
      });
      dropped_.clear();
    }
    if (static_cast<int64_t>(rows.size()) != view_.rows) narrow(rows);
    return !rows.empty();
  }

  void narrow(std::span<const RowIndex> rows) {
    const int64_t slots = view_.sifted ? view_.stride : plan_.shape.stride() + 1;
    const int64_t bytes = slots * static_cast<int64_t>(sizeof(int32_t));
    positions_.resize(bytes * static_cast<int64_t>(rows.size()));
    auto* out = positions_.as<int32_t>();
    for (RowIndex row : rows) {
      std::copy_n(view_.positions + row * view_.stride, slots, out);
      out += slots;
    }
    for (size_t i : plan_.output) {
      if (made_[i] != nullptr) made_[i] = take(*made_[i], rows);
    }
    view_.positions = positions_.as<int32_t>();
    view_.stride = slots;
    view_.rows = static_cast<int64_t>(rows.size());
  }

  std::vector<RowIndex> kept_rows() {
    std::sort(dropped_.begin(), dropped_.end());
    std::vector<RowIndex> kept;
    auto next = dropped_.begin();
    for (RowIndex row = 0; row < static_cast<RowIndex>(view_.rows); ++row) {
      while (next != dropped_.end() && *next < row)
        ++next;
      if (next == dropped_.end() || *next != row) kept.push_back(row);
    }
    return kept;
  }

  const CsvPlan& plan_;
  CsvChunkView view_;
  std::vector<CsvProblem>& problems_;
  std::vector<ColumnPtr> made_;  // parallel to plan.columns; null when not converted (yet)
  std::vector<int64_t> failed_;
  std::vector<RowIndex> dropped_;  // under kSkip, rows with a fault
  MutableBuffer positions_;
};

// Brings problems into record order, one a record where the whole record is refused, and counts
// their lines.
std::vector<CsvComplaint> locate(std::vector<CsvProblem> problems, std::string_view text,
                                 const CsvPlan& plan) {
  const OnError on_error = plan.on_error;
  std::stable_sort(problems.begin(), problems.end(), [](const CsvProblem& a, const CsvProblem& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.column < b.column;
  });
  if (on_error == OnError::kFail && problems.size() > 1) problems.resize(1);
  std::vector<CsvComplaint> complaints;
  auto part = [text](int64_t offset, int64_t size) {
    return text.substr(static_cast<size_t>(offset), static_cast<size_t>(size));
  };
  int64_t offset = 0;
  int64_t line = 0;
  for (CsvProblem& problem : problems) {
    bool repeated = !complaints.empty() && complaints.back().problem.offset == problem.offset;
    if (repeated && on_error == OnError::kSkip) continue;
    line += plan.scanner.count_lines(part(offset, problem.offset - offset));
    offset = problem.offset;
    CsvComplaint complaint;
    complaint.line = line;
    if (on_error == OnError::kFail) {
      complaint.line += problem.line;
    } else {
      complaint.record = part(offset, problem.size);
      complaint.lines = 1 + plan.scanner.count_lines(complaint.record);
    }
    complaint.problem = std::move(problem);
    complaints.push_back(std::move(complaint));
  }
  return complaints;
}

}  // namespace

CsvChunkParser::CsvChunkParser(std::shared_ptr<const CsvPlan> plan)
    : plan_(std::move(plan)), indices_(std::make_shared<FreeList<CsvIndex>>()) {}

void CsvChunkParser::find_records(const TextChunk& chunk, LineText& lines, CsvIndex& index,
                                  std::vector<CsvProblem>& problems) const {
  const CsvPlan& plan = *plan_;
  if (plan.splitter != nullptr && chunk.state != TextChunk::State::kTooLong) {
    index_lines(*plan.splitter, chunk, lines, plan.places, index, problems);
    return;
  }
  // The index needs a newline to stop at.
  bool careful = chunk.judged || chunk.data[chunk.size - 1] != '\n' ||
                 (plan.dialect.delimiter.size() > 1 && !plan.dialect.lines);
  if (careful) {
    index.ascii = false;
    index.has_nul = std::memchr(chunk.data, '\0', static_cast<size_t>(chunk.size)) != nullptr;
  } else {
    index_csv(plan.shape, chunk.data, chunk.size, index);
  }
  bool returns = (careful || index.has_return) && !plan.dialect.lines &&
                 has_lone_return(chunk.data, chunk.size);
  if (careful || !index.regular || index.misquoted || returns) {
    sift_records(plan.places, plan.scanner, chunk, index, problems);
    index.newlines = plan.scanner.count_lines(text_of(chunk));
  }
}

CsvParsedChunk CsvChunkParser::parse(const TextChunk& chunk) const {
  const CsvPlan& plan = *plan_;
  FreeList<CsvIndex>::Lease lease = indices_->take();
  CsvIndex& index = *lease;
  std::vector<CsvProblem> problems;
  LineText lines(text_of(chunk));
  find_records(chunk, lines, index, problems);
  CsvChunkView view;
  view.data = reinterpret_cast<const uint8_t*>(lines.data());
  view.stride = index.stride;
  view.sifted = index.sifted;
  view.doubled = index.doubled;
  view.dialect = plan.splitter != nullptr ? &plan.field_dialect : &plan.dialect;
  view.style = &plan.style;
  std::string_view text = text_of(chunk);
  view.check_text = index.has_nul || plan.check_all_text || lines.is_changed() ||
                    (!index.ascii && !is_utf8(text));
  CsvParsedChunk parsed;
  parsed.newlines = index.newlines;
  parsed.begin = chunk.offset;
  parsed.size = chunk.size;
  parsed.last = chunk.state == TextChunk::State::kTooLong;
  // Batches of about kBatchRows, none much smaller than the others.
  int64_t batches = std::max<int64_t>(1, (index.records + kBatchRows / 2) / kBatchRows);
  bool fail = plan.on_error == OnError::kFail;
  for (int64_t i = 0; i < batches && index.records > 0; ++i) {
    int64_t first = index.records * i / batches;
    view.rows = index.records * (i + 1) / batches - first;
    view.positions = index.at() + first * index.stride;
    size_t before = problems.size();
    auto batch = SliceParser(plan, view, problems).parse();
    if (fail && problems.size() > before) break;
    if (batch) parsed.batches.push_back(std::move(*batch));
  }
  parsed.complaints = locate(std::move(problems), text, plan);
  return parsed;
}

}  // namespace penstock
