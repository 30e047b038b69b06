import { createServer, type IncomingMessage } from 'node:http'
import { randomUUID } from 'node:crypto'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { requestMerge } from '#server/approval/merge.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import type { Ctx } from '#server/context.ts'
import { keepMirror } from '#server/delivery/keep-mirror.ts'
import { problem } from '#server/edge/problem.ts'
import { world } from '#server/world.ts'
import { personOf } from '#sandbox/world/people.ts'

// The portal's verbs behind bare HTTP, without pages: a process to be killed from outside. The body says who calls; loopback only.

const VERBS = { cast: castVote, withdraw: withdrawVote, merge: requestMerge, get: getRequest }

const here = await world()
keepMirror(here)

function ctxOf(login: string): Ctx {
  const { name, groups } = personOf(login)
  return {
    ...here,
    viewer: { kind: 'person', login, name, groups },
    requestId: `prove-${randomUUID()}`,
    now: new Date(),
    db: here.database.db,
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // safe: no encoding is set
  return Buffer.concat(chunks).toString('utf8')
}

const server = createServer((request, response) => {
  void answer(request).then(
    (said) => response.end(JSON.stringify({ ok: true, value: said ?? null })),
    (error: unknown) => response.end(JSON.stringify({ ok: false, error: problem(error) })),
  )
})

async function answer(request: IncomingMessage): Promise<unknown> {
  const { verb, as, input } = JSON.parse(await textOf(request)) as { verb: keyof typeof VERBS; as: string; input: unknown } // safe: our own harness
  return VERBS[verb](ctxOf(as), input)
}

server.listen(Number(process.env['PORT']), '127.0.0.1')
