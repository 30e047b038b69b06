import { isObject, type Json, type JsonObject } from './json.ts'

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(before: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged: JsonObject = isObject(before) ? { ...before } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}
