import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type Generation, inGeneration } from '#sandbox/world/generation.ts'

const here = import.meta.dirname
const crdFolders = [join(here, '../../config/crd'), join(here, 'crd')]
const CRD_HOME = 'clusters/ccs-mgmt/_cluster/customresourcedefinition.apiextensions.k8s.io'

function readTree(root: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Every resource definition of the world, by name; each stands in one file only, here or in `config/crd`. */
export function readDefinitions(): ReadonlyMap<string, string> {
  const found = crdFolders.flatMap((folder) => [...readTree(folder)])
  return new Map(found.map(([file, text]) => [file.replace(/\.yaml$/, ''), text]))
}

/** A definition in the words of a generation: its own where fields differ, else the same with other names. */
export function definitionIn(generation: Generation, text: string): string {
  const said = inGeneration(generation)(text)
  const [, name = ''] = /^metadata:\n {2}name: (\S+)$/m.exec(said) ?? []
  return (generation === 'B' && ofB().get(`${name}.yaml`)) || said
}

const ofB = (): ReadonlyMap<string, string> => readTree(join(here, 'crd-b'))

/** The GitOps repository at the start of the demo, as written: path in the repository to text. */
export function readRepository(): ReadonlyMap<string, string> {
  const files = new Map(readTree(join(here, 'repository')))
  for (const [name, text] of readDefinitions()) files.set(`${CRD_HOME}/${name}.yaml`, text)
  return files
}

/** An earlier version of a repository file. */
export const readPast = (path: string, version: number): string => readFileSync(join(here, 'past', `${path}@${version}.yaml`), 'utf8')

/** What operators have written, one text per file of `observed/`. */
export const readObserved = (): ReadonlyMap<string, string> => readTree(join(here, 'observed'))
