import type { KubeUser } from '../kube/users.ts'
import { applierIdentity, operatorIdentity, portalIdentity, writers } from '../world/identities.ts'

/** Everybody who speaks to the API server; the name is the context in the kubeconfig. The first is current. */
export const kubeUsers: readonly KubeUser[] = [
  { name: 'vortex', username: portalIdentity.user, groups: [] },
  { name: 'admin', username: 'admin', groups: ['system:masters'] },
  { name: 'gitops', username: applierIdentity.user, groups: [] },
  { name: 'operator', username: operatorIdentity.user, groups: [] },
  ...Object.entries(writers).map(([name, { user }]) => ({ name, username: user, groups: [] })),
]
