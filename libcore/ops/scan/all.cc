// Several operands as one input: a schema for all of them first, then one after the other.
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/keys/known_order.h"
#include "libcore/ops/scan/follow.h"
#include "libcore/ops/scan/input.h"
#include "libcore/ops/scan/scan.h"

namespace penstock {
namespace {

// Whether an operand can be opened again and reads the same.
bool is_file(const std::string& operand) {
  struct stat status {};
  return operand != "-" && stat(operand.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_sampled_empty(const Field& field) {
  return has_metadata(field, kEmptySampleKey);
}

bool is_small_signed(TypeId type) {
  return type == TypeId::kInt8 || type == TypeId::kInt16 || type == TypeId::kInt32 ||
         type == TypeId::kInt64;
}

// Returns the type that holds the values of both, as one inference over both would have found.
TypePtr wider(const Field& a, const Field& b, const std::string& operand) {
  if (is_sampled_empty(a)) return b.type;
  if (is_sampled_empty(b) || equals(*a.type, *b.type)) return a.type;
  TypeId one = a.type->id;
  TypeId other = b.type->id;
  auto are = [&](TypeId x, TypeId y) {
    return (one == x && other == y) || (one == y && other == x);
  };
  if (are(TypeId::kInt64, TypeId::kFloat64)) return float64_type();
  if (is_small_signed(one) && is_small_signed(other)) return int64_type();
  if (is_decimal(one) && is_decimal(other)) {
    return decimal_type(38, std::max(a.type->scale, b.type->scale));
  }
  if (are(TypeId::kInt64, TypeId::kDecimal128)) return is_decimal(one) ? a.type : b.type;
  if (are(TypeId::kFloat64, TypeId::kDecimal128)) return float64_type();
  if (are(TypeId::kTimestamp, TypeId::kTimestamp) && a.type->zone == b.type->zone) {
    return timestamp_type(TimeUnit::kNano, a.type->zone);  // the units differ, so one needs it
  }
  if (!a.type->children.empty() || !b.type->children.empty()) {
    throw Error(operand + ": column '" + b.name + "' is " + b.type->to_string() + ", but " +
                a.type->to_string() + " in the files before; use --schema");
  }
  return utf8_type();
}

[[noreturn]] void differ(const std::string& operand, const std::string& first,
                         const std::string& what) {
  throw Error(operand + ": " + what + " in " + first +
              "; inputs that are read together need the same columns");
}

std::string wrong_count(size_t count, size_t first) {
  return "there are " + std::to_string(count) + " columns, but there are " + std::to_string(first);
}

// Equal names and types in order; whether nulls may come does not count.
void check_same(const Schema& schema, const std::string& operand, const Schema& first,
                const std::string& first_operand) {
  if (schema.size() != first.size()) {
    differ(operand, first_operand, wrong_count(schema.size(), first.size()));
  }
  for (size_t i = 0; i < schema.size(); ++i) {
    const Field& a = first[i];
    const Field& b = schema[i];
    if (a.name == b.name && equals(*a.type, *b.type)) continue;
    differ(operand, first_operand,
           "column " + std::to_string(i + 1) + " is '" + b.name + "' " + b.type->to_string() +
               ", but it is '" + a.name + "' " + a.type->to_string());
  }
}

// The schema of text in several files.
class Unifier {
 public:
  // Columns of JSON and of pairs are matched by name and may be absent; CSV columns are matched by
  // place.
  void add(const std::string& operand, Format format, const Schema& schema) {
    if (first_.empty()) {
      first_ = operand;
      fields_ = schema.fields();
    } else if (format == Format::kNdjson || format == Format::kLogfmt) {
      add_by_name(operand, schema);
    } else {
      add_by_place(operand, schema);
    }
  }

  void add_by_name(const std::string& operand, const Schema& schema) {
    if (first_.empty()) first_ = operand;
    for (const Field& field : schema.fields()) {
      auto known = std::ranges::find(fields_, field.name, &Field::name);
      if (known == fields_.end()) {
        fields_.push_back(field);
      } else {
        merge(operand, *known, field);
      }
    }
  }

  // Empty when nothing was added. Columns whose types were inferred are marked.
  SchemaPtr schema() const {
    if (first_.empty()) return nullptr;
    std::vector<Field> fields = fields_;
    for (Field& field : fields) {
      std::erase_if(field.metadata, [](const auto& entry) { return entry.first != kInferredKey; });
    }
    return make_schema(std::move(fields));
  }

 private:
  void add_by_place(const std::string& operand, const Schema& schema) {
    if (schema.size() != fields_.size()) {
      differ(operand, first_, wrong_count(schema.size(), fields_.size()));
    }
    for (size_t i = 0; i < schema.size(); ++i) {
      if (schema[i].name != fields_[i].name) {
        differ(operand, first_,
               "column " + std::to_string(i + 1) + " is '" + schema[i].name + "', but it is '" +
                   fields_[i].name + "'");
      }
      merge(operand, fields_[i], schema[i]);
    }
  }

  static void merge(const std::string& operand, Field& known, const Field& field) {
    TypePtr type = wider(known, field, operand);
    if (is_sampled_empty(known)) known.metadata = field.metadata;
    known.type = std::move(type);
  }

  std::string first_;
  std::vector<Field> fields_;
};

// Of inputs that were looked at: the schema of those that are text, and of those that are Arrow;
// null when there are none, or --schema has that of text.
struct United {
  SchemaPtr text;
  SchemaPtr arrow;
};

United unite(const std::vector<SurveyedInput>& inputs) {
  Unifier text;
  const SurveyedInput* arrow = nullptr;
  for (const SurveyedInput& input : inputs) {
    if (!has_types(input.format)) {
      if (input.schema != nullptr) text.add(input.operand, input.format, *input.schema);
    } else if (arrow == nullptr) {
      arrow = &input;
    } else {
      check_same(*input.schema, input.operand, *arrow->schema, arrow->operand);
    }
  }
  return {text.schema(), arrow == nullptr ? nullptr : arrow->schema};
}

class ScanAll : public Operator {
 public:
  ScanAll(std::vector<std::string> operands, const ScanOptions& options)
      : operands_(std::move(operands)), options_(options) {
    survey();
    divide();
    current_ = open(at_);
    schema_ = without_claims(*current_->schema());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (std::optional<Batch> batch = current_->next()) {
        batch->schema = schema_;
        return batch;
      }
      if (at_ + 1 >= end_) return std::nullopt;
      ++at_;
      current_.reset();
      current_ = open(at_);
      check_same(*current_->schema(), operand_of(at_), *schema_, operands_[0]);
    }
  }

 private:
  // Looks into every file: finds the schema of all text, and any differences, before the first row
  // is read rather than after an hour.
  void survey() {
    std::vector<SurveyedInput> inputs;
    for (size_t i = 0; i < operands_.size(); ++i) {
      const std::string& operand = operands_[i];
      if (is_file(operand)) {
        inputs.push_back(survey_input(operand, options_));
      } else if (options_.union_by_name) {
        opened_[i] = open_whole(operand);
        inputs.push_back({operand, Format::kCsv, opened_[i]->schema()});
      }
    }
    if (options_.union_by_name) options_.united = unite_by_name(inputs, options_);
    text_schema_ = options_.union_by_name ? options_.united : unite(inputs).text;
  }

  // Opens an operand that is not a file with all of its own columns.
  OperatorPtr open_whole(const std::string& operand) const {
    ScanOptions own = options_;
    own.where = {};
    own.file_column.clear();
    own.text.columns.reset();
    own.text.choose_columns = nullptr;
    return open_recognized(recognize(operand, own), own);
  }

  // Part I of N of F files is F of the F * N pieces that the files have when each is cut into N: so
  // the parts one after the other are the files one after the other. If an operand is not a file,
  // it cannot be cut: then each operand is one piece, which takes its own part.
  void divide() {
    bool files = std::all_of(operands_.begin(), operands_.end(), is_file);
    pieces_ = files ? options_.text.partitions : 1;
    auto count = static_cast<int64_t>(operands_.size());
    at_ = pieces_ > 1 ? (options_.text.partition - 1) * count : 0;
    end_ = at_ + count;
  }

  const std::string& operand_of(int64_t piece) const {
    return operands_[static_cast<size_t>(piece / pieces_)];
  }

  OperatorPtr open(int64_t piece) {
    const auto opened = opened_.find(static_cast<size_t>(piece / pieces_));
    if (opened != opened_.end()) {
      return add_columns(std::move(opened->second), operand_of(piece), options_);
    }
    ScanOptions options = options_;
    if (pieces_ > 1) options.text.partition = piece % pieces_ + 1;
    ScanInput input = recognize(operand_of(piece), options);
    if (!text_schema_ || has_types(input.format)) {
      return open_recognized(std::move(input), options);
    }
    options.text.schema = text_schema_;
    options.text.types.clear();
    return open_recognized(std::move(input), options);
  }

  std::vector<std::string> operands_;
  ScanOptions options_;
  SchemaPtr text_schema_;  // of all text files; empty when --schema gives it or there are none
  SchemaPtr schema_;
  std::map<size_t, OperatorPtr> opened_;  // with union_by_name, the operands that are not files
  OperatorPtr current_;
  int64_t pieces_ = 1;  // of each operand
  int64_t at_ = 0;      // the piece that is read
  int64_t end_ = 0;
};

}  // namespace

SurveyedInput survey_input(const std::string& operand, const ScanOptions& options) {
  ScanOptions plain = options;
  // What is read here is read again.
  plain.on_read = nullptr;
  ScanInput input = recognize(operand, plain);
  const Format format = input.format;
  if (!has_types(format) && options.text.schema) return {operand, format, nullptr};
  plain.where = {};
  plain.threads = false;
  plain.text.on_reject = nullptr;
  plain.text.mark_inferred = true;
  plain.file_column.clear();
  const bool needs_all = options.union_by_name || !options.file_column.empty();
  if (!has_types(format) || needs_all) {
    plain.text.columns.reset();
    plain.text.choose_columns = nullptr;
  }
  return {operand, format, open_recognized(std::move(input), plain)->schema()};
}

SchemaPtr schema_of_all(const std::vector<SurveyedInput>& inputs, const ScanOptions& options) {
  PENSTOCK_CHECK(!inputs.empty());
  if (options.union_by_name || !options.file_column.empty()) {
    ScanOptions marked = options;
    marked.text.mark_inferred = true;
    ScanOptions own = options;
    own.union_by_name = false;
    own.file_column.clear();
    const bool is_united = options.union_by_name && inputs.size() > 1;
    if (is_united) marked.united = unite_by_name(inputs, options);
    return with_added_columns(is_united ? Schema() : *schema_of_all(inputs, own), marked);
  }
  if (inputs[0].schema != nullptr && inputs.size() == 1) return inputs[0].schema;
  United united = unite(inputs);
  if (has_types(inputs[0].format)) return without_claims(*united.arrow);
  return united.text != nullptr ? united.text : make_schema(options.text.schema->fields());
}

SchemaPtr unite_by_name(const std::vector<SurveyedInput>& inputs, const ScanOptions& options) {
  Unifier all;
  if (options.text.schema) all.add_by_name("--schema", *options.text.schema);
  for (const SurveyedInput& input : inputs) {
    if (input.schema != nullptr) all.add_by_name(input.operand, *input.schema);
  }
  SchemaPtr schema = all.schema();
  PENSTOCK_CHECK(schema != nullptr);
  std::vector<Field> fields = schema->fields();
  for (Field& field : fields)
    field.nullable = true;
  return make_schema(std::move(fields));
}

OperatorPtr open_scan(const std::vector<std::string>& operands, const ScanOptions& options) {
  if (options.follow) return open_follow(operands, options);
  if (!options.chunks.empty()) return open_chunks(operands, options);
  if (operands.size() == 1) return open_scan(operands[0], options);
  return std::make_unique<ScanAll>(operands, options);
}

}  // namespace penstock
