'use client'
import { useEffect, useState } from 'react'
import { DecisionPanel } from '#components/approval/decision-panel.tsx'
import { refuseCast } from './actions.ts'
import { changed, request } from './fixtures.ts'

const CHANGE_MS = 300

/** The request changes right after the page opened. */
export function ChangingDecision() {
  const [view, setView] = useState({ ...request, id: 'c' })
  useEffect(() => {
    const timer = setTimeout(() => setView({ ...changed, id: 'c' }), CHANGE_MS)
    return () => clearTimeout(timer)
  }, [])
  return <DecisionPanel view={view} cast={refuseCast} withdraw={refuseCast} />
}
