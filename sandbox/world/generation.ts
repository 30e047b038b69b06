/** The times of the platform that this world can be laid out in (kinds.md 1). Its files are written in C, the newest. */
export const GENERATIONS = ['B', 'C'] as const
export type Generation = (typeof GENERATIONS)[number]

/** The group that holds the kinds of several operators, the requests among them (relationships.md 8). */
export const SHARED_GROUP: Readonly<Record<Generation, string>> = { B: 'infrastructure.ontai.dev', C: 'seam.ontai.dev' }

/** What the files say, and what generation B called it: a group, or a kind in each of its spellings. */
const CALLED_IN_B: Readonly<Record<string, string>> = {
  [SHARED_GROUP.C]: SHARED_GROUP.B,
  'guardian.ontai.dev': 'security.ontai.dev',
  TalosCluster: 'InfrastructureTalosCluster',
  TalosClusterList: 'InfrastructureTalosClusterList',
  taloscluster: 'infrastructuretaloscluster',
  talosclusters: 'infrastructuretalosclusters',
  LineageRecord: 'InfrastructureLineageIndex',
  LineageRecordList: 'InfrastructureLineageIndexList',
  lineagerecord: 'infrastructurelineageindex',
  lineagerecords: 'infrastructurelineageindices',
}
const words = Object.keys(CALLED_IN_B)
  .map((word) => word.replaceAll('.', String.raw`\.`))
  .join('|')
/** Whole words; labels never were renamed (kinds.md 2.3 and 3). */
const NAMED = new RegExp(`(?<![A-Za-z0-9])(?:${words})(?![A-Za-z0-9]|/(?:webhook-mode|dsns-zone))`, 'g')

/** Scalars of a cluster that generation C added (kinds.md 4.1), as a line of YAML and as a member of an object in JSON. */
const ONLY_IN_C = /^ *(?:pkiRotationThresholdDays|pkiExpiryDate): .*\n|"(?:pkiRotationThresholdDays|pkiExpiryDate)":(?:"[^"]*"|\d+),/gm

/** Says any text of this world, paths and definitions too, in the words of a generation. */
export function inGeneration(generation: Generation): (text: string) => string {
  if (generation === 'C') return (text) => text
  return (text) => text.replace(ONLY_IN_C, '').replace(NAMED, (word) => CALLED_IN_B[word] ?? word)
}
