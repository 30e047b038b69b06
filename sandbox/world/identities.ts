/** Who writes to the API server of the sandbox besides its administrator. */
export type Writer = 'guardian' | 'platform' | 'seam' | 'conductor' | 'app-operator'
export type Identity = { readonly user: string; readonly namespace: string; readonly serviceAccount: string; readonly fieldManager: string }

const identity = (namespace: string, serviceAccount: string, fieldManager: string): Identity => ({
  user: `system:serviceaccount:${namespace}:${serviceAccount}`,
  namespace,
  serviceAccount,
  fieldManager,
})

/** The operators' identities; each has its role in `repository/clusters/ccs-mgmt/_cluster` and writes under its own field manager. */
export const writers: Readonly<Record<Writer, Identity>> = {
  guardian: identity('seam-system', 'guardian', 'guardian'),
  platform: identity('seam-system', 'platform', 'platform'),
  seam: identity('seam-system', 'seam', 'seam-core'),
  conductor: identity('ont-system', 'conductor', 'conductor'),
  'app-operator': identity('seam-system', 'app-operator', 'app-operator'),
}

/** The portal (reads only), the GitOps applier, and the project's own operator. */
export const portalIdentity = identity('vortex-system', 'vortex', 'vortex')
export const applierIdentity = identity('gitops', 'applier', 'gitops-applier')
export const operatorIdentity = identity('vortex-system', 'vortex-operator', 'vortex-operator')
