#include "libcore/stage/scan.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"
#include "libcore/table/operands.h"

namespace penstock {
namespace {

class ScanStage : public StageOf<ScanStage> {
 public:
  ScanStage() : StageOf(scan_kind()) {}

  static std::unique_ptr<ScanStage> of(std::vector<StageInput> files) {
    auto scan = std::make_unique<ScanStage>();
    scan->set_inputs(std::move(files));
    return scan;
  }

  void declare(Command& command) override { reading().add_scan_options(command); }

  void require_valid() const override {
    if (!reading().scan.follow) return;
    if (reading().is_part) throw Error::usage("--follow reads all rows, --partition some of them");
    if (!reading().scan.chunks.empty()) {
      throw Error::usage("--follow reads all rows, --chunks some of them");
    }
    for (const StageInput& input : inputs()) {
      if (!input.is_standard_input()) continue;
      throw Error::usage(
          "--follow needs the names of files; what a pipe brings is read when it comes without it");
    }
  }

  StageTraits traits() const override {
    StageTraits about;
    about.operation = Operation::kScan;
    about.needs = {{{}}};
    about.keeps = {true, true, true};
    return about;
  }

  bool passes_batches() const override { return true; }

  OperatorPtr make(std::vector<OperatorPtr> inputs) const override { return std::move(inputs[0]); }
};

// A file under the name that it has in the scan.
class NamedFile : public ByteSource {
 public:
  NamedFile(const std::string& path, std::string name)
      : file_(open_source(path)), name_(std::move(name)) {}

  int64_t read(void* out, int64_t size) override { return file_->read(out, size); }
  const std::string& name() const override { return name_; }
  std::optional<int64_t> size() const override { return file_->size(); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    return file_->read_at(offset, out, size);
  }

 private:
  ByteSourcePtr file_;
  std::string name_;
};

}  // namespace

const StageKind& scan_kind() {
  static constexpr CommandText kText{"pscan",
                                     "[-c COLS] [-w EXPR] [--types SPEC] [--schema FILE] "
                                     "[--partition I/N] [--chunks FILE] [INPUT...]",
                                     "scan text, Arrow streams and files, with projection and "
                                     "selection"};
  static const StageKind kKind{
      .text = kText, .takes_expressions = true, .make = make_stage<ScanStage>};
  return kKind;
}

std::unique_ptr<Stage> make_scan_stage(const Stage& like, std::vector<StageInput> files) {
  std::unique_ptr<Stage> scan = ScanStage::of(std::move(files));
  scan->reading() = like.reading().of_every_tool();
  scan->set_given(like.given(OptionGroup::kReading));
  return scan;
}

std::unique_ptr<Stage> make_scan_stage(StageInput file) {
  return ScanStage::of({std::move(file)});
}

SchemaPtr schema_of_scan(const Stage& scan) {
  std::vector<std::string> files;
  for (const StageInput& input : scan.inputs())
    files.push_back(input.file);
  ScanOptions options = scan.reading().options(files.size());
  options.text.mark_inferred = true;
  options.threads = false;  // the process that plans starts others, and wants no rows
  try {
    return open_operands(files, options)->schema();
  } catch (const Error&) {
    return nullptr;
  }
}

SurveyedInput survey_input_of(const Stage& scan, const StageInput& input, size_t inputs,
                              const std::string& path) {
  ScanOptions options = scan.reading().options(inputs);
  options.open = [&path](const std::string& operand) {
    return std::make_unique<NamedFile>(path, operand);
  };
  return survey_input(input.file, options);
}

SchemaPtr schema_of_scan(const Stage& scan, const std::vector<SurveyedInput>& inputs) {
  return schema_of_all(inputs, scan.reading().options(inputs.size()));
}

}  // namespace penstock
