import { afterEach, expect, test, vi } from 'vitest'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'

afterEach(() => void vi.unstubAllGlobals())

const answering = (body: unknown, status: number): void =>
  void vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body, { status })))
const failure = (address: string, gone?: AbortSignal) => fetchJson(address, gone).then(() => undefined, problemFrom)

test('a refusal says which field, and what is no field of ours is left out', async () => {
  const fields = [{ field: 'label', message: 'Write app=web.' }, { field: 1, message: 'x' }, 'y', null]
  answering({ title: 'No.', code: 'invalid', ref: 'r1', fields }, 422)
  expect(await failure('/x')).toEqual({
    code: 'invalid',
    message: 'No.',
    ref: 'r1',
    fields: [{ field: 'label', message: 'Write app=web.' }],
  })
  answering({ title: 'No.', fields: 'all' }, 500)
  expect(await failure('/x')).toMatchObject({ code: 'unavailable', fields: [] })
})

test('a reading that nobody waits for ends', async () => {
  vi.stubGlobal(
    'fetch',
    (_address: string, { signal }: { readonly signal: AbortSignal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
  )
  const gone = new AbortController()
  const read = failure('/x', gone.signal)
  gone.abort()
  expect(await read).toMatchObject({ ref: 'browser' })
})
