import { listRequests } from '#server/approval/list.ts'
import { route } from '#server/edge/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(listRequests)
