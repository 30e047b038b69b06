import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '#server/adapter/db/open.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import { keepRecord } from '#server/recorder/recorder.ts'
import { GROUP } from '#server/testing/watch-world.ts'

// A process that records when it leads, and does nothing else: to be killed.

const [address = '', kubeconfig = ''] = process.argv.slice(2)
const database = await openDatabase(address)
const only = ({ group }: { readonly group: string }): boolean => group === GROUP
const kube = await createKube({ kubeconfig, context: 'admin', cluster: 'test', now: () => database.now().getTime(), only })
for (;;) {
  await database.withLeadership('worker', (term) => keepRecord({ database, kube }, term, new AbortController().signal)).catch(() => false)
  await pause(200)
}
