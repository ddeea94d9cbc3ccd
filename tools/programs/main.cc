#include "tools/programs/penstock.h"

int main(int argc, char** argv) {
  penstock::run_penstock({argv, static_cast<size_t>(argc)});
}
