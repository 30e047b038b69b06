import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What Git remembers of the ledger: every proposal that Vortex signed names its request, its digest and the number of its entry. Whoever
// cuts the end off a ledger, or writes it anew with hashes that fit, would have to do the same in every clone of the repository.

/** The sealing entries of a ledger, by their number. */
export type Sealing = { readonly requestId: string | null; readonly action: string; readonly digest: unknown }

const FIELDS = ['%H', '%G?', ...['Request', 'Ledger', 'Digest'].map((key) => `%(trailers:key=Vortex-${key},valueonly,separator=%x2C)`)]

/**
 * Compares the signed proposals of a repository (a clone or a bare one) with the ledger. Who signs for Vortex stands in
 * `vortex/allowed_signers` of HEAD. Gives how many were found and what does not fit, in words; throws what git says when it cannot read.
 */
export function compareWithGit(
  repository: string,
  entries: ReadonlyMap<number, Sealing>,
): { readonly proposals: number; readonly wrong: readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'vortex-signers-'))
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const signers = join(directory, 'allowed_signers')
    writeFileSync(signers, git('show', 'HEAD:vortex/allowed_signers'))
    const settings = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`]
    const commits = git(...settings, 'log', '--all', '--grep=^Vortex-Ledger: ', `--format=${FIELDS.join('%x00')}%x1e`)
      .split('\x1e')
      .map((one) => one.trim().split('\0'))
      .filter((fields) => fields.length === FIELDS.length)
    const ours = commits.filter(([, signature]) => signature === 'G')
    return { proposals: ours.length, wrong: ours.flatMap(([commit = '', , ...trailers]) => wrongWith(commit, trailers, entries)) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function wrongWith(commit: string, [request, number, digest]: readonly string[], entries: ReadonlyMap<number, Sealing>): readonly string[] {
  const entry = entries.get(Number(number))
  const where = `commit ${commit.slice(0, 12)} says that entry ${number} sealed request ${request}`
  if (entry === undefined) return [`${where}, and the ledger ends before it`]
  if (entry.requestId !== request || !/[.](approved|rejected)$/.test(entry.action))
    return [`${where}, and that entry is ${entry.action} of another`]
  return entry.digest === digest ? [] : [`${where} with the digest ${digest}, and the entry has another one`]
}
