import 'server-only'
import { create, createFileRegistry } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema, file_google_protobuf_struct } from '@bufbuild/protobuf/wkt'

const STRUCT = '.google.protobuf.Struct'
const METHODS = ['CheckPermission', 'ListPermissions', 'WhoCanDo', 'ExplainDecision']

const file = create(FileDescriptorProtoSchema, {
  name: 'ontai/security/v1alpha1/permission.proto',
  package: 'ontai.security.v1alpha1',
  syntax: 'proto3',
  dependency: ['google/protobuf/struct.proto'],
  service: [{ name: 'PermissionService', method: METHODS.map((name) => ({ name, inputType: STRUCT, outputType: STRUCT })) }],
})

const found = createFileRegistry(file, (name) =>
  name === 'google/protobuf/struct.proto' ? file_google_protobuf_struct.proto : undefined,
).getService('ontai.security.v1alpha1.PermissionService')
if (!found) throw new Error('PermissionService is not in its own file')

/**
 * Guardian's service (guardian.md 1). It has no protobuf definition: messages are plain JSON, which a Struct carries
 * exactly as they are (proto3 JSON of other types would write int64 as strings and leave out zero values).
 */
export const PermissionService = found
