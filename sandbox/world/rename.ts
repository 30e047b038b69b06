import { parse } from 'yaml'

/** Gives a demo object another name; called with every name that belongs to this world and not to the platform. */
export type Rename = (name: string) => string

type Named = { readonly kind?: string; readonly apiVersion?: string; readonly metadata?: { readonly name?: string } }

const PLATFORM = new Set(['guardian', 'platform', 'conductor', 'wrapper', 'seam-core', 'vortex'])

/**
 * The names of demo objects among repository files: governed applications, their domain and application objects, relationships between
 * them, requests. Platform identities, clusters, namespaces and people keep their names.
 */
export function demoNames(files: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set<string>()
  for (const [path, text] of files) {
    if (!path.startsWith('clusters/') || !path.endsWith('.yaml')) continue
    const object = parse(text) as Named
    const group = object.apiVersion?.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : ''
    const name = object.metadata?.name
    if (name !== undefined && isDemo(group, object.kind ?? '', name)) names.add(name)
  }
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

function isDemo(group: string, kind: string, name: string): boolean {
  if (kind === 'RelationshipAdmissionRequest' || group === 'app.ontai.dev' || group.endsWith('.fintech-core.ontai.dev')) return true
  return group === 'core.ontai.dev' && ![...PLATFORM].some((own) => name === own || name.startsWith(`${own}-`))
}

/** A function that renames whole names wherever they stand in a text: letters, digits and hyphens make up a name, a dot ends it. */
export function renamer(names: readonly string[], rename: Rename | undefined): (text: string) => string {
  if (rename === undefined || names.length === 0) return (text) => text
  const pattern = new RegExp(`(?<![A-Za-z0-9-])(?:${names.join('|')})(?![A-Za-z0-9-])`, 'g')
  return (text) => text.replace(pattern, (name) => rename(name))
}
