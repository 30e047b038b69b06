export type VersionFit = { readonly fits: boolean; readonly by: 'equal text' | 'major version' }

const SEMVER = /^v?(\d+)\.\d+\.\d+(?:[-+].*)?$/

/** Rule E1: no algorithm is given, so equal text, or the same major when both are semantic versions; says which was used. */
export function versionFit(app: string, domain: string): VersionFit {
  const [mine, theirs] = [SEMVER.exec(app)?.[1], SEMVER.exec(domain)?.[1]]
  if (mine !== undefined && theirs !== undefined) return { fits: mine === theirs, by: 'major version' }
  return { fits: app === domain, by: 'equal text' }
}
