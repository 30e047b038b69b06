'use server'
import { castVote } from '#server/approval/cast-vote.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import { reviewSample } from '#server/approval/sample.ts'
import { action } from '#server/edge/action.ts'

export const castVoteAction = action(castVote)
export const withdrawVoteAction = action(withdrawVote)
export const reviewSampleAction = action(reviewSample)
