//! The plugin through which Penstock reads and writes Parquet files. libcore/parquet/PARQUET.md
//! describes the C interface; libcore/parquet/interface.h declares it.

mod footer;
mod guard;
mod interface;
mod memory;
mod reader;
mod schema;
mod source;
mod statistics;
mod stream;
mod writer;
