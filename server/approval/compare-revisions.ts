import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { FileView } from '#lib/approval/view.ts'
import { fieldDiff } from '#lib/history/field-diff.ts'
import { revisionsOf } from '#server/approval/repo-revision.ts'
import { query } from '#server/verb.ts'

/** What changed between two meanings of a request: the parts that moved, the fields of its spec, its files. */
export type Comparison = {
  readonly parts: readonly string[]
  readonly fields: ReturnType<typeof fieldDiff>
  readonly files: readonly FileView[]
}

/** Compares two revisions of one request, in either order. */
export const compareRevisions = query({
  name: 'approval.compareRevisions',
  input: z.object({ id: z.uuid(), from: z.number().int().positive(), to: z.number().int().positive() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { id, from, to }): Promise<Comparison> {
    const all = await revisionsOf(ctx.db, id)
    const [one, two] = [from, to].map((number) => all.find((revision) => revision.number === number))
    if (one === undefined || two === undefined) throw new AppError('not_found', 'There is no such version of this request.')
    const parts = [...new Set([...Object.keys(one.parts), ...Object.keys(two.parts)])].filter((part) => one.parts[part] !== two.parts[part])
    const paths = [...new Set([...Object.keys(one.files), ...Object.keys(two.files)])].toSorted()
    return {
      parts,
      fields: fieldDiff(JSON.stringify(one.spec), JSON.stringify(two.spec)),
      files: paths.flatMap((path): FileView[] => {
        const [before, after] = [one.files[path] ?? undefined, two.files[path] ?? undefined]
        if (before === after) return []
        const change = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified'
        return [{ path, before, after, change, fields: fieldDiff(before, after) }]
      }),
    }
  },
})
