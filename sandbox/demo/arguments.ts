import { parseArgs } from 'node:util'
import { resolve } from 'node:path'
import { type Generation, GENERATIONS } from '../world/generation.ts'

export type DemoArguments = {
  readonly dir: string
  readonly isFresh: boolean
  readonly withPortal: boolean
  readonly withStory: boolean
  readonly isRenamed: boolean
  readonly shiftDays: number
  readonly apiServer: 'embedded' | 'real'
  readonly generation: Generation
  readonly port: number
}

const PORT_DEFAULT = 3_000

export const USAGE = `npm run demo -- [options]
  --fresh           begin with a new world
  --dir DIR         where its state is kept (.vortex)
  --no-portal       only the world and the operator
  --no-story        do not play the story at start
  --rename          give every demo object another name
  --shift-days N    move the past N days back
  --generation B    the kinds of the platform as it served them before it renamed them (C)
  --real-kube       a real kube-apiserver instead of the sandbox's own (made once by npm run kube:build)
  PORT=3000         the portal's port; 0 takes a free one`

/** Reads the command line; throws with a sentence when it cannot be meant. */
export function readArguments(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      fresh: { type: 'boolean', default: false },
      dir: { type: 'string', default: '.vortex' },
      'no-portal': { type: 'boolean', default: false },
      'no-story': { type: 'boolean', default: false },
      rename: { type: 'boolean', default: false },
      'shift-days': { type: 'string', default: '0' },
      generation: { type: 'string', default: 'C' },
      'real-kube': { type: 'boolean', default: false },
    },
  })
  const shiftDays = Number(values['shift-days'])
  const port = Number(environment['PORT'] ?? PORT_DEFAULT)
  if (!Number.isInteger(shiftDays) || shiftDays < 0) throw new Error('--shift-days takes a whole number of days.')
  const generation = GENERATIONS.find((known) => known === values.generation)
  if (generation === undefined) throw new Error(`--generation takes ${GENERATIONS.join(' or ')}.`)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT must be a port number.')
  return {
    dir: resolve(values.dir),
    isFresh: values.fresh,
    withPortal: !values['no-portal'],
    withStory: !values['no-story'],
    isRenamed: values.rename,
    shiftDays,
    apiServer: values['real-kube'] ? 'real' : 'embedded',
    generation,
    port,
  }
}
