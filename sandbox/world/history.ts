/** One commit of the past. A path ending in `/` or `*` is a prefix; `past` says which files stood in an earlier version then. */
export type PastCommit = {
  readonly author: string
  readonly daysAgo: number
  readonly message: string
  readonly paths: readonly string[]
  readonly past?: Readonly<Record<string, number>>
}

const C = 'clusters/ccs-mgmt'
const CORE = (kind: string): string => `${C}/ont-system/${kind}.core.ontai.dev`
const REQUEST = (name: string): string => `${C}/seam-system/relationshipadmissionrequest.seam.ontai.dev/${name}.yaml`
const RELATION = (name: string): string => `${CORE('domainrelationship')}/${name}.yaml`
const DOMAIN_KINDS = ['identity', 'boundary', 'policy', 'event', 'workflow', 'resource', 'audit', 'semanticnameservice']
const domainObjects = (name: string): string[] => DOMAIN_KINDS.map((kind) => `${CORE(`domain${kind}`)}/${name}.yaml`)
const APP_KINDS = ['boundary', 'identity', 'policy', 'topology', 'eventschema', 'workflow', 'resourceprofile', 'auditpolicy', 'profile']
const appObjects = (namespace: string, name: string, governed: string): string[] => [
  ...APP_KINDS.map((kind) => `${C}/${namespace}/app${kind}.app.ontai.dev/${name}.yaml`),
  `${C}/${namespace}/${governed}.${namespace}.fintech-core.ontai.dev/${name}.yaml`,
]
const LEDGER = `${C}/banking/corebankingservice.banking.fintech-core.ontai.dev/cbs-production-uk.yaml`
const topology = (namespace: string, name: string): string => `${C}/${namespace}/apptopology.app.ontai.dev/${name}.yaml`
const GATEWAY_USES_LEDGER = RELATION('pgw-production-depends-on-cbs-production-uk')
const CLEARING_USES_LEDGER = RELATION('cs-production-depends-on-cbs-production-uk')
const PLATFORM = ['guardian', 'platform', 'conductor', 'wrapper', 'seam-core', 'vortex']
const PROFILES = `${C}/seam-system/rbacprofile.guardian.ontai.dev`

const filed = (author: string, daysAgo: number, name: string, message: string): PastCommit => ({
  author,
  daysAgo,
  message,
  paths: [REQUEST(name)],
})

/** How the repository came to be, oldest first. Every file of `repository/` is introduced by exactly one commit. */
export const history: readonly PastCommit[] = [
  {
    author: 'root.okello',
    daysAgo: 120,
    message: 'Set up the management cluster: kinds, namespaces, roles',
    paths: [`${C}/_cluster/`, `${C}/gitops/`, `${C}/vortex-system/`, `${C}/seam-system/serviceaccount/`, `${C}/ont-system/serviceaccount/`],
  },
  {
    author: 'root.okello',
    daysAgo: 118,
    message: 'Declare the clusters and admit the platform operators',
    paths: [
      `${C}/seam-system/taloscluster.seam.ontai.dev/`,
      `${C}/seam-system/seammembership.seam.ontai.dev/`,
      `${C}/seam-system/permissionset.guardian.ontai.dev/`,
      `${PROFILES}/rbac-*`,
    ],
  },
  {
    author: 'lena.fischer',
    daysAgo: 111,
    message: 'Record the founding identities and relationships of the platform',
    paths: [...PLATFORM.flatMap(domainObjects), ...PLATFORM.map((name) => `${CORE('domainrelationship')}/${name}-*`)],
  },
  {
    author: 'root.okello',
    daysAgo: 100,
    message: 'Say who decides what, and give every person a profile',
    paths: ['vortex/policy.yaml', 'governance/README.md', `${PROFILES}/person-*`, `${C}/seam-system/identityprovider.guardian.ontai.dev/`],
    past: { 'vortex/policy.yaml': 1 },
  },
  {
    author: 'lena.fischer',
    daysAgo: 94,
    message: 'Declare the banking identities with their policies and boundaries',
    paths: ['cbs-production-uk', 'kyc-production', 'los-production', 'fraud-production'].flatMap(domainObjects),
  },
  { author: 'lena.fischer', daysAgo: 92, message: 'Declare the payments identity', paths: domainObjects('pgw-production') },
  { author: 'lena.fischer', daysAgo: 91, message: 'Declare the trading identity for clearing', paths: domainObjects('cs-production') },
  {
    author: 'james.okafor',
    daysAgo: 84,
    message: 'Bring the UK core ledger under governance at v6',
    paths: appObjects('banking', 'cbs-production-uk', 'corebankingservice'),
    past: { [LEDGER]: 1 },
  },
  {
    author: 'priya.nair',
    daysAgo: 72,
    message: 'Bring the payment gateway under governance and wire it to the ledger',
    paths: [...appObjects('payments', 'pgw-production', 'paymentgateway'), GATEWAY_USES_LEDGER, `${C}/seam-tenant-ccs-prod-uk/`],
    past: { [GATEWAY_USES_LEDGER]: 1, [topology('payments', 'pgw-production')]: 1 },
  },
  {
    author: 'james.okafor',
    daysAgo: 69,
    message: 'Bring clearing and settlement under governance with a pinned set of rails',
    paths: [...appObjects('trading', 'cs-production', 'clearingsettlement'), CLEARING_USES_LEDGER],
    past: { [CLEARING_USES_LEDGER]: 1, [topology('trading', 'cs-production')]: 1 },
  },
  {
    author: 'priya.nair',
    daysAgo: 60,
    message: 'Bring customer onboarding under governance',
    paths: appObjects('banking', 'kyc-production', 'kyconboarding'),
  },
  {
    author: 'priya.nair',
    daysAgo: 52,
    message: 'Bring fraud scoring under governance and let it read accepted payments',
    paths: [...appObjects('banking', 'fraud-production', 'fraudscoring'), RELATION('fraud-production-observes-pgw-production')],
  },
  { author: 'root.okello', daysAgo: 40, message: 'Bind two people to the corporate sign-in', paths: [`${C}/seam-tenant-ccs-mgmt/`] },
  {
    author: 'lena.fischer',
    daysAgo: 30,
    message: 'Declare the market data feed for staging',
    paths: domainObjects('mdf-staging'),
  },
  {
    author: 'james.okafor',
    daysAgo: 29,
    message: 'Start the market data feed in staging; its audit policy follows',
    paths: appObjects('trading', 'mdf-staging', 'marketdatafeed'),
  },
  {
    author: 'root.okello',
    daysAgo: 8,
    message: 'Ask the initiator for two people when an evaluation is ambiguous',
    paths: ['vortex/policy.yaml'],
  },
  {
    author: 'maria.santos',
    daysAgo: 6,
    message:
      'Suspend RTGS on cbs-production-uk: v7\n\nThe supervisor asked us to stop RTGS settlement until the intraday liquidity return is corrected.\nRegulatory-Reference: Supervisory letter on intraday liquidity reporting, item 4',
    paths: [LEDGER, 'governance/events/0f4be0f2-6c1d-4a53-9d0e-4b7a55f6d9a1.yaml'],
  },
  {
    author: 'james.okafor',
    daysAgo: 5.9,
    message: 'Record the bindings that the suspension of RTGS changed',
    paths: [GATEWAY_USES_LEDGER, CLEARING_USES_LEDGER, topology('payments', 'pgw-production'), topology('trading', 'cs-production')],
  },
  {
    author: 'priya.nair',
    daysAgo: 4,
    message: 'Bring loan origination under governance; payouts choose a gateway by queue length',
    paths: [...appObjects('banking', 'los-production', 'loanoriginationsystem'), RELATION('los-production-depends-on-payment-gateways')],
  },
  filed('priya.nair', 3.5, 'rar-los-depends-on-pgw', 'Request one declared gateway for loan payouts'),
  filed('james.okafor', 3.2, 'rar-mdf-observes-kyc', 'Request customer references for load tests of the feed'),
  filed('james.okafor', 3, 'rar-kyc-observes-cs', 'Request failed settlements for customer reviews'),
  filed('james.okafor', 2.8, 'rar-fraud-observes-cs', 'Request completed settlements for the fraud model'),
  filed('priya.nair', 2.5, 'rar-pgw-delegates-kyc', 'Request that onboarding releases first payments'),
  filed('james.okafor', 2.2, 'rar-cs-observes-pgw', 'Request the accepted-payment stream for clearing'),
  filed('priya.nair', 2, 'rar-fraud-depends-on-mdf', 'Request market prices for fraud scoring'),
  filed('james.okafor', 1.8, 'rar-los-governs-cbs', 'Request posting rules from loan origination'),
  filed('priya.nair', 1.5, 'rar-kyc-depends-on-fraud', 'Request a fraud score at onboarding'),
  filed('amir.khan', 1.2, 'rar-cbs-extends-cs', 'Request the ledger entry number on settlement records'),
]
