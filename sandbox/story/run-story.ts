import { commitToMain, readFromMain } from '../git/commit.ts'
import { runGit } from '../git/run-git.ts'
import type { KubeClient, KubeObject } from '../kube-client.ts'
import { log } from '../log.ts'
import { personOf } from '../world/people.ts'
import type { StoryStep } from '../world/story.ts'
import type { StoryVerbs } from './verbs.ts'

/** Where the story plays: the API server to look at, the repository people commit to, and the sandbox's control address. */
export type StoryWorld = {
  readonly kube: KubeClient
  readonly repository: string
  readonly controlUrl: string
  readonly steps: readonly StoryStep[]
}

type Refusals = { readonly applier: { readonly refused: readonly { readonly object: string }[] } }
type Status = { readonly phase?: string; readonly evaluation?: { readonly evaluationHash?: string } }

const REQUEST = {
  versions: ['seam', 'guardian', 'security', 'infrastructure', 'core'].map((name) => `${name}.ontai.dev/v1alpha1`),
  kind: 'RelationshipAdmissionRequest',
}
const LOOK_EVERY_MS = 250
const WAIT_MS_MAX = 180_000

/** Plays the steps in order, as the people they name. Throws at the first step that the portal refuses or that never comes true. */
export async function runStory(world: StoryWorld, verbs: StoryVerbs): Promise<void> {
  const hashAtVote = new Map<string, string>()
  for (const [at, step] of world.steps.entries()) {
    log.info('story.step', { step: at + 1, of: world.steps.length, do: step.do, request: 'request' in step ? step.request : undefined })
    try {
      await play(world, verbs, step, hashAtVote)
    } catch (cause) {
      throw new Error(`The story stopped at step ${at + 1} (${describe(step)}).`, { cause })
    }
  }
}

const describe = (step: StoryStep): string =>
  [step.do, 'request' in step ? step.request : '', 'as' in step ? `as ${step.as}` : ''].filter(Boolean).join(' ')

async function play(world: StoryWorld, verbs: StoryVerbs, step: StoryStep, hashAtVote: Map<string, string>): Promise<void> {
  const { kube, repository } = world
  const until = (check: () => Promise<boolean>): Promise<void> => waitFor(verbs, check)
  switch (step.do) {
    case 'vote':
      hashAtVote.set(step.request, (await statusOf(kube, step.request)).evaluation?.evaluationHash ?? '')
      return verbs.vote(step.as, step.request, step.verdict, { checked: step.checked, acceptable: step.acceptable, undo: step.undo })
    case 'merge': {
      const proposed = await branchOf(repository, step.request)
      await verbs.merge(step.as, step.request)
      // Asking is not merging: Git says when main has the proposed commit.
      return until(() => isInMain(repository, proposed))
    }
    case 'waitPhase':
      return until(async () => (await statusOf(kube, step.request)).phase === step.phase)
    case 'waitWithdrawn':
      return until(() => verbs.isWithdrawn(step.request))
    case 'waitProposed':
      return until(async () => (await branchOf(repository, step.request)) !== '')
    case 'waitEvaluationChanged':
      return until(async () => {
        const { evaluation } = await statusOf(kube, step.request)
        return evaluation?.evaluationHash !== undefined && evaluation.evaluationHash !== hashAtVote.get(step.request)
      })
    case 'waitVoteLapsed':
      return until(() => verbs.hasLapsed(step.request, step.of))
    case 'waitRefused':
      return until(async () => {
        const { applier } = (await (await fetch(`${world.controlUrl}/state`)).json()) as Refusals // safe: our own control address
        return applier.refused.some(({ object }) => object.endsWith(`/${REQUEST.kind}/${step.request}`))
      })
    case 'holdApplier':
      return tellApplier(world, { action: 'hold' })
    case 'releaseApplier':
      return tellApplier(world, { action: 'release' })
    case 'sync':
      return tellApplier(world, { action: 'sync', path: step.path })
    case 'commit': {
      const text = step.edit(await readFromMain(repository, step.path))
      await commitToMain(repository, { author: personOf(step.as), message: step.message, write: { [step.path]: text } })
      return
    }
    case 'deleteFile':
      await commitToMain(repository, { author: personOf(step.as), message: step.message, remove: [step.path] })
      return
  }
}

/** Lets the portal's worker go round until the system shows what is waited for. */
async function waitFor(verbs: StoryVerbs, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX
  while (!(await check())) {
    if (Date.now() > end) throw new Error('It did not come true in time.')
    await verbs.tick()
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** The commit that delivery proposed for a request (`decisions.md` 13); empty while there is none. */
const branchOf = async (repository: string, request: string): Promise<string> =>
  (await runGit(repository, ['for-each-ref', '--format=%(objectname)', `refs/heads/vortex/${request}-*`])).toString('utf8').trim()

const isInMain = (repository: string, commit: string): Promise<boolean> =>
  runGit(repository, ['merge-base', '--is-ancestor', commit, 'main']).then(
    () => true,
    () => false,
  )

async function statusOf(kube: KubeClient, name: string): Promise<Status> {
  const apiVersion = await kube.firstServed(REQUEST.versions, REQUEST.kind)
  const { items } = apiVersion === undefined ? { items: [] as KubeObject[] } : await kube.list({ apiVersion, kind: REQUEST.kind })
  return (items.find(({ metadata }) => metadata.name === name)?.['status'] ?? {}) as Status // safe: read field by field
}

async function tellApplier({ controlUrl }: StoryWorld, body: object): Promise<void> {
  const response = await fetch(`${controlUrl}/applier`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(await response.text())
}
