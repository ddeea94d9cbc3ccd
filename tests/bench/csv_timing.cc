// Times the CSV reader on a file: csv_timing FILE THREADS RUNS [COLUMN...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "libcore/text/csv_reader.h"

namespace penstock {
namespace {

double read_once(const char* path, int threads, const std::vector<std::string>& columns,
                 int64_t& rows) {
  auto begin = std::chrono::steady_clock::now();
  CsvReadOptions options;
  options.threads = threads;
  if (const char* bytes = std::getenv("CHUNK_BYTES")) options.chunk_bytes = std::atoll(bytes);
  if (!columns.empty()) options.columns = columns;
  OperatorPtr reader = open_csv(open_unwrapped(open_source(path)), std::move(options));
  rows = 0;
  while (auto batch = reader->next())
    rows += batch->rows;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int run(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: csv_timing FILE THREADS RUNS [COLUMN...]\n", stderr);
    return 2;
  }
  std::vector<std::string> columns(argv + 4, argv + argc);
  std::vector<double> seconds;
  int64_t rows = 0;
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    seconds.push_back(read_once(argv[1], std::atoi(argv[2]), columns, rows));
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%lld rows, median %.3f s, least %.3f s\n", static_cast<long long>(rows),
              seconds[seconds.size() / 2], seconds[0]);
  return 0;
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  try {
    return penstock::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "csv_timing: %s\n", error.what());
    return 1;
  }
}
