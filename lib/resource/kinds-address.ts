import { groupPart } from '#lib/kube/group-part.ts'

/** What the page of all kinds shows stands in its address. */
export const KINDS_PARAMS = ['cluster', 'q', 'group', 'page'] as const
export type KindsParam = (typeof KINDS_PARAMS)[number]
export type KindsAddress = Readonly<Partial<Record<KindsParam, string>>>

/** What an address asks for; anything else in it is ignored. */
export const kindsAddress = (given: Readonly<Record<string, string | readonly string[] | undefined>>): KindsAddress =>
  Object.fromEntries(
    KINDS_PARAMS.flatMap((key) => {
      const value = given[key]
      return typeof value === 'string' && value !== '' ? [[key, value]] : []
    }),
  )

const written = (address: KindsAddress): string => {
  const all = Object.entries<string>(address).filter(([, value]) => value !== '')
  return `?${all.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`
}

/** Another page of the same. */
export const withKindsPage = (address: KindsAddress, page: number): string => written({ ...address, page: page === 1 ? '' : String(page) })

/** The kinds of one API group, or of all again; reading begins at the first page. */
export const withKindsGroup = (address: KindsAddress, group: string | undefined): string =>
  written({ ...address, group: group === undefined ? '' : groupPart(group), page: '' })
