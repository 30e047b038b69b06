import { route } from '#server/edge/route.ts'
import { listSources } from '#server/health/sources.ts'

export const GET = route(listSources)
