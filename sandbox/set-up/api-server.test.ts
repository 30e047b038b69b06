import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findKubeAssets } from '../kube/real/assets.ts'
import { createKubeClient } from '../kube-client.ts'
import { type ApiServer, openApiServer } from './api-server.ts'
import { kubeUsers } from './kube-users.ts'
import { type Layout, pathsOf } from './state.ts'

const dir = mkdtempSync(join(tmpdir(), 'api-server-'))
mkdirSync(pathsOf(dir).world, { recursive: true })
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const layout: Layout = { now: new Date().toISOString(), isRenamed: false, shiftDays: 0, apiServer: 'real' }
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'default' }, data: { a: '1' } }
const as = (server: ApiServer, user: string) => createKubeClient({ url: server.url, caPem: server.caPem, token: server.token(user) })

test.skipIf(findKubeAssets().state === 'missing')(
  'a world in a real API server has its users there, finds its objects again, and names the processes that a crash would leave',
  async () => {
    const first = await openApiServer(dir, layout)
    for (const { name } of kubeUsers) expect(first.kubeconfig).toContain(`name: ${name}\n`)
    await as(first, 'admin').apply(map, 'test')
    await expect(as(first, 'vortex').apply(map, 'test')).rejects.toMatchObject({ code: 403 })
    const token = first.token('vortex')
    const left = JSON.parse(readFileSync(join(dir, 'children.json'), 'utf8')) as Record<string, { pid: number }>
    // Signal 0 only asks; it throws where there is no such process.
    expect(Object.keys(left).toSorted()).toEqual(['etcd', 'kube-apiserver'])
    expect(Object.values(left).map(({ pid }) => process.kill(pid, 0))).toEqual([true, true])
    await first.close()

    const second = await openApiServer(dir, layout)
    expect(second.token('vortex')).toBe(token)
    expect(await as(second, 'admin').get({ ...map, ...map.metadata })).toMatchObject({ data: { a: '1' } })
    await second.close()
  },
)
