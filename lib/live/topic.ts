import type { ResourceRef } from '#lib/kube/ref.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** A topic names what may have changed, never what it now is: the reader asks again, and is asked for its rights again. */
export type Topic = string

/** What the whole of a page follows. */
export const TOPICS = ['approvals', 'deliveries', 'topology', 'profiles', 'notices', 'sources', 'ledger', 'history'] as const

/** What one thing is followed by: the word, a colon and its name. */
const OF_ONE = ['approval', 'delivery', 'object', 'kind'] as const

/** More than any page shows. */
export const TOPICS_MAX = 64
const LENGTH_MAX = 1_000

/** One object of the cluster, whose name every signed-in person may see (ADR 0005). */
export const objectTopic = ({ group, kind, namespace, name }: Omit<ResourceRef, 'cluster'>): Topic =>
  `object:${group}/${kind}/${namespace}/${name}`
/** All objects of one kind. */
export const kindTopic = ({ group, kind }: Pick<ResourceRef, 'group' | 'kind'>): Topic => `kind:${group}/${kind}`

/** What only this person hears as `topic`. Logins are lower case and have no @ (decisions.md 3). */
export const personal = (topic: Topic, login: string): string => `${topic}@${login}`

/** Topics that are about one person: nobody else is told that something of theirs changed. */
const PERSONAL: ReadonlySet<Topic> = new Set(['notices'])

/** Under which keys a person hears these topics: what concerns everybody, and what concerns them. */
export const keysOf = (topics: readonly Topic[], login: string): ReadonlySet<string> =>
  new Set(topics.flatMap((topic) => (PERSONAL.has(topic) ? [topic, personal(topic, login)] : [topic])))

/** The topic that a key is heard as. */
export const topicOf = (key: string): Topic => {
  const at = key.indexOf('@')
  return at > 0 && PERSONAL.has(key.slice(0, at)) ? key.slice(0, at) : key
}

/** Whether a topic is of one thing, of which there may be any number. */
export const familyOf = (key: string): string => {
  const colon = key.indexOf(':')
  return colon === -1 ? '' : key.slice(0, colon)
}

const isTopic = (text: string): boolean => {
  if ((TOPICS as readonly string[]).includes(text)) return true
  const colon = text.indexOf(':')
  return colon > 0 && colon < text.length - 1 && (OF_ONE as readonly string[]).includes(text.slice(0, colon))
}

/** The topics that a request names; the problem names what is wrong with them. */
export function parseTopics(given: readonly string[]): Result<readonly Topic[], string> {
  const topics = [...new Set(given)]
  if (topics.length > TOPICS_MAX) return err(`At most ${TOPICS_MAX} topics; open a second stream for more.`)
  const wrong = topics.find((topic) => topic.length > LENGTH_MAX || !isTopic(topic))
  if (wrong === undefined) return ok(topics)
  return err(`“${wrong.slice(0, 80)}” is no topic. There are ${TOPICS.join(', ')}, and ${OF_ONE.join(', ')} with a colon and a name.`)
}
