import { route } from '#server/edge/route.ts'
import { listObjects } from '#server/resource/list-objects.ts'

export const dynamic = 'force-dynamic'
export const GET = route(listObjects)
