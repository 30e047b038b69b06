import 'server-only'
import { customType, timestamp } from 'drizzle-orm/pg-core'
import { storable } from '#lib/storable.ts'

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
/** JSON as PostgreSQL keeps it: one character that it refuses must not keep a whole object out (lib/storable.ts). */
export const jsonb = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(storable(value)),
  fromDriver: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
})
export const at = () => timestamp({ withTimezone: true, mode: 'date' })
