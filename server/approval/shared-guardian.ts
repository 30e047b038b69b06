import 'server-only'
import type { Guardian, GuardianAnswer } from '#server/adapter/guardian/guardian.ts'

/** Deciding takes answers of at most this age (decisions.md 4); a list takes no older ones. */
const AGE_MAX_MS = 5_000
const KEPT_MAX = 20_000
const AT_ONCE = 32

type Shared = {
  readonly answers: Map<string, { readonly at: number; readonly answer: Promise<GuardianAnswer> }>
  running: number
  waiting: (() => void)[]
}

const shared = new WeakMap<Guardian, Shared>()

/** Guardian for lists: one question per person, resource and name within its allowed age, and only so many under way at once. */
export function sharedGuardian(guardian: Guardian): Guardian {
  const state = shared.get(guardian) ?? { answers: new Map(), running: 0, waiting: [] }
  shared.set(guardian, state)
  return {
    ...guardian,
    check: (login, permission) => {
      const key = [login, permission.verb, permission.group, permission.resource, permission.name ?? ''].join('\n')
      const known = state.answers.get(key)
      if (known !== undefined && performance.now() - known.at < AGE_MAX_MS) return known.answer
      const answer = inLine(state, () => guardian.check(login, permission))
      // Put last, so that what is dropped first is what was asked first.
      state.answers.delete(key)
      state.answers.set(key, { at: performance.now(), answer })
      answer.catch(() => state.answers.delete(key))
      for (const oldest of state.answers.keys()) {
        if (state.answers.size <= KEPT_MAX) break
        state.answers.delete(oldest)
      }
      return answer
    },
  }
}

async function inLine<T>(state: Shared, ask: () => Promise<T>): Promise<T> {
  while (state.running >= AT_ONCE) await new Promise<void>((go) => state.waiting.push(go))
  state.running += 1
  try {
    return await ask()
  } finally {
    state.running -= 1
    state.waiting.shift()?.()
  }
}
