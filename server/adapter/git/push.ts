import 'server-only'
import { AppError } from '#lib/error.ts'
import type { Mirror } from '#server/adapter/git/mirror.ts'
import { type Remote, remoteProblem } from '#server/adapter/git/remote.ts'
import { isAncestor } from '#server/adapter/git/read.ts'

const PUSH_DEADLINE = 60_000

/** Pushes one ref if the remote still has `expected` there (empty: nothing). The remote's having it already is success. */
async function push(mirror: Mirror, remote: Remote, branch: string, commit: string, expected: string, doing: string, deadline?: number) {
  const ref = `refs/heads/${branch}`
  const pushed = await mirror.run(
    ['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:${expected}`, remote.url, `${commit}:${ref}`],
    {
      env: remote.env(),
      deadline: deadline ?? PUSH_DEADLINE,
    },
  )
  if (pushed.code === 0) {
    await mirror.exclusive(() => mirror.run(['update-ref', ref, commit]))
    return
  }
  throw remoteProblem(pushed, remote, doing)
}

export async function createBranch(mirror: Mirror, remote: Remote, branch: string, commit: string, deadline?: number): Promise<void> {
  await mirror.ensure()
  const valid = await mirror.run(['check-ref-format', '--branch', branch])
  if (valid.code !== 0) throw new AppError('invalid', `"${branch}" is not a name for a branch.`)
  try {
    await push(mirror, remote, branch, commit, '', `the branch ${branch}`, deadline)
  } catch (error) {
    const stale = error instanceof AppError && error.code === 'conflict' && /stale info/.test(error.message)
    if (!stale) throw error
    throw new AppError('conflict', `The branch ${branch} exists already with another commit. Somebody else wrote to it.`, { cause: error })
  }
}

export async function advanceMain(
  mirror: Mirror,
  remote: Remote,
  main: string,
  commit: string,
  expected: string,
  deadline?: number,
): Promise<void> {
  await mirror.ensure()
  if (!(await isAncestor(mirror, expected, commit)))
    throw new AppError('conflict', `The commit does not follow ${expected.slice(0, 8)}: ${main} is never rewritten.`)
  try {
    await push(mirror, remote, main, commit, expected, `the merge into ${main}`, deadline)
  } catch (error) {
    const moved = error instanceof AppError && error.code === 'conflict' && /stale info|fetch first|non-fast-forward/.test(error.message)
    if (!moved) throw error
    throw new AppError('conflict', `The branch ${main} has moved meanwhile.`, { cause: error })
  }
}
