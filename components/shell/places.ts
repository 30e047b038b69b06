import { routes } from '#lib/routes.ts'

export type Place = { readonly label: string; readonly href: string; readonly keys: string }

/** The pages of the navigation, with the key that goes there (`g` is for going only). */
export const PLACES: readonly Place[] = [
  { label: 'Approvals', href: routes.approvals(), keys: 'g a' },
  { label: 'Deliveries', href: routes.deliveries(), keys: 'g d' },
  { label: 'Topology', href: routes.topology(), keys: 'g t' },
  { label: 'Profiles', href: routes.profiles(), keys: 'g p' },
  { label: 'Resources', href: routes.resources(), keys: 'g r' },
  { label: 'History', href: routes.history(), keys: 'g h' },
  { label: 'Ledger', href: routes.ledger(), keys: 'g l' },
  { label: 'Policy', href: routes.policy(), keys: 'g o' },
]
