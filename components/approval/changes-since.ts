import type { RequestView } from '#lib/approval/view.ts'

type Field = { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }
type File = { readonly path: string; readonly before: string | undefined; readonly after: string | undefined }

/** What a reader has not seen yet: fields in words, then the files whose approved bytes differ. */
export type ChangesSince = { readonly fields: readonly Field[]; readonly files: readonly File[] }

/** Everything a vote's digest covers, as named lines. */
function facts(view: RequestView): ReadonlyMap<string, string> {
  const lines: [string, string][] = [
    ['sentence', view.sentence],
    ['risk', view.risk.tier],
    ['risk rules', view.risk.reasons.map((reason) => reason.rule).join(', ')],
    ['policy version', view.policyVersion ?? ''],
    ['justification', view.justification ?? ''],
    ...view.interaction.map(({ field, value }): [string, string] => [`interaction ${field}`, value]),
  ]
  for (const party of view.parties) {
    const who = party.identity
    lines.push([`${who} compatible`, party.compatible === undefined ? 'unknown' : String(party.compatible)])
    lines.push(...party.findings.map(({ rule, severity, message }): [string, string] => [`${who} ${rule}`, `${severity}: ${message}`]))
    lines.push(...party.policy.map(({ field, value }): [string, string] => [`${who} policy ${field}`, value]))
    lines.push(...party.boundary.map(({ field, value }): [string, string] => [`${who} boundary ${field}`, value]))
  }
  return new Map(lines.filter(([, value]) => value !== ''))
}

/** Compares what was seen with what stands now. Empty when only the surroundings moved. */
export function changesSince(seen: RequestView, now: RequestView): ChangesSince {
  const before = facts(seen)
  const after = facts(now)
  const fields = [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, from: before.get(path), to: after.get(path) }))
    .filter(({ from, to }) => from !== to)
  const seenFiles = new Map(seen.files.map((file) => [file.path, file.after]))
  const nowFiles = new Map(now.files.map((file) => [file.path, file.after]))
  const files = [...new Set([...seenFiles.keys(), ...nowFiles.keys()])]
    .map((path) => ({ path, before: seenFiles.get(path), after: nowFiles.get(path) }))
    .filter((file) => file.before !== file.after)
  return { fields, files }
}
