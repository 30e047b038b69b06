import { type Setting, translation } from '#sandbox/world/lay-out.ts'

export type Phase = 'Pending' | 'Evaluating' | 'AwaitingApproval' | 'Admitted' | 'Rejected'

/** One step of the story at start. Verbs are used as the person named by `as`; waits end when the system says so, never by time. */
export type StoryStep =
  | {
      readonly do: 'vote'
      readonly request: string
      readonly as: string
      readonly verdict: 'approve' | 'deny'
      readonly checked: string
      readonly acceptable: string
      readonly undo: string
    }
  | { readonly do: 'waitPhase'; readonly request: string; readonly phase: Phase }
  /** The object is gone and the portal calls the request withdrawn. */
  | { readonly do: 'waitWithdrawn'; readonly request: string }
  /** Delivery has proposed its commit, so that it can be merged. */
  | { readonly do: 'waitProposed'; readonly request: string }
  /** The evaluation hash is another one than when the last vote on the request was cast. */
  | { readonly do: 'waitEvaluationChanged'; readonly request: string }
  | { readonly do: 'waitVoteLapsed'; readonly request: string; readonly of: string }
  /** The applier reports the request's document as refused by the API server. */
  | { readonly do: 'waitRefused'; readonly request: string }
  | { readonly do: 'merge'; readonly request: string; readonly as: string }
  | { readonly do: 'holdApplier' }
  | { readonly do: 'releaseApplier' }
  /** A partial sync of paths that begin with this, though the applier is held. */
  | { readonly do: 'sync'; readonly path: string }
  | { readonly do: 'commit'; readonly as: string; readonly message: string; readonly path: string; readonly edit: (yaml: string) => string }
  | { readonly do: 'deleteFile'; readonly as: string; readonly message: string; readonly path: string }

const REQUESTS = 'clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev'
const POLICIES = 'clusters/ccs-mgmt/ont-system/domainpolicy.core.ontai.dev'

/** Replaces one field and refuses to do nothing, so that a change of the data cannot silently empty the story. */
const field =
  (before: string, after: string) =>
  (yaml: string): string => {
    if (!yaml.includes(before)) throw new Error(`the file does not say ${before}`)
    return yaml.replace(before, after)
  }

const WAITING = [
  'rar-cs-observes-pgw',
  'rar-fraud-depends-on-mdf',
  'rar-los-governs-cbs',
  'rar-kyc-depends-on-fraud',
  'rar-cbs-extends-cs',
  'rar-los-depends-on-pgw',
  'rar-kyc-observes-cs',
  'rar-fraud-observes-cs',
  'rar-mdf-observes-kyc',
  'rar-pgw-delegates-kyc',
]

const withdrawn: readonly StoryStep[] = [
  {
    do: 'deleteFile',
    as: 'priya.nair',
    message: 'Withdraw the request of the gateway: onboarding will publish the state of a review instead',
    path: `${REQUESTS}/rar-pgw-delegates-kyc.yaml`,
  },
  { do: 'waitWithdrawn', request: 'rar-pgw-delegates-kyc' },
]

const denied: readonly StoryStep[] = [
  {
    do: 'vote',
    request: 'rar-mdf-observes-kyc',
    as: 'maria.santos',
    verdict: 'deny',
    checked: 'The boundary of both parties, the fields that onboarding publishes, and where the feed runs.',
    acceptable: 'It is not: customer references would leave production for a staging cluster without any need for real people.',
    undo: 'Nothing to undo. Ask for generated subscribers with the same distribution instead.',
  },
  { do: 'waitProposed', request: 'rar-mdf-observes-kyc' },
  { do: 'merge', request: 'rar-mdf-observes-kyc', as: 'root.okello' },
  { do: 'waitPhase', request: 'rar-mdf-observes-kyc', phase: 'Rejected' },
]

const lapsed: readonly StoryStep[] = [
  {
    do: 'vote',
    request: 'rar-kyc-observes-cs',
    as: 'lena.fischer',
    verdict: 'approve',
    checked: 'Which settlement events leave clearing, their rate on a bad day, and that no position is among them.',
    acceptable: 'The stream is read only, the rate stays well inside what our policy allows, and the review is a duty.',
    undo: 'Remove the relationship file; onboarding falls back to the monthly list.',
  },
  {
    do: 'commit',
    as: 'amir.khan',
    message: 'Lower the request rate of onboarding after the load test',
    path: `${POLICIES}/kyc-production.yaml`,
    edit: field('rateLimitRequestsPerSecond: 1000', 'rateLimitRequestsPerSecond: 900'),
  },
  { do: 'waitEvaluationChanged', request: 'rar-kyc-observes-cs' },
  { do: 'waitVoteLapsed', request: 'rar-kyc-observes-cs', of: 'lena.fischer' },
]

const mergedNotApplied: readonly StoryStep[] = [
  {
    do: 'vote',
    request: 'rar-fraud-observes-cs',
    as: 'maria.santos',
    verdict: 'approve',
    checked: 'The fields of the settlement event, the retention of scores, and the purpose named in the register.',
    acceptable: 'Only references and amounts are read, and the purpose is the prevention of fraud, which the register names.',
    undo: 'Remove the relationship file and delete the outcomes learned since this decision.',
  },
  {
    do: 'vote',
    request: 'rar-fraud-observes-cs',
    as: 'lena.fischer',
    verdict: 'approve',
    checked: 'That the completed-settlement topic exists in v2 and that clearing keeps no state for its readers.',
    acceptable: 'A further reader costs clearing nothing and cannot slow a netting run down.',
    undo: 'Remove the relationship file; the topic stays as it is.',
  },
  { do: 'waitProposed', request: 'rar-fraud-observes-cs' },
  { do: 'holdApplier' },
  { do: 'merge', request: 'rar-fraud-observes-cs', as: 'root.okello' },
  {
    do: 'commit',
    as: 'amir.khan',
    message: 'Open the breaker of fraud scoring earlier after the incident',
    path: `${POLICIES}/fraud-production.yaml`,
    edit: field('circuitBreakerThreshold: 0.5', 'circuitBreakerThreshold: 0.45'),
  },
  { do: 'sync', path: `${POLICIES}/fraud-production.yaml` },
  { do: 'waitEvaluationChanged', request: 'rar-fraud-observes-cs' },
  { do: 'releaseApplier' },
  { do: 'waitRefused', request: 'rar-fraud-observes-cs' },
]

/** The steps of the story at start, in order (demo-world.md). Each chapter ends in a state that stays. */
export function story(setting: Setting): readonly StoryStep[] {
  const translate = translation(setting)
  const steps: readonly StoryStep[] = [
    ...WAITING.map((request): StoryStep => ({ do: 'waitPhase', request, phase: 'AwaitingApproval' })),
    ...withdrawn,
    ...denied,
    ...lapsed,
    ...mergedNotApplied,
  ]
  return steps.map((step) => ({
    ...step,
    ...('request' in step && { request: translate(step.request) }),
    ...('path' in step && { path: translate(step.path) }),
  }))
}
