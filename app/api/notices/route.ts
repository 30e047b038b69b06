import { countNotices } from '#server/approval/notices.ts'
import { route } from '#server/edge/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(countNotices)
