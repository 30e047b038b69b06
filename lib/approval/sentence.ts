import type { Finding, Participant } from '#lib/approval/facts.ts'
import type { Rar } from '#lib/relationship/read-rar.ts'

const VERB = {
  signs: 'sign for',
  provisions: 'provision',
  delegates: 'delegate to',
  governs: 'govern',
  observes: 'observe',
  'depends-on': 'depend on',
  extends: 'extend',
} as const

const named = (participants: readonly Participant[], role: Participant['role']): string => {
  const one = participants.find((participant) => participant.role === role)
  return one === undefined ? 'an unknown participant' : `${one.identity} (${one.domain ?? 'no party'})`
}

/** One sentence that says what would become allowed (product.md, main road 2). */
export function admissionSentence(rar: Rar, participants: readonly Participant[]): string {
  const { interaction } = rar.spec
  const verb = interaction === undefined ? 'relate to' : VERB[interaction.relationshipType]
  const over = interaction?.protocol === undefined ? '' : ` over ${interaction.protocol}`
  return `${named(participants, 'Initiator')} would be allowed to ${verb} ${named(participants, 'Counterpart')}${over}${bindingText(rar)}.`
}

/** The short subject of a queue row. */
export const admissionSubject = (rar: Rar, participants: readonly Participant[]): string =>
  `${named(participants, 'Initiator')} ${rar.spec.interaction?.relationshipType ?? 'relates to'} ${named(participants, 'Counterpart')}`

function bindingText(rar: Rar): string {
  const binding = rar.spec.interaction?.bindingType
  if (binding === 'SnapshotBinding') return ', bound to the exact set that stands when the decision is sealed'
  const bounds = rar.spec.interaction?.constraintDeclaration
  if (binding === 'ContinuousBinding' && bounds !== undefined)
    return `, bound continuously to ${bounds.cardinalityFloor} to ${bounds.cardinalityCeiling} members of ${bounds.boundaryScope}`
  return ''
}

/** What to look at, said by rules and never by a person: it is advice and enters nothing (product.md: AI has no verbs). */
export function ruleAdvice(input: {
  readonly findings: readonly Finding[]
  readonly tier: 'Low' | 'High' | 'Unknown'
  readonly rar: Rar | undefined
  readonly neighbours: number
  readonly similar: number
}): readonly string[] {
  const lines: string[] = []
  const violations = input.findings.filter((finding) => finding.severity === 'violation')
  const ambiguous = input.findings.filter((finding) => finding.severity === 'ambiguous')
  if (violations.length > 0) lines.push(`Denying is the only decision that is open: ${rules(violations)}.`)
  if (ambiguous.length > 0) lines.push(`Ask both domains what they meant: ${rules(ambiguous)} cannot be settled from what is declared.`)
  if (input.rar?.spec.interaction?.bindingType === 'SnapshotBinding')
    lines.push('A snapshot binding never grows by itself. When the set changes it stands as Diverged until a person decides.')
  if (input.rar?.spec.interaction?.bindingType === 'ContinuousBinding')
    lines.push('A continuous binding takes in new members up to its ceiling without another decision. Check that the ceiling is meant.')
  if (input.rar?.spec.origin === 'RelationshipClassRejection')
    lines.push('It comes from a rejected relationship class; the escalation names the condition that failed.')
  if (input.neighbours > 0)
    lines.push(
      `The two participants already stand in ${input.neighbours} declared ${input.neighbours === 1 ? 'relationship' : 'relationships'}.`,
    )
  lines.push(
    input.similar > 0
      ? `${input.similar} earlier ${input.similar === 1 ? 'decision' : 'decisions'} on a pair of these domains; see the history below.`
      : 'No earlier decision on this pair is recorded here.',
  )
  if (lines.length === 1 && input.tier === 'Low') lines.unshift('Nothing was found against it.')
  return lines
}

const rules = (findings: readonly Finding[]): string => [...new Set(findings.map((finding) => finding.rule))].join(', ')
