import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKubeClient } from './kube-client.ts'
import { log, logTo, wordsOf } from './log.ts'
import { contextOf } from './set-up/kubeconfig.ts'
import { isDone, markDone, pathsOf } from './set-up/state.ts'
import { settingOf } from './set-up.ts'
import { runStory } from './story/run-story.ts'
import type { StoryVerbs } from './story/verbs.ts'
import type { Addresses } from './servers.ts'
import type { Layout } from './set-up/state.ts'
import { story } from './world/story.ts'

/** The file that connects the story to the portal's verbs; it alone may import the server (`decisions.md` 19). */
const VERBS = join(import.meta.dirname, 'story', 'connect-verbs.ts')

/** Plays the story at start once, in a process of its own that holds the portal's database. Environment: that of the portal. */
async function main(dir: string): Promise<void> {
  const paths = pathsOf(dir)
  logTo(join(paths.logs, 'story.log'))
  if (isDone(dir, 'story')) return
  if (!existsSync(VERBS)) throw new Error('The portal has no verbs for the story yet.')
  const { connectVerbs } = (await import(VERBS)) as { connectVerbs: () => Promise<StoryVerbs> } // safe: checked by the type of that file
  const addresses = JSON.parse(readFileSync(paths.demo, 'utf8')) as Addresses // safe: written by the demo
  const { layout } = (await (await fetch(`${addresses.control.url}/state`)).json()) as { layout: Layout } // safe: our own control address
  markDone(dir, 'story-begun')
  const kube = createKubeClient(contextOf(paths.kubeconfig, 'vortex'))
  const verbs = await connectVerbs()
  try {
    const steps = story(settingOf(layout))
    await runStory({ kube, repository: addresses.git.path, controlUrl: addresses.control.url, steps }, verbs)
    markDone(dir, 'story')
  } finally {
    await verbs.close()
    kube.close()
  }
}

try {
  await main(process.argv[2] ?? '.vortex')
  process.exit(0)
} catch (cause) {
  const words = [wordsOf(cause), cause instanceof Error && cause.cause !== undefined ? wordsOf(cause.cause) : ''].join(' ')
  log.error('story.stopped', { words })
  process.stderr.write(`${words}\n`)
  process.exit(1)
}
