'use client'
import { useState } from 'react'
import { Code } from '#components/ui/code.tsx'
import { type DiffBlock, diffBlocks, type DiffLine, unifiedLines } from '#components/ui/diff-lines.ts'
import { StepKeys } from '#components/ui/step-keys.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { visibleText } from '#components/ui/visible-text.ts'

type Props = {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly change: 'added' | 'modified' | 'deleted'
}

const SIGN = { same: ' ', ins: '+', del: '−' } satisfies Record<DiffLine['kind'], string>
const TONE = { added: 'ok', modified: 'waiting', deleted: 'danger' } as const

/** One file of a proposal: unified, word marks, folds that open, invisible characters shown (ui.md 5.7). */
export function DiffView({ path, before, after, change }: Props) {
  const lines = unifiedLines(before ?? '', after ?? '')
  const added = lines.filter((line) => line.kind === 'ins').length
  const removed = lines.filter((line) => line.kind === 'del').length
  return (
    <section aria-label={`Changes in ${visibleText(path)}`} className="min-w-0 border-t border-line first:border-t-0">
      <StepKeys />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-sunken px-3 py-1">
        <Tag tone={TONE[change]}>{change}</Tag>
        <Code>{path}</Code>
        <span className="ms-auto text-muted">
          {added} added, {removed} removed
        </span>
      </div>
      <div className="py-1 font-mono text-code">
        {diffBlocks(lines).map((block, at) => (
          <Block key={`${block.kind}${at}`} block={block} />
        ))}
      </div>
    </section>
  )
}

function Block({ block }: { readonly block: DiffBlock }) {
  const [open, setOpen] = useState(false)
  if (block.kind === 'fold' && !open)
    return (
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="block min-h-6 w-full bg-sunken px-3 text-start font-sans text-body text-muted hover:text-ink"
      >
        ⋯ {block.lines.length} unchanged lines
      </button>
    )
  return block.lines.map((line, at) => (
    <Line key={`${line.old ?? ''}:${line.new ?? ''}`} line={line} first={startsChange(block.lines, at)} />
  ))
}

const startsChange = (lines: readonly DiffLine[], at: number): boolean =>
  lines[at]?.kind !== 'same' && (lines[at - 1] === undefined || lines[at - 1]?.kind === 'same')

function Line({ line, first }: { readonly line: DiffLine; readonly first: boolean }) {
  const Wrap = line.kind === 'same' ? 'span' : line.kind
  return (
    <div
      className="diff-line"
      data-kind={line.kind === 'same' ? undefined : line.kind}
      data-old={line.old}
      {...(first && { 'data-step': true, tabIndex: -1 })}
    >
      <span className="diff-number" data-new={line.new} />
      <span className="diff-sign" data-sign={SIGN[line.kind]} />
      <Wrap className="diff-text">
        {line.parts.map((part, at) =>
          part.changed ? (
            <mark key={at}>
              <Visible text={part.text} />
            </mark>
          ) : (
            <Visible key={at} text={part.text} />
          ),
        )}
      </Wrap>
    </div>
  )
}
