import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKubeClient } from '../../kube-client.ts'
import { startRealKube } from './apiserver.ts'
import { cachedAssets, findKubeAssets, pinnedVersion } from './assets.ts'

const assets = findKubeAssets()
if (assets.state === 'missing') process.stderr.write(`${assets.reason}: its checks are skipped\n`)

describe('where the binaries are', () => {
  test('is the cache of the pinned version, unless a setting says otherwise', () => {
    const env = { NODE_ENV: 'test', XDG_CACHE_HOME: '/nowhere' } as const
    expect(cachedAssets(env)).toMatch(new RegExp(`^/nowhere/vortex/kube-assets/${pinnedVersion()}-`))
    expect(findKubeAssets(env)).toMatchObject({ state: 'missing', reason: expect.stringContaining('npm run kube:build') })
  })
  test('is what KUBEBUILDER_ASSETS says, and a wrong setting is named', () => {
    const directory = mkdtempSync(join(tmpdir(), 'vortex-assets-'))
    const env = { NODE_ENV: 'test', KUBEBUILDER_ASSETS: directory } as const
    writeFileSync(join(directory, 'etcd'), '', { mode: 0o700 })
    expect(findKubeAssets(env)).toMatchObject({ reason: `KUBEBUILDER_ASSETS is ${directory} and there is no kube-apiserver to run in it` })
    writeFileSync(join(directory, 'kube-apiserver'), '', { mode: 0o700 })
    expect(findKubeAssets(env)).toEqual({ state: 'found', directory })
    rmSync(directory, { recursive: true })
  })
  test('holds programs that end at once: they are quoted', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vortex-assets-'))
    writeFileSync(join(directory, 'etcd'), '#!/bin/sh\nexit 0\n', { mode: 0o700 })
    writeFileSync(join(directory, 'kube-apiserver'), '#!/bin/sh\necho no such flag >&2\nexit 1\n', { mode: 0o700 })
    await expect(startRealKube(directory, [])).rejects.toThrow('kube-apiserver ended at once:\nno such flag')
    rmSync(directory, { recursive: true })
  })
})

test.skipIf(assets.state === 'missing')(
  'a real API server keeps its objects over kill -9, and knows its users by their tokens',
  async () => {
    if (assets.state === 'missing') return
    const server = await startRealKube(assets.directory, [
      { name: 'admin', username: 'admin', groups: ['system:masters'] },
      { name: 'nobody', username: 'nobody', groups: [] },
    ])
    try {
      const client = (user: string) => createKubeClient({ url: server.url, caPem: server.caPem, token: server.token(user) })
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'default' }, data: { a: '1' } }
      await client('admin').apply(map, 'test')
      await expect(client('nobody').apply(map, 'test')).rejects.toThrow('cannot patch resource "configmaps"')
      await server.kill()
      await expect(client('admin').apply(map, 'test')).rejects.toThrow(/ECONNREFUSED|did not answer|socket/)
      await server.start()
      await client('admin').apply({ ...map, data: { a: '2' } }, 'test')
    } finally {
      await server.stop()
    }
  },
)
