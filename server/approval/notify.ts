import 'server-only'

/** Topics of `vortex_changed` that a change of one request touches. */
export const topicsOf = (id: string): readonly string[] => ['approvals', `approval:${id}`]
