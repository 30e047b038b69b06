/** Branch of a proposal: the request's name and the first 8 hex digits of the decided digest (decisions.md 13). */
export const branchOf = (name: string, digest: string): string =>
  `vortex/${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll('..', '.')}-${digest.replace(/^sha256:/, '').slice(0, 8)}`
