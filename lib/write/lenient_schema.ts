import {
  clone,
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
} from "@bufbuild/protobuf";
import {
  FeatureSet_Utf8Validation,
  FeatureSetSchema,
  FileDescriptorProtoSchema,
  FileOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { file_netcap } from "../../proto/gen/netcap_pb.ts";

let registry: FileRegistry | undefined;

/**
 * A schema that reads what the original writes: it checks no `string` for UTF-8, and fromBinary()
 * would refuse the whole record where proto3 demands the check. What is no UTF-8 becomes U+FFFD.
 * Messages read with it are the same as those of the generated schema.
 */
export function lenientSchema(schema: DescMessage): DescMessage {
  registry ??= createFileRegistry(
    withoutUtf8Check(),
    (name) => file_netcap.dependencies.find(({ proto }) => proto.name === name),
  );
  return registry.getMessage(schema.typeName) ?? schema;
}

function withoutUtf8Check() {
  const file = clone(FileDescriptorProtoSchema, file_netcap.proto);
  file.options ??= create(FileOptionsSchema);
  file.options.features = create(FeatureSetSchema, {
    utf8Validation: FeatureSet_Utf8Validation.NONE,
  });
  return file;
}
