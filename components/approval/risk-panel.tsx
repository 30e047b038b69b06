import { Code } from '#components/ui/code.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { RequestView } from '#lib/approval/view.ts'

/** The tier is a word, never a colour (ui.md 5.1, 3), and the rules that made it stand below. */
export function RiskPanel({ risk }: { readonly risk: RequestView['risk'] }) {
  const { tier, reasons, evaluatedAt, evaluationHash } = risk
  return (
    <Panel
      title={`Risk: ${tier}`}
      about={
        evaluatedAt === undefined ? (
          'Not evaluated yet'
        ) : (
          <>
            evaluated <Time at={evaluatedAt} />
          </>
        )
      }
      actions={evaluationHash !== undefined && <Digest value={evaluationHash} />}
    >
      {reasons.length === 0 ? (
        <p className="text-muted">{tier === 'Unknown' ? 'No rule has answered. Unknown is not low.' : 'No rule raised it.'}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {reasons.map(({ rule, text }) => (
            <li key={rule} className="[overflow-wrap:anywhere]">
              <Code>{rule}</Code> <Visible text={text} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
