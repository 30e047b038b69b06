import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { isObject, type Json, type JsonObject } from './json.ts'
import { decodeProtobuf } from './protobuf.ts'
import { badRequest, StatusError, unsupportedMedia } from './status-error.ts'

const BODY_BYTES_MAX = 3 * 1024 * 1024

/** Media type of a request, without parameters. */
export const mediaType = (request: IncomingMessage): string => (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''

/** The JSON value of a request body in JSON, YAML or (few kinds) protobuf; an empty body is an empty object. */
export async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES_MAX}`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  if (body.length === 0) return {}
  const type = mediaType(request)
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(body)
  try {
    return type.endsWith('yaml') ? (parseYaml(body.toString('utf8')) as Json) : (JSON.parse(body.toString('utf8')) as Json) // safe: parsers yield JSON values
  } catch (cause) {
    throw badRequest(
      `the object provided is unrecognized (must be JSON or YAML): ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}

/** The object of a request body. Throws 415 for a media type that is not read, 400 for anything but an object. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const type = mediaType(request)
  if (!['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', ''].includes(type))
    throw unsupportedMedia(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'])
  const body = await readBody(request)
  if (!isObject(body)) throw badRequest('the object provided is unrecognized: not an object')
  return body
}
