import 'server-only'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Verb } from '#server/verb.ts'

const ROOT = join(import.meta.dirname, '../..')

const filesUnder = (folder: string, wanted: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => wanted.test(path))
    .map((path) => join(folder, path))
    .toSorted()

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const isVerb = (value: unknown): value is Verb<unknown> => typeof value === 'function' && 'verbName' in value && 'writes' in value

/** A verb with the name it is exported under and the file it stands in. */
export type FoundVerb = { readonly verb: Verb<unknown>; readonly exported: string; readonly file: string }

/** Every verb that the sources export: whatever is made by `query(` or `command(`, found by reading and by loading. */
export async function allVerbs(): Promise<readonly FoundVerb[]> {
  const sources = filesUnder('server', /(?<!\.test)\.ts$/).filter(
    (path) => /= (query|command)\(\{/.test(textOf(path)) && !path.startsWith('server/edge'),
  )
  const found: FoundVerb[] = []
  for (const file of sources) {
    const loaded = (await import(join(ROOT, file))) as Readonly<Record<string, unknown>> // safe: what a module is
    const verbs = Object.entries(loaded).filter((entry): entry is [string, Verb<unknown>] => isVerb(entry[1]))
    if (verbs.length === 0) throw new Error(`${file} makes a verb and exports none.`)
    found.push(...verbs.map(([exported, verb]) => ({ verb, exported, file })))
  }
  return found
}

/** One way into the server, with the exported names of the verbs behind it. */
export type WayIn = {
  readonly kind: 'page' | 'action' | 'route'
  readonly file: string
  readonly verbs: readonly string[]
  readonly methods: readonly string[]
}

const CALL = { page: /\bshow\((\w+)/g, action: /\baction\((\w+)\)/g, route: /\b(?:route|attempt)\((\w+)/g } as const

/** Every page, server action file and API route of the portal. */
export function waysIn(): readonly WayIn[] {
  return filesUnder('app', /(^|\/)(page\.tsx|route\.ts|[\w-]*actions\.ts)$/)
    .map((path) => relative('', path))
    .map((file) => {
      const text = textOf(file)
      const kind = file.endsWith('page.tsx') ? 'page' : file.endsWith('route.ts') ? 'route' : 'action'
      const verbs = [...text.matchAll(CALL[kind])].map((match) => match[1] ?? '')
      const methods = kind === 'route' ? [...new Set(text.match(/\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/g))] : []
      return { kind, file, verbs, methods }
    })
}

/** Exports of action files that are not `action(verb)`: each is a way in that no verb guards. */
export const bareActions = (): readonly string[] =>
  filesUnder('app', /actions\.ts$/).flatMap((file) =>
    textOf(file)
      .split('\n')
      .filter((line) => line.startsWith('export ') && !/^export const \w+ = action\(\w+\)$/.test(line) && !line.startsWith('export type '))
      .map((line) => `${file}: ${line}`),
  )
