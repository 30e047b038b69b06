import type { Adapter, AdapterPayload } from 'oidc-provider'

/** Sign-ins under way and sessions, in memory: a restarted provider asks again who it is. */
export function createMemory(): (name: string) => Adapter {
  const kept = new Map<string, { readonly payload: AdapterPayload; readonly until: number }>()

  return (name) => {
    const key = (id: string): string => `${name}:${id}`
    const read = (id: string): AdapterPayload | undefined => {
      const found = kept.get(id)
      if (found !== undefined && found.until < Date.now()) kept.delete(id)
      return found !== undefined && found.until >= Date.now() ? found.payload : undefined
    }
    const match = (field: 'uid' | 'userCode', value: string): AdapterPayload | undefined =>
      [...kept]
        .filter(([id]) => id.startsWith(`${name}:`))
        .map(([id]) => read(id))
        .find((payload) => payload?.[field] === value)
    return {
      upsert: async (id, payload, seconds) =>
        void kept.set(key(id), { payload, until: Date.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1_000 }),
      find: async (id) => read(key(id)),
      findByUid: async (uid) => match('uid', uid),
      findByUserCode: async (code) => match('userCode', code),
      consume: async (id) => {
        const found = kept.get(key(id))
        if (found !== undefined) kept.set(key(id), { ...found, payload: { ...found.payload, consumed: Math.floor(Date.now() / 1_000) } })
      },
      destroy: async (id) => void kept.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [id, { payload }] of kept) if (payload.grantId === grantId) kept.delete(id)
      },
    }
  }
}
