import 'server-only'
import { contributorsOf, requester } from '#lib/approval/contributors.ts'
import { meaningDigest } from '#lib/approval/digest.ts'
import { fileMeaning } from '#lib/approval/file-meaning.ts'
import { type RenderedFile, renderFiles } from '#lib/approval/render.ts'
import { movedText } from '#lib/approval/undo.ts'
import { digestOf } from '#lib/canonical.ts'
import { draftAuthors, type RequestRow } from '#server/approval/repo.ts'
import { gitProblems, textAt } from '#server/approval/sources.ts'
import type { StoredSubject } from '#server/approval/stored-subject.ts'
import type { SubjectPart } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { headOf, type LoadedPolicy } from '#server/policy/load.ts'

/** A request that is files: its proposal against what stands in the repository. */
export async function readProposal(ctx: Ctx, row: RequestRow, stored: StoredSubject, loaded: LoadedPolicy): Promise<SubjectPart> {
  const proposed = Object.entries(row.files ?? {})
  const commit = headOf(loaded)
  const files = await Promise.all(
    proposed.map(async ([path, after]): Promise<RenderedFile> => ({
      path,
      before: commit === undefined ? undefined : await textAt(ctx, commit, path),
      after: after ?? undefined,
    })),
  )
  const rendered = renderFiles(
    { requestId: row.id, fieldChanged: row.kind === 'policy' ? 'vortex/policy.yaml' : 'spec', files },
    'Approved',
  )
  const authors = await draftAuthors(ctx.db, row.id)
  const shown = rendered.map(({ path, after }) => ({ path, after: fileMeaning(path, after) }))
  // Whole files are replaced, so what stands there now is part of what people weigh.
  const replaced = files.map(({ path, before }) => ({ path, before: fileMeaning(path, before) ?? null }))
  const moved = files.find(({ path, before }) => isMoved(stored.approved?.[path], before))
  const there = files.length > 0 && files.every(({ before, after }) => before === after)
  return {
    participants:
      row.kind === 'policy'
        ? []
        : (stored.participants ?? [{ role: 'Initiator', identity: row.name, domain: stored.domain, problem: stored.domainProblem }]),
    evaluation: {
      state: 'present',
      tier: 'Unknown',
      hash: undefined,
      findings: stored.findings.map((finding) => ({ ...finding, role: 'Initiator' })),
    },
    sources: gitProblems(ctx),
    contributors: loaded.ok
      ? contributorsOf(loaded.policy, { requestedBy: row.requestedBy, commits: [], managers: [], editors: [...authors, ...stored.editors] })
      : [requester(row.requestedBy)],
    permission: { verb: 'update', group: row.group, resource: stored.plural ?? 'appprofiles', name: row.name },
    admission: undefined,
    files: rendered,
    digest: there
      ? { ok: false, problem: 'the repository already holds exactly these files.' }
      : moved !== undefined
        ? { ok: false, problem: movedText(moved.path) }
        : loaded.ok
          ? {
              ok: true,
              digest: meaningDigest({
                spec: { replaced },
                policies: [],
                evaluationHash: undefined,
                files: shown,
                approvalPolicy: loaded.version.digest,
              }),
            }
          : { ok: false, problem: loaded.problem },
    parts: loaded.ok
      ? {
          'the files to be committed': digestOf(shown.map(({ path, after }) => ({ path, after: after ?? null }))),
          'the files in the repository': digestOf(replaced),
          'vortex/policy.yaml': loaded.version.digest,
        }
      : {},
  }
}

/** An undo takes back exactly what was approved: what main holds instead was decided or written by somebody else. */
const isMoved = (approved: string | null | undefined, now: string | undefined): boolean =>
  approved !== undefined && approved !== (now === undefined ? null : digestOf(now))
