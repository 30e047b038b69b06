import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

// `npm run prove -- NAME [options]`: proofs that take longer than the suite may. Each is a file of tools/prove with a function `prove`.

type Proof = { readonly prove: (args: readonly string[]) => Promise<boolean> }

const folder = join(import.meta.dirname, 'prove')
const [name = '', ...args] = process.argv.slice(2)
const file = join(folder, `${name}.ts`)
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const known = (await readdir(folder)).filter((each) => /^[a-z-]+\.ts$/.test(each)).map((each) => each.slice(0, -3))
  process.stderr.write(`npm run prove -- NAME [options], where NAME is one of: ${known.join(', ')}\n`)
  process.exit(64)
}
const { prove } = (await import(file)) as Proof // safe: every file of that folder has it
process.exit((await prove(args)) ? 0 : 1)
