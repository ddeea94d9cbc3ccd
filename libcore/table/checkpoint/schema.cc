#include "libcore/table/checkpoint/schema.h"

namespace penstock {

const SchemaPtr& checkpoint_schema() {
  static const SchemaPtr kSchema = make_schema({
      {"txn", parse_type("struct<appId: utf8, version: int64, lastUpdated: int64>"), true, {}},
      {"add",
       parse_type("struct<path: utf8, partitionValues: map<utf8, utf8>, size: int64, "
                  "modificationTime: int64, dataChange: bool, tags: map<utf8, utf8>, stats: utf8>"),
       true,
       {}},
      {"remove",
       parse_type("struct<path: utf8, deletionTimestamp: int64, dataChange: bool, "
                  "extendedFileMetadata: bool, partitionValues: map<utf8, utf8>, size: int64, "
                  "tags: map<utf8, utf8>>"),
       true,
       {}},
      {"metaData",
       parse_type("struct<id: utf8, name: utf8, description: utf8, "
                  "format: struct<provider: utf8, options: map<utf8, utf8>>, schemaString: utf8, "
                  "partitionColumns: list<utf8>, configuration: map<utf8, utf8>, "
                  "createdTime: int64>"),
       true,
       {}},
      {"protocol",
       parse_type("struct<minReaderVersion: int32, minWriterVersion: int32, "
                  "readerFeatures: list<utf8>, writerFeatures: list<utf8>>"),
       true,
       {}},
  });
  return kSchema;
}

}  // namespace penstock
