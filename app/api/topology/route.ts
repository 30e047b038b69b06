import { route } from '#server/edge/route.ts'
import { getGraph } from '#server/topology/get-graph.ts'

export const GET = route(getGraph)
