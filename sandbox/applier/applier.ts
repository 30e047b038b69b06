import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { headOf } from '../git/repository.ts'
import type { KubeClient } from '../kube-client.ts'
import { log, wordsOf } from '../log.ts'
import { createTurn } from '../turn.ts'
import { type Inventory, readInventory, type Refused, type Waiting, writeInventory } from './inventory.ts'
import { runPass } from './pass.ts'

export type ApplierState = {
  readonly held: boolean
  /** The commit last gone through, and where `main` stands. */
  readonly commit: string
  readonly head: string
  readonly refused: readonly Refused[]
  readonly waiting: readonly Waiting[]
  /** Why the API server could not be asked, while it cannot. */
  readonly problem: string | undefined
}

export type Applier = {
  readonly state: () => ApplierState
  /** Stops applying until `release`; commits go on arriving. */
  readonly hold: () => void
  readonly release: () => void
  /** Applies now, held or not; with a prefix only those paths, as somebody's partial sync would. */
  readonly sync: (pathPrefix?: string) => Promise<void>
  readonly close: () => Promise<void>
}

const RETRY_MS_FIRST = 1_000
const RETRY_MS_MAX = 15_000

/** The GitOps applier: follows `main` of the bare repository and applies this cluster's folder under its own identity. */
export async function startApplier(options: {
  readonly repository: string
  readonly kube: KubeClient
  readonly under: string
  readonly everyMs?: number
}): Promise<Applier> {
  const { repository, kube, under, everyMs = 500 } = options
  const turn = createTurn()
  let inventory = await readInventory(kube)
  let [held, closed, head, problem] = [false, false, inventory.commit, undefined as string | undefined]
  let retry = { at: 0, pauseMs: RETRY_MS_FIRST }

  async function pass(only?: string): Promise<void> {
    head = (await mainOf(repository)) ?? ''
    if (head === '') return
    const isNew = head !== inventory.commit
    const next = await runPass({ kube, repository, commit: head, under, only }, inventory)
    const open = next.refused.length + next.waiting.length
    if (changed(inventory, next)) {
      await writeInventory(kube, next)
      log.info('applier.applied', { commit: head, objects: next.applied.size, refused: next.refused.length, waiting: next.waiting.length })
      inventory = next
    }
    retry = isNew || open === 0 ? { at: Date.now() + RETRY_MS_FIRST, pauseMs: RETRY_MS_FIRST } : later(retry.pauseMs)
  }

  const guarded = (only?: string): Promise<void> =>
    turn(async () => {
      try {
        await pass(only)
        problem = undefined
      } catch (cause) {
        problem = wordsOf(cause)
        retry = later(retry.pauseMs)
        log.warn('applier.unable', { words: problem })
      }
    })

  async function look(): Promise<void> {
    if (held || closed) return
    head = (await mainOf(repository)) ?? ''
    const isOpen = inventory.refused.length + inventory.waiting.length > 0 || problem !== undefined
    const due = Date.now() >= retry.at
    if ((head !== inventory.commit && (problem === undefined || due)) || (isOpen && due)) await guarded()
  }

  const watching = (async () => {
    while (!closed) {
      await look().catch((cause: unknown) => log.warn('applier.look', { words: wordsOf(cause) }))
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()

  return {
    state: () => ({ held, commit: inventory.commit, head, refused: inventory.refused, waiting: inventory.waiting, problem }),
    hold: () => void (held = true),
    release: () => void (held = false),
    sync: guarded,
    async close() {
      closed = true
      await watching
      await turn(async () => {})
    },
  }
}

const later = (pauseMs: number) => ({ at: Date.now() + pauseMs, pauseMs: Math.min(pauseMs * 2, RETRY_MS_MAX) })

function changed(before: Inventory, after: Inventory): boolean {
  const meaning = ({ commit, refused, waiting, applied }: Inventory): string => JSON.stringify([commit, refused, waiting, [...applied]])
  return meaning(before) !== meaning(after)
}

/** Where `main` stands: usually one small file, otherwise git knows. */
async function mainOf(repository: string): Promise<string | undefined> {
  try {
    return readFileSync(join(repository, 'refs/heads/main'), 'utf8').trim()
  } catch {
    return headOf(repository)
  }
}
