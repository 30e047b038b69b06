import { paletteEntries } from '#lib/resource/palette-entries.ts'
import { route } from '#server/edge/route.ts'
import { searchObjects } from '#server/resource/search.ts'

export const dynamic = 'force-dynamic'
export const GET = route(searchObjects, (found) => Response.json(paletteEntries(found)))
