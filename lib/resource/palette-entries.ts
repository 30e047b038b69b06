import type { HitsView } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

/** What the command palette shows of a search: names with where they are, each with its address. */
export type PaletteAnswer = {
  readonly entries: readonly { readonly href: string; readonly label: string; readonly about: string }[]
  /** What a reader must know of the answer: that there is more, or what could not be looked through. */
  readonly notes: readonly string[]
}

const SILENT_NAMED = 3

export function paletteEntries({ kinds, hits, more, silent, unopened }: HitsView): PaletteAnswer {
  return {
    entries: [
      ...kinds.map(({ elsewhere, ...kind }) => ({
        href: routes.resourceKind(kind, elsewhere),
        label: kind.kind,
        about: ['all objects,', kind.group || 'core', elsewhere && `in ${elsewhere}`].filter(Boolean).join(' '),
      })),
      ...hits.map(({ ref, elsewhere, label }) => ({
        href: routes.object(ref),
        label: ref.name,
        about: [ref.kind, ref.namespace && `in ${ref.namespace}`, elsewhere && `of ${elsewhere}`, label].filter(Boolean).join(' '),
      })),
    ],
    notes: [
      ...(more ? ['More objects match. Add a word to narrow it down.'] : []),
      ...(silent.length > 0
        ? [`${silent.length} kinds cannot be read now and were not looked through: ${silent.slice(0, SILENT_NAMED).join(', ')}.`]
        : []),
      // Said to whoever found nothing: most look for what is followed anyway.
      ...(hits.length === 0 && unopened > 0
        ? [`${unopened} kinds are not followed until somebody opens them and were not looked through. Their names are found.`]
        : []),
    ],
  }
}
