'use server'
import { castVote } from '#server/approval/cast-vote.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import { reviewSample } from '#server/approval/sample.ts'
import { action } from '#server/edge/action.ts'
import { openThread } from '#server/approval/thread/open.ts'
import { replyToThread } from '#server/approval/thread/reply.ts'
import { resolveThread } from '#server/approval/thread/resolve.ts'
import { compareRevisions } from '#server/approval/compare-revisions.ts'

export const castVoteAction = action(castVote)
export const withdrawVoteAction = action(withdrawVote)
export const reviewSampleAction = action(reviewSample)
export const openThreadAction = action(openThread)
export const replyAction = action(replyToThread)
export const resolveAction = action(resolveThread)
export const compareAction = action(compareRevisions)
